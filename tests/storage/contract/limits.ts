import assert from "node:assert/strict";
import type { StoreError } from "../../../src/core/errors";
import type { ContainerName, Doc, Op } from "../../../src/core/store";
import { type AnyDoc, buildDoc, type ContractBench, freshPartition, write } from "./bench";

/** What is refused, and the largest that is not. */
export function limitContract({ store }: ContractBench): void {
  describe("limits", () => {
    const refused = (partition: string, ops: Op[], message: RegExp) =>
      assert.rejects(store().batch("threads", partition, ops, "test"), (error: StoreError) => {
        assert.equal(error.code, "STORE_REFUSED");
        assert.match(error.message, message);
        return true;
      });
    const create = (doc: unknown): Op => ({ do: "create", doc: doc as Doc });

    it("takes 100 operations and refuses 101 or none", async () => {
      const ops = Array.from({ length: 101 }, (_, n) => create(buildDoc(`n${n}`)));
      await write(store(), "threads", freshPartition(), ...ops.slice(1));
      await refused(freshPartition(), ops, /101/);
      await refused(freshPartition(), [], /operations/);
    });

    it("refuses a batch of more than 2 MB", async () => {
      const text = "x".repeat(1_100_000);
      await refused(
        freshPartition(),
        [create(buildDoc("a", { text })), create(buildDoc("b", { text }))],
        /bytes/,
      );
      const wide = "é".repeat(1_100_000);
      await refused(freshPartition(), [create(buildDoc("a", { text: wide }))], /bytes/);
    });

    it("refuses ids that a driver could not keep, and keeps all others", async () => {
      const threadId = freshPartition();
      for (const id of ["", "a/b", "a\\b", "a?b", "a#b", "a\nb", "x".repeat(256), 7, undefined]) {
        await refused(threadId, [create({ id, type: "thing" })], /id/);
      }
      for (const id of ["x".repeat(255), "a~b.c-d_e:f", " spaced id ", "100%", "Ünïcode"]) {
        await write(store(), "threads", threadId, create(buildDoc(id)));
        assert.equal((await store().read("threads", threadId, id))?.doc.id, id);
      }
      await assert.rejects(store().read("threads", threadId, "a/b"), { code: "STORE_REFUSED" });
      await refused(threadId, [{ do: "delete", id: "a/b" }], /id/);
      await refused("", [create(buildDoc("a"))], /partition/);
    });

    it("refuses documents it could not index or find again", async () => {
      const threadId = freshPartition();
      await refused(threadId, [create({ id: "a" })], /type/);
      await refused(threadId, [create(buildDoc("a", { due: true }))], /due/);
      await refused(threadId, [create(buildDoc("a", { due: null }))], /due/);
      await refused(threadId, [create(buildDoc("a", { seq: Number.NaN }))], /seq/);
      await refused(threadId, [create(buildDoc("a", { ttl: 0 }))], /ttl/);
      await refused(threadId, [create(buildDoc("a", { threadId: "another" }))], /threadId/);
      await refused(threadId, [create(buildDoc("a", { n: 1n }))], /JSON/);
      await refused(threadId, [create(buildDoc("a")), { do: "delete", id: "a" }], /once/);
    });

    it("refuses unknown containers", async () => {
      await assert.rejects(store().read("nothing" as ContainerName, "p", "a"), { code: "STORE_REFUSED" });
      await assert.rejects(store().feed("nothing" as ContainerName, undefined, 1), { code: "STORE_REFUSED" });
    });
  });
}

/** Documents that vanish. */
export function timeToLiveContract({ store, advance }: ContractBench): void {
  describe("time to live", () => {
    it("hides a document from reads and queries as soon as its time is over", async () => {
      const name = freshPartition();
      await write(
        store(),
        "leases",
        name,
        { do: "create", doc: buildDoc("short", { ttl: 10 }) },
        { do: "create", doc: buildDoc("long") },
      );
      await advance(9_000);
      assert.notEqual(await store().read("leases", name, "short"), undefined);
      await advance(1_001);
      assert.equal(await store().read("leases", name, "short"), undefined);
      const { items } = await store().query("leases", "all", { partition: name });
      assert.deepEqual(
        items.map(({ doc }) => doc.id),
        ["long"],
      );
    });

    it("counts from the last write, and a write without ttl keeps it for good", async () => {
      const name = freshPartition();
      await write(store(), "leases", name, { do: "create", doc: buildDoc("a", { ttl: 10 }) });
      await advance(8_000);
      await write(store(), "leases", name, { do: "upsert", doc: buildDoc("a", { ttl: 10 }) });
      await advance(8_000);
      assert.notEqual(await store().read("leases", name, "a"), undefined);
      await write(store(), "leases", name, { do: "upsert", doc: buildDoc("a") });
      await advance(60_000);
      assert.notEqual(await store().read("leases", name, "a"), undefined);
    });

    it("treats what has expired as missing", async () => {
      const name = freshPartition();
      const [etag = ""] = await write(store(), "leases", name, {
        do: "create",
        doc: buildDoc("a", { ttl: 1 }),
      });
      await advance(1_001);
      const replace = await store().batch(
        "leases",
        name,
        [{ do: "replace", doc: buildDoc("a"), etag }],
        "test",
      );
      assert.deepEqual(replace, { ok: false, index: 0, reason: "missing" });
      const remove = await store().batch("leases", name, [{ do: "delete", id: "a" }], "test");
      assert.deepEqual(remove, { ok: false, index: 0, reason: "missing" });
      await write(store(), "leases", name, { do: "create", doc: buildDoc("a", { n: 2 }) });
      assert.equal((await store().read<AnyDoc>("leases", name, "a"))?.doc.n, 2);
    });
  });
}
