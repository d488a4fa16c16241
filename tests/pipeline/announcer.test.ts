import assert from "node:assert/strict";
import { ACTIVITY_EVENTS } from "../../src/core/activity";
import { ChannelError } from "../../src/core/errors";
import type { MessageTrigger } from "../../src/core/texts";
import { transact } from "../../src/core/transact";
import { type Announcement, ROUTING_GROUP } from "../../src/core/workItem";
import { assignTo, end, putAside } from "../../src/routing/sessions";
import { announce } from "../../src/routing/texts/automatedMessages";
import { shareStore } from "../support/sharedStore";
import { conversationOf, createBench, deed, type PipelineBench } from "./bench";

const HOUR_MS = 60 * 60 * 1000;
const ON = { id: "ended", trigger: "ended", text: { en: "Bye, {CustomerName}." } } as const;

describe("announcements", () => {
  let bench: PipelineBench;
  const texts = () => bench.sent.map(({ text }) => text);
  const owed = () => bench.store.all<Announcement>("routing").filter(({ type }) => type === "announcement");

  /** A customer wrote and Ana has it. */
  async function begin(options: Parameters<typeof createBench>[0] = {}): Promise<void> {
    bench = createBench({ more: { automatedMessages: [ON] }, ...options });
    await bench.pipeline.start();
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await bench.quiet();
  }
  afterEach(() => bench.pipeline.stop(0));

  async function tell(trigger: MessageTrigger, values: Record<string, string | number> = {}): Promise<void> {
    const item = await bench.item("1");
    assert.ok(item);
    await transact(bench.store, "routing", ROUTING_GROUP, "tell", async (tx) =>
      announce(bench.ports, tx, item, trigger, values),
    );
    await bench.quiet();
  }

  it("are said as soon as they are committed, as nobody's message, and then deleted", async () => {
    await begin();
    await end(bench.ports, conversationOf("1"), "ana");
    await bench.quiet();
    assert.deepEqual(texts(), ["Bye, ."]);
    assert.deepEqual(owed(), []);
    const [message] = bench.outbound("1");
    assert.deepEqual(message?.author, { kind: "system" });
    assert.equal(message.conversationId, conversationOf("1"));
    assert.equal(message.status, "accepted");
    assert.equal((await bench.head("1"))?.seq, 2);
  });

  it("are said once though worked twice at once, and again later", async () => {
    await begin();
    await bench.pipeline.stop(0);
    await end(bench.ports, conversationOf("1"), "ana");
    const [announcement] = owed();
    assert.ok(announcement);
    const { store, clock } = bench;
    const servers: PipelineBench[] = [];
    for (const serverId of ["server~2", "server~3"]) {
      const view = (await shareStore(store, clock)).store;
      servers.push(createBench({ more: { automatedMessages: [ON] }, store, view, clock, serverId }));
    }
    bench.clock.advance(15_000);
    await Promise.all(servers.map(({ pipeline }) => pipeline.sweep.run()));
    for (const server of servers) await server.quiet();
    const put = { do: "upsert", doc: announcement } as const;
    await bench.store.batch("routing", ROUTING_GROUP, [put], "again");
    await servers[0]?.pipeline.sweep.run();
    for (const server of servers) await server.quiet();
    assert.equal(servers.flatMap(({ sent }) => sent).length, 1);
    assert.deepEqual(owed(), []);
    assert.equal(bench.outbound("1").length, 1);
  });

  for (const purpose of ["end", "announce"]) {
    it(`are said once when the process dies after "${purpose}"`, async () => {
      await begin();
      let dead = false;
      bench.store.before = () => (dead ? new Promise(() => {}) : undefined);
      bench.store.afterCommit = (done) => {
        if (done !== purpose) return;
        dead = true;
        return new Promise(() => {});
      };
      void end(bench.ports, conversationOf("1"), "ana").catch(() => {});
      for (let i = 0; i < 50; i++) await new Promise(setImmediate);
      assert.ok(dead);
      delete bench.store.before;
      delete bench.store.afterCommit;
      assert.equal(owed().length, 1);
      const { store, clock, sent } = bench;
      bench = createBench({ more: { automatedMessages: [ON] }, store, clock, serverId: "server~2" });
      await bench.pipeline.start();
      await bench.quiet();
      assert.deepEqual(owed(), [], "at the start, before anybody can say more");
      assert.equal(bench.outbound("1").length, 1);
      await bench.pass(40_000);
      await bench.pass(40_000);
      await bench.quiet();
      assert.equal(bench.outbound("1").length, 1);
      assert.deepEqual(
        [...sent, ...bench.sent].map(({ text }) => text),
        ["Bye, ."],
      );
    });
  }

  it("wait for the sweep when the store is away", async () => {
    await begin();
    bench.store.before = ({ kind, purpose }) => {
      if (kind === "batch" && purpose === "announce") throw new TypeError("away");
    };
    await end(bench.ports, conversationOf("1"), "ana");
    await bench.quiet();
    assert.deepEqual(texts(), []);
    assert.equal(owed().length, 1);
    delete bench.store.before;
    await bench.pass(30_000);
    await bench.quiet();
    assert.deepEqual(texts(), ["Bye, ."]);
  });

  it("are not said to one who has opted out, and are again after opting in", async () => {
    await begin();
    await bench.webhook(deed("1", "event", { name: ACTIVITY_EVENTS.optOut, text: "STOP" }));
    await bench.quiet();
    await tell("ended");
    assert.deepEqual([texts(), owed()], [[], []]);
    await bench.webhook(deed("1", "event", { name: ACTIVITY_EVENTS.optIn, text: "START" }));
    await bench.quiet();
    await tell("ended");
    assert.deepEqual(texts(), ["Bye, ."]);
  });

  it("are not said in a shut window, and do not wait for it to open", async () => {
    await begin();
    const channel = bench.ports.channels.get("facebook");
    assert.ok(channel);
    const { toRequests } = channel;
    channel.toRequests = () => {
      throw new ChannelError("CHANNEL_WINDOW_CLOSED", "Shut.", { retryable: false });
    };
    await tell("ended");
    channel.toRequests = toRequests;
    await bench.pass(HOUR_MS);
    assert.deepEqual([texts(), owed(), bench.outbound("1")], [[], [], []]);
  });

  it("are not said when an admin switched them off, or changed the words, meanwhile", async () => {
    await begin();
    await bench.pipeline.stop(0);
    await end(bench.ports, conversationOf("1"), "ana");
    const { store, clock } = bench;
    const sweep = async (automatedMessages: object[]) => {
      bench = createBench({ more: { automatedMessages: automatedMessages as never }, store, clock });
      clock.advance(15_000);
      const [announcement] = owed();
      await bench.pipeline.sweep.run();
      await bench.quiet();
      assert.deepEqual(owed(), []);
      const put = { do: "upsert", doc: announcement ?? assert.fail() } as const;
      await store.batch("routing", ROUTING_GROUP, [put], "again");
      return texts();
    };
    assert.deepEqual(await sweep([{ ...ON, enabled: false }]), []);
    assert.deepEqual(await sweep([]), [], "by default it is off");
    assert.deepEqual(await sweep([{ ...ON, text: { en: "New words." } }]), ["New words."]);
  });

  it("are not said any more after an hour", async () => {
    await begin();
    await bench.pipeline.stop(0);
    await end(bench.ports, conversationOf("1"), "ana");
    const { store, clock } = bench;
    bench = createBench({ more: { automatedMessages: [ON] }, store, clock });
    clock.advance(HOUR_MS + 20_000);
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.deepEqual([texts(), owed()], [[], []]);
  });

  it("are not said into the next conversation", async () => {
    await begin();
    const item = await end(bench.ports, conversationOf("1"), "ana");
    await bench.quiet();
    await bench.pipeline.closing.close(item, "agentClosed");
    await bench.say("1", "another matter");
    const before = texts().length;
    await transact(bench.store, "routing", ROUTING_GROUP, "tell", async (tx) =>
      announce(bench.ports, tx, item, "ended"),
    );
    await bench.quiet();
    assert.deepEqual([texts().length, owed()], [before, []]);
  });

  it("have their slugs filled in: names, the queue, variables of the helper and of routing", async () => {
    const text = "{CustomerName}|{AgentName}|{QueueName}|{$order$}|{$tier$}|{$none$}";
    await begin({
      queues: [{ id: "general", name: "General", members: ["ana"] }],
      workstreams: [
        {
          id: "messenger",
          helper: "first",
          flow: "flow",
          classification: [
            { name: "tiers", rules: [{ name: "all", if: "true", set: { attributes: { tier: "gold" } } }] },
          ],
        },
      ],
      flows: [{ id: "flow", start: "a", steps: {} }],
      bot: () => ({ handoff: {}, context: { order: 17 } }),
      more: { automatedMessages: [{ id: "left", trigger: "agentLeft", text: { en: text } }] },
      send: () => ({}),
    });
    await putAside(bench.ports, conversationOf("1"), "ana");
    await bench.quiet();
    assert.equal(bench.outbound("1")[0]?.activity.text, "|ana|General|17|gold|");
  });

  it("are said in the customer's language, with times in the language of the text", async () => {
    await begin({
      instances: [{ externalId: "2000", language: "de-AT" }],
      more: {
        automatedMessages: [
          { id: "a", trigger: "outOfHours", text: { en: "Open {OpensAt}.", pt: "Abrimos {OpensAt}." } },
          { id: "b", trigger: "ended", text: { en: "Bye.", de: "Ende." } },
        ],
      },
    });
    const monday = { OpensAt: Date.UTC(2026, 10, 23, 9), TimeZone: "Europe/Lisbon" };
    await tell("ended");
    await tell("outOfHours", monday);
    assert.deepEqual(texts(), ["Ende.", "Open Monday 09:00."]);
  });

  it("stand in the thread where they happened: after what was said before, before what is said next", async () => {
    await begin({
      more: {
        automatedMessages: [
          { id: "a", trigger: "agentJoined" },
          { id: "b", trigger: "agentAssigned" },
          { id: "c", trigger: "ended" },
        ],
      },
    });
    const write = (text: string) =>
      bench.pipeline.outbox.add({
        conversationId: conversationOf("1"),
        agent: { id: "ana", name: "Ana" },
        text,
      });
    const first = write("Hello.");
    await Promise.all([first, end(bench.ports, conversationOf("1"), "ana")]);
    await bench.quiet();
    assert.deepEqual(texts(), [
      "ana will help you.",
      "ana has joined.",
      "Hello.",
      "This conversation is over. Write again whenever you like.",
    ]);
    assert.deepEqual(
      bench.outbound("1").map(({ seq }) => seq),
      [2, 3, 4, 5],
    );
  });
});
