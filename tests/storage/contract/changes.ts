import assert from "node:assert/strict";
import { type Change, CONTAINERS, type ContainerName, type Op } from "../../../src/core/store";
import { type AnyDoc, buildDoc, type ContractBench, freshPartition, write } from "./bench";

/** What one batch has written may be told on one page, even beyond its size. */
const MOST_TOGETHER = 100;

/** Resuming reading of what was written. */
export function feedContract({ store }: ContractBench): void {
  describe("feed", () => {
    /** The changes behind `cursor` in one partition, and where they end. */
    const follow = async (
      container: ContainerName,
      partition: string,
      from: string | undefined,
      limit: number,
    ) => {
      const changes: Change[] = [];
      let cursor = from;
      for (;;) {
        const page = await store().feed(container, cursor, limit);
        assert.ok(page.changes.length < limit + MOST_TOGETHER);
        changes.push(...page.changes.filter((change) => change.partition === partition));
        cursor = page.cursor;
        if (page.changes.length === 0) return { changes, cursor };
      }
    };

    for (const container of ["threads", "audit"] as const) {
      it(`tells the documents of ${container} in the order of their last writes and goes on where it stopped`, async () => {
        const partition = freshPartition();
        for (const id of ["a", "b", "c"])
          await write(store(), container, partition, { do: "create", doc: buildDoc(id) });
        const [etag] = await write(store(), container, partition, {
          do: "upsert",
          doc: buildDoc("a", { n: 2 }),
        });
        const first = await follow(container, partition, undefined, 2);
        assert.deepEqual(
          first.changes.slice(-3).map(({ id }) => id),
          ["b", "c", "a"],
        );
        const property = CONTAINERS[container].partitionBy;
        const doc = buildDoc("a", { n: 2, [property]: partition });
        assert.deepEqual(first.changes.at(-1), { container, partition, id: "a", doc, etag });
        assert.deepEqual((await follow(container, partition, first.cursor, 2)).changes, []);
        await write(store(), container, partition, { do: "create", doc: buildDoc("d") });
        const next = await follow(container, partition, first.cursor, 100);
        assert.deepEqual(
          next.changes.map(({ id }) => id),
          ["d"],
        );
      });
    }
  });
}

/** Hearing of commits. */
export function subscribeContract({ store }: ContractBench): void {
  describe("subscribe", () => {
    it("tells every commit in order, before the writer hears of it, until it is stopped", async () => {
      const kind = freshPartition();
      const events: string[] = [];
      const stop = store().subscribe((changes) => {
        for (const { id, partition, doc } of changes) {
          if (partition === kind) events.push(`${id}:${(doc as AnyDoc | undefined)?.n ?? "deleted"}`);
        }
      });
      const upsert = async (id: string, n: number) => {
        await write(store(), "settings", kind, { do: "upsert", doc: buildDoc(id, { n }) });
        assert.ok(events.includes(`${id}:${n}`), "told before the writer");
      };
      await Promise.all([upsert("a", 1), upsert("a", 2), upsert("b", 1)]);
      const present = await store().read<AnyDoc>("settings", kind, "a");
      assert.equal(events.filter((event) => event.startsWith("a")).at(-1), `a:${present?.doc.n}`);
      await write(store(), "settings", kind, { do: "delete", id: "b" });
      assert.equal(events.at(-1), "b:deleted");
      stop();
      await write(store(), "settings", kind, { do: "upsert", doc: buildDoc("c", { n: 1 }) });
      assert.equal(events.length, 4);
    });

    it("tells nothing of refused batches, and a failing listener harms nobody", async () => {
      const kind = freshPartition();
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("a") });
      const told: Change[] = [];
      const stops = [
        store().subscribe(() => {
          throw new TypeError("a listener's own fault");
        }),
        store().subscribe((changes) => told.push(...changes)),
      ];
      const ops: Op[] = [
        { do: "create", doc: buildDoc("b") },
        { do: "create", doc: buildDoc("a") },
      ];
      assert.equal((await store().batch("settings", kind, ops, "test")).ok, false);
      assert.deepEqual(told, []);
      const [etag] = await write(store(), "settings", kind, { do: "create", doc: buildDoc("c") });
      assert.deepEqual(told, [
        { container: "settings", partition: kind, id: "c", doc: buildDoc("c", { kind }), etag },
      ]);
      for (const stop of stops) stop();
    });
  });
}
