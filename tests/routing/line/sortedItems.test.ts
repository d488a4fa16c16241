import assert from "node:assert/strict";
import { SortedItems } from "../../../src/routing/line/sortedItems";
import { buildItem } from "./builders";

const item = (n: number) => buildItem(`i${n}`, { sk: String(n).padStart(5, "0") });

describe("SortedItems", () => {
  it("keeps thousands in order, whatever the order in which they come", () => {
    const items = new SortedItems();
    for (let n = 0; n < 3000; n += 2) items.add(item(n));
    for (let n = 2999; n > 0; n -= 2) items.add(item(n));
    assert.deepEqual(
      [...items].map(({ id }) => id),
      Array.from({ length: 3000 }, (_, n) => `i${n}`),
    );
  });

  it("gives up items from the front, the middle and the end", () => {
    const items = new SortedItems();
    const all = Array.from({ length: 1000 }, (_, n) => item(n));
    for (const one of all) items.add(one);
    for (const one of all) if (Number(one.sk) % 3 !== 0) items.remove(one);
    assert.equal([...items].length, 334);
    for (const one of all) if (Number(one.sk) % 3 === 0) items.remove(one);
    assert.equal(items.first, undefined);
    assert.deepEqual([...items], []);
  });

  it("takes equal places by id and leaves the others alone", () => {
    const items = new SortedItems();
    for (const id of ["c", "a", "b"]) items.add(buildItem(id, { sk: "1" }));
    items.remove(buildItem("d", { sk: "1" }));
    items.remove(buildItem("a", { sk: "1" }));
    assert.deepEqual(
      [...items].map(({ id }) => id),
      ["b", "c"],
    );
    assert.equal(items.first?.id, "b");
  });
});
