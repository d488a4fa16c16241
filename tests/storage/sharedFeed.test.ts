import assert from "node:assert/strict";
import { silentLog } from "../../src/core/log";
import type { Change, Doc, Store } from "../../src/core/store";
import { withSharedFeed } from "../../src/storage/sharedFeed";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";

const GROUP = "default";
const doc = (state: string): Doc & { state: string } => ({ id: "item~1", type: "item", state });

/** A server's view of a store that others write to as well; a page of the feed can be held back on its way. */
async function openView() {
  const clock = createFakeClock();
  const memory = createMemoryStore(clock.now);
  const listeners = new Set<(changes: Change[]) => void>();
  let hold: Promise<void> | undefined;
  const view: Store = {
    exclusive: false,
    read: (...given) => memory.read(...given),
    query: (...given) => memory.query(...given),
    async feed(container, cursor, limit) {
      const page = await memory.feed(container, cursor, limit);
      if (container === "routing") await hold;
      return page;
    },
    async batch(container, partition, ops, purpose) {
      const result = await memory.batch(container, partition, ops, purpose);
      if (result.ok)
        for (const listener of listeners)
          listener(
            ops.flatMap((op, i) =>
              op.do === "delete"
                ? []
                : [{ container, partition, id: op.doc.id, doc: op.doc, etag: result.etags[i] ?? "" }],
            ),
          );
      return result;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
  const shared = withSharedFeed(view, { clock, log: silentLog });
  await shared.start();
  const heard: string[] = [];
  shared.store.subscribe((changes) => {
    for (const { doc: now } of changes) heard.push((now as { state?: string } | undefined)?.state ?? "");
  });
  return {
    heard,
    shared,
    /** Another server writes. */
    elsewhere: (state: string) => memory.batch("routing", GROUP, [{ do: "upsert", doc: doc(state) }], "test"),
    here: (state: string) =>
      shared.store.batch("routing", GROUP, [{ do: "upsert", doc: doc(state) }], "test"),
    /** Pages of the feed are on their way until the returned function is called. */
    holdPages(): () => void {
      let release = () => {};
      hold = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

describe("the feed of a shared store", () => {
  it("tells of what other servers wrote, and not of our own writes a second time", async () => {
    const { heard, shared, elsewhere, here } = await openView();
    await elsewhere("theirs");
    await here("ours");
    await shared.readNow();
    assert.deepEqual(heard, ["ours"], "the newest state is ours");
    await elsewhere("theirs again");
    await shared.readNow();
    assert.deepEqual(heard, ["ours", "theirs again"]);
  });

  it("does not bring back an older state, read before we wrote the document and told after", async () => {
    const { heard, shared, elsewhere, here, holdPages } = await openView();
    await elsewhere("with the helper");
    const release = holdPages();
    const reading = shared.readNow();
    await new Promise((resolve) => setImmediate(resolve));
    await here("waiting");
    release();
    await reading;
    assert.deepEqual(heard, ["waiting"]);
  });

  it("tells what somebody made of it after us, though an older state is on its way", async () => {
    const { heard, shared, elsewhere, here, holdPages } = await openView();
    await elsewhere("with the helper");
    const release = holdPages();
    const reading = shared.readNow();
    await new Promise((resolve) => setImmediate(resolve));
    await here("waiting");
    await elsewhere("taken");
    release();
    await reading;
    assert.deepEqual(heard.slice(0, 2), ["waiting", "taken"]);
  });
});
