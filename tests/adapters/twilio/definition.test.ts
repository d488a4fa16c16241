import assert from "node:assert/strict";
import fc from "fast-check";
import { normaliseNumber } from "../../../src/adapters/twilio/definition";

const CASES: Record<string, string> = {
  "14252306549": "+14252306549",
  "+14155238886": "+14155238886",
  " +1 (415) 523-8886 ": "+14155238886",
  "+1.415.523.8886": "+14155238886",
  "0031612345678": "+31612345678",
  "whatsapp:+14155238886": "+14155238886",
  "WhatsApp: 14155238886": "+14155238886",
  "123456989": "+123456989",
  "12345": "12345",
  "720 123": "720123",
  MyShop: "MyShop",
  "My Shop 24": "My Shop 24",
  "+1111": "+1111",
  "": "",
};

describe("Twilio normaliseNumber", () => {
  for (const [given, expected] of Object.entries(CASES)) {
    it(`takes "${given}" for "${expected}"`, () => assert.equal(normaliseNumber(given), expected));
  }
  it("leaves its own results alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789+ ().-a:"), maxLength: 18 }), (text) => {
        const once = normaliseNumber(text);
        assert.equal(normaliseNumber(once), once);
      }),
      { seed: 20261121 },
    );
  });
});
