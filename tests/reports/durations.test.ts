import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addDuration,
  averageOf,
  createDurations,
  type Durations,
  mergeDurations,
  quantileOf,
} from "../../src/reports/durations";

function collected(values: readonly number[]): Durations {
  const durations = createDurations();
  for (const value of values) addDuration(durations, value);
  return durations;
}

describe("durations", () => {
  it("of nothing have neither average nor quantile", () => {
    assert.equal(averageOf(createDurations()), undefined);
    assert.equal(quantileOf(createDurations(), 0.5), undefined);
  });

  it("of one value are that value, exactly", () => {
    for (const value of [0, 1, 17, 12_345, 2_000_000_000]) {
      const one = collected([value]);
      assert.deepEqual([averageOf(one), quantileOf(one, 0.5), quantileOf(one, 0.9)], [value, value, value]);
    }
  });

  it("take the lower of the middle two", () => {
    const median = quantileOf(collected([1_000, 2_000, 3_000, 4_000]), 0.5) ?? 0;
    assert.ok(Math.abs(median - 2_000) <= 20, String(median));
  });

  it("add up where both have the same", () => {
    const many = collected(Array.from({ length: 9 }, () => 1_000));
    mergeDurations(many, collected([...Array.from({ length: 9 }, () => 1_000), 5_000, 5_000, 5_000]));
    assert.ok(Math.abs((quantileOf(many, 0.5) ?? 0) - 1_000) <= 10);
  });

  it("give quantiles within one per cent, however they were split and merged", () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 2_000_000_000 }));
    const values = fc.array(value, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.nat(), fc.double({ min: 0.01, max: 1, noNaN: true }), (all, cut, q) => {
        const [left, right] = [all.slice(0, cut % all.length), all.slice(cut % all.length)];
        const merged = createDurations();
        for (const part of [left, right]) mergeDurations(merged, collected(part));
        const exact = all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * all.length)) - 1] ?? 0;
        const found = quantileOf(merged, q) ?? 0;
        assert.ok(Math.abs(found - exact) <= exact * 0.0101, `${found} for ${exact}`);
        assert.equal(
          merged.sumMs,
          all.reduce((sum, value) => sum + value, 0),
        );
      }),
    );
  });
});
