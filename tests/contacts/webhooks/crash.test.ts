import assert from "node:assert/strict";
import type { Webhooks } from "../../../src/contacts/webhooks/webhooks";
import { StoreError } from "../../../src/core/errors";
import type { RecordEvent } from "../../../src/core/owed";
import type { Store } from "../../../src/core/store";
import { createBench } from "./bench";
import { type Receiver, startReceiver, status } from "./receiver";

/** A server that dies at its `left`th operation: nothing of it happens from then on, or its answer is never heard. */
function dying(store: Store, left: number, how: "before" | "after"): Store {
  const cut = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      left -= 1;
      if (left < 0 || (left === 0 && how === "before")) throw new StoreError("STORE_UNAVAILABLE", "dead");
      const result = await work(...given);
      if (left === 0) throw new StoreError("STORE_UNAVAILABLE", "dead");
      return result;
    };
  };
  return {
    ...store,
    read: cut(store.read) as Store["read"],
    batch: cut(store.batch),
    query: cut(store.query) as Store["query"],
  };
}

describe("webhooks, killed and several", () => {
  let receiver: Receiver;
  let bench: ReturnType<typeof createBench>;
  const servers: Webhooks[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
    bench = createBench([{ url: receiver.url }]);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await end(server);
    await receiver.close();
  });

  function server(more: Parameters<typeof bench.build>[0] = {}): Webhooks {
    const built = bench.build(more);
    servers.push(built);
    built.start();
    return built;
  }

  async function end(server: Webhooks): Promise<void> {
    const ended = server.stop(0);
    bench.clock.advance(0);
    await ended;
  }

  /** Every event came, and of no record an older one for the first time after a newer one. */
  function allCameInOrder(events: readonly RecordEvent[]): void {
    const firsts = [...new Set(receiver.received.map(({ id }) => id))];
    assert.deepEqual([...firsts].sort(), events.map(({ id }) => id).sort());
    for (const contactId of new Set(events.map((event) => event.contactId))) {
      const own = events.filter((event) => event.contactId === contactId).map(({ id }) => id);
      assert.deepEqual(
        firsts.filter((id) => own.includes(id)),
        own,
      );
    }
  }

  for (const how of ["before", "after"] as const) {
    for (let at = 1; at <= 30; at++) {
      it(`loses nothing when killed ${how} operation ${at}`, async () => {
        const events = ["a", "a", "b", "a", "b"].map((contact) => bench.event(contact));
        const first = server({ store: dying(bench.store, at, how) });
        const untold: RecordEvent[] = [];
        for (const event of events) await first.tell(event).catch(() => untold.push(event));
        await first.idle();
        await end(first);
        // What is owed is told again by whoever takes it up.
        const second = server({ serverId: "server~2" });
        for (const event of untold) await second.tell(event);
        for (let i = 0; i < 6; i++) {
          bench.clock.advance(20_000);
          await second.idle();
        }
        allCameInOrder(events);
        assert.ok(receiver.received.length <= events.length + 2, "once more for each record at most");
        assert.deepEqual([...new Set(bench.deliveries().map(({ state }) => state))], ["done"]);
      });
    }
  }

  it("sends each once from two servers, in the order of each record", async () => {
    receiver.answer = (response) => void setImmediate(() => status(200)(response));
    const both = [server(), server({ serverId: "server~2" })];
    const events: RecordEvent[] = [];
    for (let i = 0; i < 120; i++) events.push(bench.event(`c${i % 7}`));
    await Promise.all(events.map((event, i) => both[i % 2]?.tell(event)));
    for (let i = 0; i < 10; i++) {
      bench.clock.advance(1_100);
      for (const each of both) await each.idle();
    }
    assert.equal(receiver.received.length, 120);
    allCameInOrder(events);
  });

  it("sends again under the same id what a server held too long", async () => {
    let goOn = (): void => {};
    receiver.answer = (response) => {
      goOn = () => status(200)(response);
    };
    const slow = server({ post: () => new Promise(() => {}) });
    const event = bench.event("a");
    await slow.tell(event);
    await end(slow);
    const other = server({ serverId: "server~2" });
    bench.clock.advance(15_000);
    await other.idle();
    assert.equal(receiver.received.length, 0, "the first one has it for thirty seconds");
    receiver.answer = status(200);
    for (let i = 0; i < 3; i++) {
      bench.clock.advance(15_000);
      await other.idle();
    }
    assert.deepEqual(
      receiver.received.map(({ id }) => id),
      [event.id],
    );
    goOn();
  });

  it("costs the sweep one read and one query for a receiver, whatever waits for it", async () => {
    receiver.answer = status(503, { "retry-after": "3600" });
    const only = server();
    for (let i = 0; i < 500; i++) await only.tell(bench.event(`c${i}`));
    await only.idle();
    const operations: string[] = [];
    bench.store.before = ({ kind }) => void operations.push(kind);
    for (let i = 0; i < 4; i++) {
      bench.clock.advance(15_000);
      await only.idle();
    }
    assert.ok(operations.length <= 8, operations.join());
    bench.store.before = () => {};
  });
});
