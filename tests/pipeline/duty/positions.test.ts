import assert from "node:assert/strict";
import type { AutomatedMessageSettings } from "../../../src/core/texts";
import { assignTo, pick, release } from "../../../src/routing/sessions";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";
import { shareStore } from "../../support/sharedStore";
import { conversationOf, createBench, type PipelineBench } from "../bench";

const ON: (Partial<AutomatedMessageSettings> & { id: string; trigger: "nextInLine" | "position" })[] = [
  { id: "next", trigger: "nextInLine", text: { en: "next" } },
  { id: "place", trigger: "position", text: { en: "place {Position}" } },
];
const SETTINGS = {
  more: { automatedMessages: ON },
  workstreams: [{ id: "messenger", distribution: "pick" }],
} as const;

describe("places in line", () => {
  let bench: PipelineBench;
  let queries: number;

  async function start(options: Parameters<typeof createBench>[0] = {}): Promise<void> {
    bench = createBench({ ...(SETTINGS as object), ...options });
    await bench.pipeline.start();
    queries = 0;
    bench.store.before = ({ kind, purpose }) => {
      if (kind === "query" && purpose === "waiting") queries += 1;
    };
  }
  afterEach(() => bench.pipeline.stop(0));

  /** Customers who begin to wait one after the other. */
  async function wait(...customers: string[]): Promise<void> {
    for (const customer of customers) {
      await bench.say(customer, "hi");
      bench.clock.advance(1);
    }
  }
  async function pass(ms: number): Promise<void> {
    await bench.pass(ms);
    await bench.quiet();
  }
  const take = (customer: string) => pick(bench.ports, conversationOf(customer), "ana");
  const toldTo = (customer: string) =>
    bench.sent.filter(({ customerId }) => customerId === customer).map(({ text }) => text);

  it("are told a moment after a conversation began to wait, all of that moment in one round", async () => {
    await start();
    await wait("1", "2", "3");
    assert.deepEqual(bench.sent, []);
    await pass(5_000);
    assert.deepEqual(["1", "2", "3"].map(toldTo), [["next"], ["place 2"], ["place 3"]]);
    assert.equal(queries, 1);
    assert.equal((await bench.item("3"))?.toldPosition, 3);
  });

  it("are told again when they have halved, or when it is the next one's turn", async () => {
    await start();
    const customers = ["1", "2", "3", "4", "5", "6", "7", "8"];
    await wait(...customers);
    await pass(5_000);
    for (const customer of customers.slice(0, 7)) {
      await take(customer);
      await pass(30_000);
    }
    assert.deepEqual(toldTo("8"), ["place 8", "place 4", "place 2", "next"]);
    assert.deepEqual(toldTo("3"), ["place 3", "next"]);
    await pass(120_000);
    assert.equal(toldTo("8").length, 4);
  });

  it("are not told when they get worse", async () => {
    await start();
    await wait("1", "2");
    await pass(5_000);
    await take("1");
    await pass(30_000);
    assert.deepEqual(toldTo("2"), ["place 2", "next"]);
    const first = await bench.item("2");
    assert.ok(first?.queuedAt);
    // Somebody more urgent comes.
    bench.settings.change({
      ...SETTINGS,
      workstreams: [{ id: "messenger", distribution: "pick", fallbackQueue: "general" }],
      queues: [{ id: "general", priority: 1, members: ["ana"] }],
    } as never);
    await wait("3");
    await pass(60_000);
    assert.deepEqual(toldTo("3"), ["next"]);
    assert.deepEqual(toldTo("2"), ["place 2", "next"]);
  });

  it("are counted inside the queue", async () => {
    await start({
      workstreams: [
        {
          id: "messenger",
          distribution: "pick",
          rules: [{ name: "vip", if: "message.text == 'vip'", queue: "vip" }],
        },
      ],
      queues: [
        { id: "general", members: ["ana"] },
        { id: "vip", priority: 1, members: ["ana"] },
      ],
    });
    await bench.say("1", "vip");
    await wait("2");
    await pass(5_000);
    assert.deepEqual(
      [(await bench.item("1"))?.queueId, (await bench.item("2"))?.queueId],
      ["vip", "general"],
    );
    assert.deepEqual(["1", "2"].map(toldTo), [["next"], ["next"]]);
  });

  it("are told anew to one who was with an agent and waits again", async () => {
    await start();
    await wait("1", "2");
    await pass(5_000);
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await pass(30_000);
    await release(bench.ports, conversationOf("1"), "ana");
    await pass(5_000);
    assert.deepEqual(toldTo("1"), ["next", "place 2"]);
  });

  it("cost nothing while the texts are off: by default, or switched off", async () => {
    for (const automatedMessages of [[], ON.map((message) => ({ ...message, enabled: false }))]) {
      await start({ more: { automatedMessages } });
      await wait("1", "2");
      await pass(90_000);
      assert.deepEqual([queries, bench.sent.length], [0, 0]);
    }
  });

  it("ask once a round at most", async () => {
    await start();
    await wait("1", "2");
    await pass(5_000);
    queries = 0;
    for (let i = 0; i < 4; i++) await pass(30_000);
    assert.equal(queries, 4);
  });

  it("are told where they are switched on: one trigger, one page, one channel", async () => {
    await start({ more: { automatedMessages: ON.slice(0, 1) } });
    await wait("1", "2");
    await pass(5_000);
    assert.deepEqual(["1", "2"].map(toldTo), [["next"], []]);
    await take("1");
    await pass(30_000);
    assert.deepEqual(toldTo("2"), ["next"]);
    await bench.pipeline.stop(0);
    await start({ more: { automatedMessages: ON.map((each) => ({ ...each, channel: "sms" as const })) } });
    await wait("1", "2");
    await pass(60_000);
    assert.deepEqual(bench.sent, []);
  });

  it("are not told to one who was taken between the count and the word", async () => {
    await start();
    await wait("1");
    const before = bench.store.before;
    let taken = false;
    bench.store.before = async (operation) => {
      if (operation.kind !== "batch" || operation.purpose !== "place" || taken) return;
      taken = true;
      if (before !== undefined) bench.store.before = before;
      await take("1");
    };
    await pass(5_000);
    assert.ok(taken);
    assert.deepEqual(toldTo("1"), []);
    assert.equal((await bench.item("1"))?.toldPosition, undefined);
  });

  it("are remembered in the batch that tells them: told once, by one of two servers", async () => {
    const clock = createFakeClock();
    const store = createMemoryStore(clock.now);
    const servers: PipelineBench[] = [];
    for (const serverId of ["server~1", "server~2"]) {
      const view = (await shareStore(store, clock)).store;
      servers.push(createBench({ ...(SETTINGS as object), store, clock, view, serverId }));
    }
    [bench] = servers as [PipelineBench];
    let rounds = 0;
    store.before = ({ kind, purpose }) => {
      if (kind === "query" && purpose === "waiting") rounds += 1;
    };
    for (const { pipeline } of servers) await pipeline.start();
    // Assignment reads the line too, when it begins.
    for (const { pipeline } of servers) await pipeline.assigner.kick();
    rounds = 0;
    await bench.say("1", "hi");
    for (let i = 0; i < 40; i++) {
      clock.advance(1_000);
      for (let n = 0; n < 20; n++) await new Promise(setImmediate);
    }
    const sent = servers.flatMap((server) => server.sent);
    assert.deepEqual(
      sent.map(({ text }) => text),
      ["next"],
    );
    assert.equal(rounds, 2, "one of them asks: a moment after it began to wait, and after 30 seconds");
    await servers[1]?.pipeline.stop(0);
  });

  it("are told with the next round when the store is away", async () => {
    await start();
    await wait("1");
    let away = true;
    bench.store.before = ({ kind, purpose }) => {
      if (away && kind === "query" && purpose === "waiting") throw new TypeError("away");
    };
    await pass(5_000);
    away = false;
    assert.deepEqual(bench.sent, []);
    await pass(30_000);
    assert.deepEqual(toldTo("1"), ["next"]);
  });
});
