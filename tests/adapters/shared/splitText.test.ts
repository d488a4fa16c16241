import assert from "node:assert/strict";
import fc from "fast-check";
import { splitText } from "../../../src/adapters/shared/splitText";

const LINK = "https://example.com/a?b=1";
const FAMILY = "👨‍👩‍👧‍👦";
/** Words, borders, links, long runs and clusters of several code points, put together at random. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      " ",
      "  ",
      "\n",
      "\n\n",
      "\r\n",
      ". ",
      "! ",
      "。",
      "，",
      LINK,
      `(${LINK})`,
      FAMILY,
      "👋🏽",
      "🇩🇪",
      "e\u0301",
      "한국어",
    ),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom("word", "x".repeat(70), "漢字".repeat(20)),
  ),
  { maxLength: 40 },
);
const texts = pieces.map((all) => all.join(""));
const limits = fc.integer({ min: 30, max: 200 });
const withoutSpace = (text: string) => text.replace(/\s+/g, "");

describe("splitText", () => {
  it("makes parts within the limit, none empty, and loses nothing but white space", () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const parts = splitText(text, limit);
        assert.ok(parts.every((part) => part.length <= limit && part.trim() !== ""));
        assert.equal(withoutSpace(parts.join("")), withoutSpace(text));
        let from = 0;
        for (const part of parts) {
          const at = text.indexOf(part, from);
          assert.ok(at >= from, "each part stands in the text as it was");
          assert.equal(text.slice(from, at).trim(), "");
          from = at + part.length;
        }
      }),
      { numRuns: 400, seed: 5 },
    );
  }).timeout(20_000);

  it("never cuts a grapheme that fits", () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const borders = new Set([...segmenter.segment(text)].map(({ index }) => index));
        const longest = Math.max(0, ...[...segmenter.segment(text)].map(({ segment }) => segment.length));
        if (longest > limit / 4) return;
        let from = 0;
        for (const part of splitText(text, limit)) {
          const at = text.indexOf(part, from);
          assert.ok(borders.has(at), `part at ${at}`);
          from = at + part.length;
        }
      }),
      { numRuns: 300, seed: 6 },
    );
  }).timeout(20_000);

  it("never cuts a link that fits", () => {
    const words = fc.array(fc.constantFrom("漢字".repeat(12), LINK, " ", "word", "\n", ". "), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, (all) => {
        const text = all.join("");
        const count = (value: string) => value.split("https://").length;
        // Links glued to one another are one long word; only separate ones are promised.
        if (/https\S{0,30}https/.test(text) || /a\?b=1\S{10}/.test(text)) return;
        for (const part of splitText(text, 60)) {
          assert.equal(count(part), part.split(LINK).length, part);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  }).timeout(20_000);

  it("prefers a paragraph to a sentence to a word", () => {
    const filler = "word ".repeat(8);
    assert.deepEqual(
      splitText(`${filler}end. ${filler}\n\nNext. ${filler}${filler}`, 100)[0],
      `${filler}end. ${filler}`.trim(),
    );
    assert.deepEqual(
      splitText(`${filler}${filler}end. ${filler}${filler}`, 100)[0],
      `${filler}${filler}end.`,
    );
    assert.deepEqual(splitText(`${filler}${filler}${filler}`, 100)[0]?.endsWith("word"), true);
    assert.deepEqual(splitText(`${"漢".repeat(70)}。${"字".repeat(60)}`, 100)[0], `${"漢".repeat(70)}。`);
  });

  it("leaves a short text alone and gives blank text no part", () => {
    assert.deepEqual(splitText(" as it is ", 20), [" as it is "]);
    assert.deepEqual(splitText("", 20), []);
    assert.deepEqual(splitText(" \n\t", 20), []);
    assert.deepEqual(splitText(" ".repeat(50), 20), []);
  });

  it("cuts a grapheme longer than a part, but no surrogate pair", () => {
    const parts = splitText("👨‍".repeat(50), 20);
    assert.equal(parts.join(""), "👨‍".repeat(50));
    // encodeURIComponent throws on half a pair.
    assert.ok(parts.every((part) => encodeURIComponent(part) !== ""));
  });

  it("stays quick on a megabyte without any border", () => {
    const began = performance.now();
    splitText("é\u0301".repeat(250_000), 1_999);
    splitText("x".repeat(500_000), 1_999);
    assert.ok(performance.now() - began < 3_000);
  }).timeout(10_000);
});
