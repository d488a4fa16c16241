import assert from "node:assert/strict";
import { withinTime } from "../../src/core/timeGuard";

describe("withinTime", () => {
  it("gives what the work gives, undefined too", () => {
    assert.deepEqual(
      withinTime(() => 7),
      { value: 7 },
    );
    assert.deepEqual(
      withinTime(() => undefined),
      { value: undefined },
    );
  });

  it("ends what would never end, after a second try", () => {
    let tries = 0;
    const endless = () => {
      tries += 1;
      return /^(a+)+$/.test(`${"a".repeat(50)}!`);
    };
    // On a busy machine less could be over before the work has begun.
    assert.equal(withinTime(endless, 100), undefined);
    assert.equal(tries, 2);
    assert.deepEqual(
      withinTime(() => "next"),
      { value: "next" },
    );
  });

  it("throws what the work throws", () => {
    const failing = () => {
      throw new RangeError("deep");
    };
    assert.throws(() => withinTime(failing), RangeError);
  });
});
