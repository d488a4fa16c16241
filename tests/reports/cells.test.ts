import assert from "node:assert/strict";
import { addWait, createCells } from "../../src/reports/cells";

describe("the last waits of a queue", () => {
  it("are the twenty that ended last, in whatever order they are told", () => {
    const ends = Array.from({ length: 30 }, (_, n) => n);
    const newest = ends.slice(10).reverse();
    for (const order of [ends, ends.toReversed(), ends.toSorted((a, b) => (a % 7) - (b % 7))]) {
      const cells = createCells();
      for (const endedAt of order) addWait(cells, "general", { endedAt, ms: 1 });
      assert.deepEqual(
        cells.recent.get("general")?.map(({ endedAt }) => endedAt),
        newest,
      );
    }
  });
});
