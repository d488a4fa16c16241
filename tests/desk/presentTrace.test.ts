import assert from "node:assert/strict";
import { toTraceViews } from "../../src/desk/presentTrace";

describe("toTraceViews", () => {
  it("hides words and numbers wherever they stand, each looked at once, and keeps the rest", () => {
    const asked: string[] = [];
    const mask = (text: string, whose: string): string => {
      asked.push(`${whose}: ${text}`);
      return text.replace(/secret|4111/g, "####");
    };
    const entry = {
      at: 1,
      kind: "rules" as const,
      text: "a secret",
      details: {
        read: [{ values: { a: "secret", b: 4111, c: 7, d: true, e: null } }, { values: { a: "secret" } }],
      },
    };
    assert.deepEqual(toTraceViews([entry, { at: 2, kind: "closed", text: "end" }], { mask }), [
      {
        at: 1,
        kind: "rules",
        text: "a ####",
        details: {
          read: [{ values: { a: "####", b: "####", c: 7, d: true, e: null } }, { values: { a: "####" } }],
        },
      },
      { at: 2, kind: "closed", text: "end" },
    ]);
    assert.deepEqual(asked, [
      "customer: a secret",
      "customer: secret",
      "customer: 4111",
      "customer: 7",
      "customer: end",
    ]);
  });
});
