import assert from "node:assert/strict";
import fc from "fast-check";
import { countSegments } from "../../src/core/smsSegments";

/** 3GPP TS 23.038 as code points, so that a slip in the alphabet's own text is seen. */
const BASIC = [
  0x40, 0xa3, 0x24, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0x0a, 0xd8, 0xf8, 0x0d, 0xc5, 0xe5, 0x394, 0x5f,
  0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9, 0x20, 0x21, 0x22,
  0x23, 0xa4, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34,
  0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0xa1, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46,
  0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
  0x59, 0x5a, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a,
  0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0xe4, 0xf6,
  0xf1, 0xfc, 0xe0,
];
const EXTENSION = [0x0c, 0x5e, 0x7b, 0x7d, 0x5c, 0x5b, 0x7e, 0x5d, 0x7c, 0x20ac];

describe("Twilio countSegments", () => {
  it("knows every character of the two alphabets and no other", () => {
    assert.equal(BASIC.length, 127);
    for (let code = 0; code <= 0xffff; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const { encoding, units } = countSegments(String.fromCharCode(code));
      const expected = BASIC.includes(code) ? "GSM-7 1" : EXTENSION.includes(code) ? "GSM-7 2" : "UCS-2 1";
      assert.equal(`${encoding} ${units}`, expected, `U+${code.toString(16)}`);
    }
  });
  const cases: [string, string, string, number, number, number][] = [
    ["nothing", "", "GSM-7", 0, 0, 160],
    ["160 septets", "x".repeat(160), "GSM-7", 1, 160, 0],
    ["161 septets", "x".repeat(161), "GSM-7", 2, 161, 145],
    ["two full parts", "x".repeat(306), "GSM-7", 2, 306, 0],
    ["three parts", "x".repeat(307), "GSM-7", 3, 307, 152],
    ["80 euro signs", "€".repeat(80), "GSM-7", 1, 160, 0],
    // 76 of them fill 152 of 153 septets: the escape may not stand alone at the end.
    ["153 euro signs", "€".repeat(153), "GSM-7", 3, 306, 151],
    ["70 units", "ж".repeat(70), "UCS-2", 1, 70, 0],
    ["71 units", "ж".repeat(71), "UCS-2", 2, 71, 63],
    ["two full parts of 67", "ж".repeat(134), "UCS-2", 2, 134, 0],
    ["35 emoji", "👋".repeat(35), "UCS-2", 1, 70, 0],
    // 33 emoji fill 66 of 67 units: a pair is not cut.
    ["67 emoji", "👋".repeat(67), "UCS-2", 3, 134, 65],
    ["one curly quote among letters", `${"x".repeat(100)}’`, "UCS-2", 2, 101, 33],
    ["half a surrogate pair", "a\ud83d", "UCS-2", 1, 2, 68],
  ];
  for (const [name, text, encoding, segments, units, left] of cases) {
    it(`counts ${name}`, () => {
      assert.deepEqual(countSegments(text), { encoding, segments, units, left });
    });
  }
  it("never counts fewer segments for a longer text, and leaves exactly the room it says", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "€", "é", "ж", "👋"), maxLength: 400 }),
        fc.constantFrom("a", "ж"),
        (text, more) => {
          const before = countSegments(text);
          assert.ok(countSegments(text + more).segments >= before.segments);
          // "a" costs one unit in either encoding.
          if (text !== "") {
            assert.equal(countSegments(text + "a".repeat(before.left)).segments, before.segments);
            assert.equal(countSegments(text + "a".repeat(before.left + 1)).segments, before.segments + 1);
          }
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });
});
