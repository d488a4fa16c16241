import assert from "node:assert/strict";
import fc from "fast-check";
import { convertMarkdown, PLAIN_STYLE, WHATSAPP_STYLE } from "../../../src/adapters/shared/markdown";

const CASES: [name: string, markdown: string, whatsApp: string, plain: string][] = [
  ["bold", "a **b c** d __e__", "a *b c* d *e*", "a b c d e"],
  ["italics", "*a* and _b_", "_a_ and _b_", "a and b"],
  ["bold italics", "***a***", "*_a_*", "a"],
  ["italics in bold", "**a _b_ c**", "*a _b_ c*", "a b c"],
  ["strike", "~~old~~ new", "~old~ new", "old new"],
  ["code", "run `npm **i**`", "run `npm **i**`", "run npm **i**"],
  ["fences", "x\n```js\na **b**\n```\ny", "x\n```a **b**\n```\ny", "x\na **b**\ny"],
  [
    "links",
    "[our *shop*](https://x.example/a_b_c) now",
    "our shop: https://x.example/a_b_c now",
    "our shop: https://x.example/a_b_c now",
  ],
  [
    "links with brackets",
    "[w](https://x.example/a_(b))",
    "w: https://x.example/a_(b)",
    "w: https://x.example/a_(b)",
  ],
  [
    "pictures",
    "![cat](https://x.example/c.png)",
    "cat: https://x.example/c.png",
    "cat: https://x.example/c.png",
  ],
  [
    "bare addresses",
    "https://x.example/a_b_c_*d*",
    "https://x.example/a_b_c_*d*",
    "https://x.example/a_b_c_*d*",
  ],
  ["headings", "# Hi **you** #\n## C#\ntext", "*Hi you*\n*C#*\ntext", "Hi you\nC#\ntext"],
  ["lists", "* a\n+ b\n  * c\n1. d", "- a\n- b\n  - c\n1. d", "- a\n- b\n  - c\n1. d"],
  ["escapes", "\\*not\\* 1\\. \\_x\\_", "*not* 1. _x_", "*not* 1. _x_"],
  [
    "sums and names",
    "2*3*4 = 24, snake_case_name, a * b * c",
    "2*3*4 = 24, snake_case_name, a * b * c",
    "2*3*4 = 24, snake_case_name, a * b * c",
  ],
  ["marks without an end", "**a *b _c `d [e](f", "**a *b _c `d [e](f", "**a *b _c `d [e](f"],
];

describe("convertMarkdown", () => {
  for (const [name, markdown, whatsApp, plain] of CASES) {
    it(`converts ${name}`, () => {
      assert.equal(convertMarkdown(markdown, WHATSAPP_STYLE), whatsApp);
      assert.equal(convertMarkdown(markdown, PLAIN_STYLE), plain);
    });
  }
  it("keeps every letter and digit of any text", () => {
    const piece = fc.constantFrom(
      "a",
      "7",
      " ",
      "\n",
      "*",
      "**",
      "_",
      "__",
      "`",
      "```",
      "~~",
      "[",
      "](",
      ")",
      "# ",
      "\\",
      "👋",
    );
    const letters = (text: string) => text.replace(/[^a7👋]/gu, "");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        for (const style of [WHATSAPP_STYLE, PLAIN_STYLE]) {
          const converted = convertMarkdown(text, style);
          // The language of a fence is no text.
          if (!text.includes("```")) assert.equal(letters(converted), letters(text));
        }
      }),
      { seed: 20261121, numRuns: 2_000 },
    );
  }).timeout(10_000);
  it("takes no longer for hostile text", () => {
    const startedAt = process.cpuUsage();
    for (const piece of ["**a", "*a ", "_", "[a](", "`", "```a\n", "~~", "# ", "\\", "*_", "# #", "#"]) {
      convertMarkdown(`${piece.repeat(Math.ceil(20_000 / piece.length))}x`, WHATSAPP_STYLE);
    }
    const { user } = process.cpuUsage(startedAt);
    assert.ok(user < 1_500_000, `${user / 1000} ms`);
  }).timeout(10_000);
});
