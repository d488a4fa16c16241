import assert from "node:assert/strict";
import { countSegments } from "../../../src/core/smsSegments";
import { isWorthShowing } from "../../../src/web/desk/segments";

describe("the count of SMS", () => {
  it("is worth showing only near the end of the first message and after it", () => {
    const shown = (length: number) => isWorthShowing(countSegments("a".repeat(length)));
    assert.deepEqual([0, 1, 139, 140, 160, 161].map(shown), [false, false, false, true, true, true]);
  });
});
