import assert from "node:assert/strict";
import type { Op } from "../../../src/core/store";
import { type AnyDoc, buildDoc, type ContractBench, freshPartition, write } from "./bench";

/** Create, replace, upsert, delete, batches, races. */
export function writeContract({ store }: ContractBench): void {
  describe("reading and writing", () => {
    const read = (partition: string, id: string) => store().read<AnyDoc>("settings", partition, id);
    const batch = (partition: string, ...ops: Op[]) => store().batch("settings", partition, ops, "test");

    it("finds nothing where nothing was written", async () => {
      assert.equal(await read(freshPartition(), "none"), undefined);
    });

    it("creates a document and reads it back with its partition property", async () => {
      const kind = freshPartition();
      const doc = buildDoc("a", { deep: { list: [1, null, "x", false] }, zero: 0 });
      const [etag] = await write(store(), "settings", kind, { do: "create", doc });
      assert.deepEqual(await read(kind, "a"), { doc: { ...doc, kind }, etag });
      assert.equal("kind" in doc, false, "the caller's document stays as it was");
    });

    it("refuses to create what exists and leaves it alone", async () => {
      const kind = freshPartition();
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("a", { n: 1 }) });
      const result = await batch(kind, { do: "create", doc: buildDoc("a", { n: 2 }) });
      assert.deepEqual(result, { ok: false, index: 0, reason: "exists" });
      assert.equal((await read(kind, "a"))?.doc.n, 1);
    });

    it("keeps equal ids of different partitions and containers apart", async () => {
      const [one, two] = [freshPartition(), freshPartition()];
      await write(store(), "settings", one, { do: "create", doc: buildDoc("a", { n: 1 }) });
      await write(store(), "settings", two, { do: "create", doc: buildDoc("a", { n: 2 }) });
      await write(store(), "contacts", one, { do: "create", doc: buildDoc("a", { n: 3 }) });
      assert.equal((await read(one, "a"))?.doc.n, 1);
      assert.equal((await read(two, "a"))?.doc.n, 2);
      assert.equal((await store().read<AnyDoc>("contacts", one, "a"))?.doc.n, 3);
    });

    it("replaces only with the etag of the present version", async () => {
      const kind = freshPartition();
      const [first = ""] = await write(store(), "settings", kind, {
        do: "create",
        doc: buildDoc("a", { n: 1 }),
      });
      const [second] = await write(store(), "settings", kind, {
        do: "replace",
        doc: buildDoc("a", { n: 2 }),
        etag: first,
      });
      assert.notEqual(second, first);
      const late = await batch(kind, { do: "replace", doc: buildDoc("a", { n: 3 }), etag: first });
      assert.deepEqual(late, { ok: false, index: 0, reason: "changed" });
      const strange = await batch(kind, {
        do: "replace",
        doc: buildDoc("a", { n: 3 }),
        etag: "no etag of ours",
      });
      assert.deepEqual(strange, { ok: false, index: 0, reason: "changed" });
      assert.deepEqual(await read(kind, "a"), { doc: buildDoc("a", { n: 2, kind }), etag: second });
    });

    it("refuses to replace what is missing", async () => {
      const result = await batch(freshPartition(), { do: "replace", doc: buildDoc("a"), etag: "1" });
      assert.deepEqual(result, { ok: false, index: 0, reason: "missing" });
    });

    it("upserts whether the document exists or not", async () => {
      const kind = freshPartition();
      const [first] = await write(store(), "settings", kind, {
        do: "upsert",
        doc: buildDoc("a", { n: 1, gone: true }),
      });
      const [second] = await write(store(), "settings", kind, { do: "upsert", doc: buildDoc("a", { n: 2 }) });
      assert.notEqual(second, first);
      assert.deepEqual(await read(kind, "a"), { doc: buildDoc("a", { n: 2, kind }), etag: second });
    });

    it("deletes with the right etag, without one, and never what is missing or changed", async () => {
      const kind = freshPartition();
      const [a = "", b = ""] = await write(
        store(),
        "settings",
        kind,
        { do: "create", doc: buildDoc("a") },
        { do: "create", doc: buildDoc("b") },
        { do: "create", doc: buildDoc("c") },
      );
      assert.deepEqual(await batch(kind, { do: "delete", id: "a", etag: b }), {
        ok: false,
        index: 0,
        reason: "changed",
      });
      assert.equal(
        (await batch(kind, { do: "delete", id: "a", etag: a }, { do: "delete", id: "c" })).ok,
        true,
      );
      assert.equal(await read(kind, "a"), undefined);
      assert.equal(await read(kind, "c"), undefined);
      assert.notEqual(await read(kind, "b"), undefined);
      assert.deepEqual(await batch(kind, { do: "delete", id: "a" }), {
        ok: false,
        index: 0,
        reason: "missing",
      });
    });

    it("never gives an etag again after a delete", async () => {
      const kind = freshPartition();
      const [first = ""] = await write(store(), "settings", kind, { do: "create", doc: buildDoc("a") });
      await write(store(), "settings", kind, { do: "delete", id: "a" });
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("a") });
      const result = await batch(kind, { do: "replace", doc: buildDoc("a"), etag: first });
      assert.deepEqual(result, { ok: false, index: 0, reason: "changed" });
    });

    it("does all of a batch or nothing, and says which operation stood in the way", async () => {
      const kind = freshPartition();
      const [etag = ""] = await write(store(), "settings", kind, {
        do: "create",
        doc: buildDoc("a", { n: 1 }),
      });
      const result = await batch(
        kind,
        { do: "replace", doc: buildDoc("a", { n: 2 }), etag },
        { do: "create", doc: buildDoc("new") },
        { do: "delete", id: "missing" },
      );
      assert.deepEqual(result, { ok: false, index: 2, reason: "missing" });
      assert.deepEqual(await read(kind, "a"), { doc: buildDoc("a", { n: 1, kind }), etag });
      assert.equal(await read(kind, "new"), undefined);
    });

    it("lets batches asked for at the same time succeed or fail each for itself", async () => {
      const kind = freshPartition();
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("taken") });
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          batch(
            kind,
            { do: "create", doc: buildDoc(`n${n}`) },
            { do: "create", doc: buildDoc(n % 3 === 0 ? "taken" : `m${n}`) },
          ),
        ),
      );
      for (const [n, result] of results.entries()) {
        if (n % 3 === 0) assert.deepEqual(result, { ok: false, index: 1, reason: "exists" });
        else assert.equal(result.ok, true);
        assert.equal((await read(kind, `n${n}`)) === undefined, n % 3 === 0);
      }
    });

    it("lets exactly one of twenty racing replaces win", async () => {
      const kind = freshPartition();
      const [etag = ""] = await write(store(), "settings", kind, {
        do: "create",
        doc: buildDoc("a", { n: -1 }),
      });
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) => batch(kind, { do: "replace", doc: buildDoc("a", { n }), etag })),
      );
      const winners = results.flatMap((result, n) => (result.ok ? [n] : []));
      assert.equal(winners.length, 1);
      assert.equal((await read(kind, "a"))?.doc.n, winners[0]);
      for (const result of results) if (!result.ok) assert.equal(result.reason, "changed");
    });

    it("lets exactly one of twenty racing creates win", async () => {
      const kind = freshPartition();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) => batch(kind, { do: "create", doc: buildDoc("a", { n }) })),
      );
      assert.equal(results.filter(({ ok }) => ok).length, 1);
    });

    it("gives one etag an operation", async () => {
      const kind = freshPartition();
      const etags = await write(
        store(),
        "settings",
        kind,
        { do: "create", doc: buildDoc("a") },
        { do: "upsert", doc: buildDoc("b") },
      );
      assert.deepEqual(etags, [(await read(kind, "a"))?.etag, (await read(kind, "b"))?.etag]);
    });

    it("keeps every script, emoji, quote and control character", async () => {
      const kind = freshPartition();
      const text = "Grüße 你好 مرحبا 👩‍👩‍👧 \u0000\u001f\" ' \\ \u2028 \ud800 end";
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("a", { text, ключ: text }) });
      assert.deepEqual((await read(kind, "a"))?.doc, buildDoc("a", { text, ключ: text, kind }));
    });

    it("keeps a document of 1.9 MB", async () => {
      const kind = freshPartition();
      const text = "0123456789abcdef".repeat(118_750);
      await write(store(), "settings", kind, { do: "create", doc: buildDoc("big", { text }) });
      assert.equal((await read(kind, "big"))?.doc.text, text);
    });
  });
}
