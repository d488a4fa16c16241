import assert from "node:assert/strict";
import { toChannelError, wordsOf } from "../../../src/adapters/twilio/errors";
import type { ChannelError } from "../../../src/core/errors";
import { NOW } from "./account";

function refuse(status: number, body: unknown, retryAfter?: string): ChannelError {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return toChannelError({ status, headers: { "retry-after": retryAfter }, body: text }, NOW);
}
const refuseCode = (code: number, status = 400) =>
  refuse(status, { code, message: "Twilio's words", status });

describe("Twilio toChannelError", () => {
  it("sorts codes by what can be done", () => {
    const codes: Record<string, number[]> = {
      CHANNEL_AUTH: [20003],
      CHANNEL_RATE_LIMITED: [20429, 21611, 30001, 63018, 63038],
      CHANNEL_UNDELIVERABLE: [
        21211, 21610, 21612, 21614, 21635, 30003, 30005, 30006, 63003, 63014, 63024, 63032, 63049,
      ],
      CHANNEL_PERMISSION: [
        21212, 21408, 21606, 21659, 21661, 30002, 30034, 63001, 63007, 63015, 63020, 63051,
      ],
      CHANNEL_REFUSED: [
        21617, 21620, 21654, 21655, 21656, 30007, 63005, 63019, 63021, 63027, 63028, 63030, 63040, 63041,
        63042,
      ],
      CHANNEL_WINDOW_CLOSED: [63016],
    };
    for (const [code, platformCodes] of Object.entries(codes)) {
      for (const platformCode of platformCodes) {
        const error = refuseCode(platformCode);
        assert.equal(error.code, code, String(platformCode));
        assert.equal(error.platformCode, String(platformCode));
        assert.equal(error.retryable, code === "CHANNEL_RATE_LIMITED", String(platformCode));
        assert.equal(error.ambiguous, false);
        assert.match(error.message, /\.$/);
        assert.doesNotMatch(error.message, /Twilio's words/);
      }
    }
  });
  it("says the window's words exactly", () => {
    const words = "This conversation has exceeded the 24 hour limit to respond to the customer.";
    assert.equal(refuseCode(63016).message, words);
    assert.equal(wordsOf("63016", undefined), words);
  });
  it("names who is affected", () => {
    for (const code of [20003, 20429, 21606, 63007]) assert.equal(refuseCode(code).scope, "instance");
    for (const code of [21610, 63016, 21408, 99999]) assert.equal(refuseCode(code).scope, "customer");
  });
  it("gives Twilio's own words and code for what it does not know", () => {
    const error = refuseCode(99999);
    assert.equal(error.code, "CHANNEL_REFUSED");
    assert.equal(error.message, "Twilio refuses this message: Twilio's words (99999)");
    assert.ok(refuse(400, { code: 1, message: "x".repeat(5_000) }).message.length < 400);
    assert.equal(refuse(400, { code: "constructor" }).code, "CHANNEL_REFUSED");
  });
  it("reads Retry-After as seconds and as a date", () => {
    assert.equal(refuse(429, { code: 20429 }, "3").retryAfterMs, 3_000);
    assert.equal(refuse(429, "", new Date(NOW + 5_000).toUTCString()).retryAfterMs, 5_000);
    assert.equal(refuse(429, "").retryAfterMs, undefined);
    assert.equal(refuse(503, "", "2").retryAfterMs, 2_000);
    assert.equal(refuseCode(21611).retryAfterMs, 60_000);
  });
  it("takes a fault of Twilio or of a proxy for an unknown outcome", () => {
    for (const body of [
      { code: 20500, message: "Internal Server Error" },
      "<html>Bad gateway</html>",
      "",
      "null",
      "[]",
    ]) {
      for (const status of [500, 502, 503, 504, 408]) {
        const error = refuse(status, body);
        assert.equal(error.code, "CHANNEL_UNAVAILABLE");
        assert.ok(error.retryable && error.ambiguous);
        assert.ok(error.platformCode);
      }
    }
  });
  it("knows 401 and 429 without a code", () => {
    assert.deepEqual([refuse(401, "").code, refuse(401, "").platformCode], ["CHANNEL_AUTH", "HTTP 401"]);
    assert.equal(refuse(429, "no json").code, "CHANNEL_RATE_LIMITED");
    assert.equal(refuse(302, "").code, "CHANNEL_REFUSED");
  });
  it("has words even when Twilio has none", () => {
    assert.equal(wordsOf(undefined, undefined), "The message was not delivered; Twilio does not say why.");
    assert.equal(wordsOf("30999", ""), "The message was not delivered; Twilio does not say why (30999).");
  });
});
