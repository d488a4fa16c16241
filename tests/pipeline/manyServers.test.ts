import assert from "node:assert/strict";
import { ChannelError } from "../../src/core/errors";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { shareStore } from "../support/sharedStore";
import { createBench, message, type PipelineBench, say, WITH_HELPER } from "./bench";

type Options = Parameters<typeof createBench>[0];

/** Two servers on one store, each with its own platform calls. */
async function createPair(one: Options = {}, two: Options = {}) {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  const feeds = [await shareStore(store, clock), await shareStore(store, clock)] as const;
  const benches = feeds.map((feed, index) =>
    createBench({
      ...WITH_HELPER,
      ...(index === 0 ? one : two),
      store,
      clock,
      view: feed.store,
      serverId: `server~${index + 1}`,
    }),
  ) as [PipelineBench, PipelineBench];
  const [a, b] = benches;
  return {
    a,
    b,
    clock,
    store,
    /** Everything that needs no time to pass. */
    async settle(): Promise<void> {
      for (let i = 0; i < 200; i++) await new Promise(setImmediate);
    },
    /** Time passes, in steps that a watch or a feed notices. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 250) {
        clock.advance(Math.min(250, left));
        for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      }
    },
    async hear(): Promise<void> {
      for (const feed of feeds) await feed.readNow();
    },
  };
}

describe("many servers on one store", () => {
  it("work one conversation in order, whichever of them is asked", async () => {
    const { a, b, settle, pass } = await createPair();
    for (let n = 0; n < 10; n++) {
      await (n % 2 === 0 ? a : b).webhook(message("1", `m${n}`, { key: `k${n}` }));
      await settle();
      await pass(300);
    }
    await pass(2_000);
    assert.deepEqual(
      a.inbound("1").map(({ activity }) => activity.text),
      Array.from({ length: 10 }, (_, n) => `m${n}`),
    );
    const sent = a.outbound("1");
    assert.deepEqual(
      sent.map(({ activity, status }) => [activity.text, status]),
      Array.from({ length: 10 }, (_, n) => [`You said: m${n}`, "accepted"]),
    );
    assert.equal(a.sent.length + b.sent.length, 10);
  });

  it("work what another received and did not come to, by the platform's time", async () => {
    const { a, b, settle } = await createPair({ bot: () => new Promise(() => {}) });
    await a.webhook(message("1", "first", { key: "k1", at: 1 }));
    await settle();
    await b.webhook(message("1", "second", { key: "k2", at: 2 }));
    await settle();
    assert.deepEqual(
      b.inbound("1").map(({ activity, seq }) => [activity.text, seq]),
      [
        ["first", 1],
        ["second", 3],
      ],
    );
    assert.deepEqual(
      b.sent.map(({ text }) => text),
      ["You said: first", "You said: second"],
    );
  });

  it("let the other finish what it is sending before they send", async () => {
    let finish = (): void => {};
    const { a, b, settle, pass } = await createPair({
      send: () =>
        new Promise((resolve) => {
          finish = () => resolve({});
        }),
    });
    await a.webhook(message("1", "one"));
    await settle();
    await b.webhook(message("1", "two"));
    await settle();
    await pass(5_000);
    assert.deepEqual(b.sent, [], "the first is still on its way");
    finish();
    await settle();
    await pass(1_000);
    assert.deepEqual(
      b.sent.map(({ text }) => text),
      ["You said: two"],
    );
  });

  it("take over what a dead one was sending once its time is over, and ask the platform first", async () => {
    const { b, a, settle, pass } = await createPair(
      { send: () => new Promise(() => {}) },
      { reconcile: () => ({ outcome: "sent", providerId: "p~old" }) },
    );
    await a.webhook(message("1", "one"));
    await settle();
    await b.webhook(message("1", "two"));
    await settle();
    await pass(30_000);
    assert.deepEqual(b.sent, []);
    await pass(35_000);
    assert.deepEqual(
      b.sent.map(({ text }) => text),
      ["You said: two"],
    );
    assert.deepEqual(
      b.outbound("1").map(({ status, providerIds }) => [status, providerIds[0]]),
      [
        ["accepted", "p~old"],
        ["accepted", "p1"],
      ],
    );
  });

  it("send once, although the first wakes up after its time was over", async () => {
    let wake = (): void => {};
    const pair = await createPair(
      {
        // A pause between the commit and the call, as SIGSTOP makes it.
        bot: async ({ activity }) => ({
          sends: [{ type: "message", text: `You said: ${activity.text}` } as never],
        }),
      },
      { reconcile: () => ({ outcome: "notSent" }) },
    );
    const { a, b, store, settle, pass } = pair;
    store.afterCommit = (purpose) => {
      if (purpose !== "turn") return undefined;
      delete store.afterCommit;
      return new Promise((resolve) => {
        wake = resolve;
      });
    };
    await a.webhook(message("1", "one"));
    await settle();
    await pass(65_000);
    await b.webhook(message("1", "two"));
    await settle();
    await pass(5_000);
    assert.deepEqual(
      b.sent.map(({ text }) => text),
      ["You said: one", "You said: two"],
    );
    wake();
    await settle();
    await pass(2_000);
    assert.deepEqual(a.sent, [], "it found out that somebody else had it");
  });

  it("need four round trips for a message with one answer, however they alternate", async () => {
    const { a, b, store, settle, pass } = await createPair();
    await a.webhook(message("1", "opens the conversation"));
    await settle();
    await pass(1_000);
    let trips: string[] = [];
    store.before = ({ kind, purpose }) => void trips.push(`${kind} ${purpose}`);
    for (const [n, bench] of [b, a, a, b].entries()) {
      trips = [];
      await bench.webhook(message("1", `hi ${n}`));
      await settle();
      assert.deepEqual(trips, ["batch receive", "query open", "batch turn", "batch accepted"]);
      await pass(1_000);
    }
  });

  it("take a conversation from the helper while the other runs a turn, which then says nothing", async () => {
    let answer = (): void => {};
    const { a, b, settle, pass } = await createPair({
      bot: ({ activity }) =>
        activity.text === "slow"
          ? new Promise((resolve) => {
              answer = () => resolve({ sends: [say("Too late.")], handoff: { queueId: "vip" } });
            })
          : { sends: [say("Hello.")] },
    });
    await a.webhook(message("1", "hi"));
    await settle();
    await pass(1_000);
    await a.webhook(message("1", "slow"));
    await settle();
    const row = (await b.item("1")) ?? assert.fail("no row");
    const taken = await b.pipeline.takeOver.take(row, { agentId: "ana", how: "pick" });
    assert.equal(taken?.agentId, "ana");
    answer();
    await settle();
    await pass(1_000);
    assert.deepEqual(
      [...a.sent, ...b.sent].map(({ text }) => text),
      ["Hello."],
    );
    const after = await b.item("1");
    assert.deepEqual([after?.agentId, after?.epoch, after?.lastText], ["ana", 2, "slow"]);
    assert.equal((await b.head("1"))?.live?.heldBy, "people");
    assert.deepEqual(b.effects(), []);
  });

  it("give a conversation back on one, while the customer leaves the queue on the other", async () => {
    const bot: NonNullable<Options>["bot"] = ({ activity }) =>
      activity.text === "refund" ? { sends: [say("Wait.")], handoff: {} } : { sends: [say("Helper.")] };
    const { a, b, settle, pass } = await createPair({ bot }, { bot });
    await a.webhook(message("1", "refund"));
    await settle();
    await pass(1_000);
    const item = (await b.item("1")) ?? assert.fail("no row");
    const said = a.webhook(message("1", "menu"));
    const given = b.pipeline.handBack.give({ item, by: { id: "sam", name: "Sam" } }).catch(() => undefined);
    await said;
    await settle();
    await pass(2_000);
    await given;
    const after = await b.item("1");
    assert.deepEqual([after?.holder, after?.epoch], ["bot", 3]);
    assert.deepEqual([(await a.head("1"))?.live?.heldBy, (await a.head("1"))?.live?.epoch], ["bot", 3]);
    assert.equal(after?.stints.length, 1);
    assert.deepEqual(a.effects(), []);
  });

  it("hear of each other's health", async () => {
    let dead = true;
    const { a, b, settle, hear, pass } = await createPair({
      send() {
        if (dead) throw new ChannelError("CHANNEL_AUTH", "Expired.", { retryable: false, scope: "instance" });
        return {};
      },
    });
    await a.webhook(message("1", "one"));
    await settle();
    await hear();
    assert.equal(b.pipeline.health.of("facebook~2000").state, "error");
    dead = false;
    await pass(61_000);
    await hear();
    assert.equal(b.pipeline.health.of("facebook~2000").state, "ok");
  });

  it("share what the platform allows", async () => {
    const { a, b, pass, settle } = await createPair({ sendRate: 10 }, { sendRate: 10 });
    await a.pipeline.start();
    await b.pipeline.start();
    await pass(16_000);
    for (let n = 0; n < 12; n++) await a.webhook(message(`c${n}`, "hi"));
    await settle();
    assert.equal(a.sent.length, 5, "half of ten");
    await a.pipeline.stop(0);
    await b.pipeline.stop(0);
  });

  it("sweep once for all, and by another when the sweeper dies", async () => {
    const { a, b, store, pass } = await createPair();
    await a.pipeline.start();
    await b.pipeline.start();
    let sweeps = 0;
    store.before = ({ kind, purpose }) => {
      if (kind === "query" && purpose === "due") sweeps += 1;
    };
    await pass(16_000);
    const each = sweeps;
    assert.ok(each > 0 && each <= 4, `${each} queries in one round`);
    await a.pipeline.stop(0);
    sweeps = 0;
    await pass(16_000);
    assert.ok(sweeps > 0, "the other goes on");
    await b.pipeline.stop(0);
  });
});
