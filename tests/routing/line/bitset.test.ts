import assert from "node:assert/strict";
import fc from "fast-check";
import { Bitset } from "../../../src/routing/line/bitset";

/** Word and summary edges, and one more level than needed. */
const CAPACITIES = [1, 31, 32, 33, 1024, 1025, 32_768, 40_000];

function setOf(capacity: number, numbers: Iterable<number>): Bitset {
  const bits = new Bitset(capacity);
  for (const number of numbers) bits.add(number);
  return bits;
}

describe("Bitset", () => {
  for (const capacity of CAPACITIES)
    it(`finds first and last below ${capacity}`, () => {
      const last = capacity - 1;
      const bits = setOf(capacity, [last]);
      assert.equal(Bitset.firstCommon([[bits]]), last);
      assert.equal(bits.lastUpTo(last), last);
      assert.equal(bits.lastUpTo(last - 1), -1);
      bits.add(0);
      assert.equal(Bitset.firstCommon([[bits]]), 0);
      bits.delete(0);
      bits.delete(last);
      assert.ok(bits.isEmpty());
      assert.equal(Bitset.firstCommon([[bits]]), -1);
      assert.equal(bits.lastUpTo(last), -1);
    });

  it("finds nothing common where only the summaries meet", () => {
    const odd = setOf(40_000, [1, 33, 20_001]);
    const even = setOf(40_000, [0, 32, 20_000]);
    assert.equal(Bitset.firstCommon([[odd], [even]]), -1);
    even.add(20_001);
    assert.equal(Bitset.firstCommon([[odd], [even]]), 20_001);
  });

  it("is empty after a reset, for the new capacity", () => {
    const bits = setOf(10, [3]);
    bits.reset(5000);
    assert.ok(bits.isEmpty());
    bits.add(4999);
    assert.equal(bits.lastUpTo(4999), 4999);
  });

  it("answers like sets of numbers", () => {
    const number = fc.nat(2100);
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(number), { minLength: 3, maxLength: 3 }), number, (lists, at) => {
        const [a, b, c] = lists.map((list) => setOf(2101, list)) as [Bitset, Bitset, Bitset];
        const [, second = [], third = []] = lists;
        const common = (lists[0] ?? [])
          .filter((one) => second.includes(one) || third.includes(one))
          .sort((x, y) => x - y);
        const groups = [[a], [b, c]];
        assert.equal(Bitset.firstCommon(groups, at), common.find((one) => one >= at) ?? -1);
        assert.equal(Bitset.countCommon(groups, at), common.filter((one) => one < at).length);
        assert.equal(a.lastUpTo(at), Math.max(-1, ...(lists[0] ?? []).filter((one) => one <= at)));
        for (const one of lists[0] ?? []) a.delete(one);
        assert.ok(a.isEmpty());
      }),
      { numRuns: 200 },
    );
  });
});
