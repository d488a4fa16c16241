import assert from "node:assert/strict";
import { countSms, isWorthShowing } from "../../../src/web/desk/segments";

describe("counting SMS", () => {
  const CASES: Record<string, [text: string, encoding: string, segments: number, left: number]> = {
    "nothing at all": ["", "GSM-7", 0, 160],
    "one full message": ["a".repeat(160), "GSM-7", 1, 0],
    "one character more: parts lose seven": ["a".repeat(161), "GSM-7", 2, 145],
    "two full parts": ["a".repeat(306), "GSM-7", 2, 0],
    "a third part": ["a".repeat(307), "GSM-7", 3, 152],
    "letters of the alphabet's own accents": ["Ünïversal".replace("ï", "ñ"), "GSM-7", 1, 151],
    "extension characters, which count twice": ["€{}", "GSM-7", 1, 154],
    "an extension character alone at the end": [`${"a".repeat(159)}€`, "GSM-7", 2, 145],
    "no extension character cut by a part's end": [`${"a".repeat(152)}€${"a".repeat(10)}`, "GSM-7", 2, 141],
    "one full message in UCS-2": ["ł".repeat(70), "UCS-2", 1, 0],
    "two in UCS-2": ["ł".repeat(71), "UCS-2", 2, 63],
    "an emoji, which is two units": ["😀", "UCS-2", 1, 68],
    "no emoji cut by a part's end": [`${"ł".repeat(66)}😀${"ł".repeat(10)}`, "UCS-2", 2, 55],
    "a typographic quote, which makes all of it UCS-2": [`it’s ${"a".repeat(66)}`, "UCS-2", 2, 63],
  };
  for (const [name, [text, encoding, segments, left]] of Object.entries(CASES)) {
    it(`counts ${name}`, () => assert.deepEqual(countSms(text), { encoding, segments, left }));
  }

  it("is worth showing only near the end of the first message and after it", () => {
    const shown = (length: number) => isWorthShowing(countSms("a".repeat(length)));
    assert.deepEqual([0, 1, 139, 140, 160, 161].map(shown), [false, false, false, true, true, true]);
  });
});
