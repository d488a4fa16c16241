import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock";
import { correlated, correlationId, ofWork, stamped } from "../../src/core/correlation";

describe("the correlation id", () => {
  it("goes along with all that its work awaits, and with nothing beside it", async () => {
    const seen = await Promise.all(
      ["c~1", "c~2"].map((id) =>
        correlated(id, async () => {
          await new Promise(setImmediate);
          return [correlationId(), ofWork(), stamped().correlationId];
        }),
      ),
    );
    assert.deepEqual(seen, [
      ["c~1", { correlationId: "c~1" }, "c~1"],
      ["c~2", { correlationId: "c~2" }, "c~2"],
    ]);
    assert.equal(correlationId(), undefined);
    assert.deepEqual(ofWork(), {});
  });

  it("is a fresh one in a document that no work stands behind", () => {
    assert.match(stamped().correlationId, /^c~[\w-]{22}$/);
    assert.notEqual(stamped().correlationId, stamped().correlationId);
  });

  it("ends at a timer: who set it is not who it fires for", async () => {
    const seen = await correlated(
      "c~1",
      () =>
        new Promise((resolve) => {
          systemClock.after(0, () => resolve([correlationId()]));
          setTimeout(() => resolve("the timer did not fire"), 1_000).unref();
        }),
    );
    assert.deepEqual(seen, [undefined]);
  });
});
