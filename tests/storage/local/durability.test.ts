import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildDoc, write } from "../contract/bench";
import { openTestStore, useTempFolder } from "../support";

const WRITER = join(__dirname, "writer.js");

describe("local store: durability", function () {
  // Starts processes and waits for the disk.
  this.timeout(30_000);
  const temp = useTempFolder();

  it("has everything after it was closed and opened again", async () => {
    const first = await openTestStore(temp);
    const [etag = ""] = await write(first, "threads", "t", {
      do: "create",
      doc: buildDoc("a", { awaitingAt: 7 }),
    });
    await first.close();
    const second = await openTestStore(temp);
    assert.deepEqual(await second.read("threads", "t", "a"), {
      doc: buildDoc("a", { awaitingAt: 7, threadId: "t" }),
      etag,
    });
    const { items } = await second.query("threads", "awaiting", { partition: "t" });
    assert.equal(items.length, 1);
    await write(second, "threads", "t", { do: "replace", doc: buildDoc("a"), etag });
    await second.close();
  });

  it("never gives an etag twice, even when the newest document was deleted before the restart", async () => {
    let highest = 0;
    for (let round = 0; round < 3; round++) {
      const store = await openTestStore(temp);
      const [etag] = await write(store, "threads", "t", { do: "create", doc: buildDoc("a") });
      assert.ok(Number(etag) > highest, `${etag} > ${highest}`);
      highest = Number(etag);
      await write(store, "threads", "t", { do: "delete", id: "a" });
      await store.close();
    }
  });

  it("goes on with a feed where it stopped before the restart", async () => {
    const first = await openTestStore(temp);
    await write(first, "threads", "t", { do: "create", doc: buildDoc("a") });
    const { cursor } = await first.feed("threads", undefined, 10);
    await first.close();
    const second = await openTestStore(temp);
    await write(second, "threads", "t", { do: "create", doc: buildDoc("b") });
    const { changes } = await second.feed("threads", cursor, 10);
    assert.deepEqual(
      changes.map(({ id }) => id),
      ["b"],
    );
    await second.close();
  });

  it("answers what was asked before it was closed, and refuses afterwards", async () => {
    const store = await openTestStore(temp);
    const asked = write(store, "threads", "t", { do: "create", doc: buildDoc("a") });
    const closed = Promise.all([store.close(), store.close()]);
    await asked;
    await closed;
    await assert.rejects(store.read("threads", "t", "a"), { name: "StoreError", code: "STORE_UNAVAILABLE" });
    await assert.rejects(write(store, "threads", "t", { do: "delete", id: "a" }), {
      code: "STORE_UNAVAILABLE",
    });
    await assert.rejects(store.backup(join(temp.folder, "copy.db")), { code: "STORE_UNAVAILABLE" });
  });

  it("has every acknowledged document after each of three kills", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [WRITER, temp.folder], { stdio: ["ignore", "pipe", "inherit"] });
      // Its output ends a little before the kernel has given its lock back.
      const ended = once(child, "close");
      let seen = 0;
      for await (const line of createInterface(child.stdout)) {
        acknowledged.push(line);
        if (++seen === 300) child.kill("SIGKILL");
      }
      await ended;
      assert.ok(seen >= 300, `killed at work: ${acknowledged.at(-1)}`);
    }
    const store = await openTestStore(temp);
    for (const line of acknowledged) {
      const [partition = "", id = ""] = line.split(" ");
      assert.notEqual(await store.read("threads", partition, id), undefined, line);
    }
    await store.close();
  });

  it("has what was committed when the process dies in the hook, before anybody was told", async () => {
    const child = spawn(process.execPath, [WRITER, temp.folder, "write"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    child.stdout.on("data", (chunk) => (told += chunk));
    const [, signal] = await once(child, "close");
    assert.equal(signal, "SIGKILL");
    assert.equal(told, "");
    const store = await openTestStore(temp);
    for (let lane = 0; lane < 8; lane++) {
      assert.notEqual(await store.read("threads", `lane${lane}`, `${child.pid}-${lane}-0`), undefined);
    }
    await store.close();
  });
});
