import assert from "node:assert/strict";
import type { ConversationFacts, OutgoingFacts } from "../../src/core/plugin";
import { type HookRunner, NONE_RUNNING } from "../../src/core/runningPlugins";
import { registerFields } from "../../src/routing/rules/fields";
import { assignTo, end } from "../../src/routing/sessions";
import { conversationOf, createBench, say, WITH_HELPER } from "./bench";

interface Call {
  hook: keyof HookRunner;
  facts: ConversationFacts;
  id: string;
}

/** Hooks that write down what they are called with. */
function createHooks(answers: {
  beforeTurn?: (facts: ConversationFacts) => Record<string, string | number>;
  beforeRouting?: Partial<Awaited<ReturnType<NonNullable<HookRunner["beforeRouting"]>>>["answer"]>;
  beforeSending?: (facts: OutgoingFacts) => { text?: string; refuse?: string };
  faults?: string[];
}) {
  const calls: Call[] = [];
  const note = <T>(hook: Call["hook"], facts: ConversationFacts, id: string, answer: T) => {
    calls.push({ hook, facts, id });
    return { answer, faults: answers.faults ?? [] };
  };
  const { beforeTurn, beforeRouting, beforeSending } = answers;
  const hooks: HookRunner = {
    ...(beforeTurn && { beforeTurn: async (facts, id) => note("beforeTurn", facts, id, beforeTurn(facts)) }),
    ...(beforeRouting && {
      beforeRouting: async (facts, id) =>
        note("beforeRouting", facts, id, { context: {}, skills: {}, ...beforeRouting }),
    }),
    ...(beforeSending && {
      beforeSending: async (facts, id) => note("beforeSending", facts, id, beforeSending(facts)),
    }),
    onClose: async (facts, id) => note("onClose", facts, id, {}),
  };
  return { calls, plugins: { ...NONE_RUNNING, hooks } };
}

const idsOf = (calls: readonly Call[], hook: Call["hook"]) =>
  calls.filter((call) => call.hook === hook).map(({ id }) => id);

const agentText = (text: string, clientId?: string) => ({
  conversationId: conversationOf("1"),
  agent: { id: "ana", name: "Ana" },
  text,
  ...(clientId === undefined ? {} : { clientId }),
});

const BY_TIER = {
  workstreams: [
    {
      id: "messenger",
      rules: [
        { name: "Gold", if: "shop.tier == 'gold'", queue: "vip" },
        { name: "Orders", if: "context.order == 'A-1'", queue: "vip" },
      ],
    },
  ],
  queues: [
    { id: "general", members: ["ana"] },
    { id: "vip", members: ["ana"] },
  ],
};

describe("hooks on the path of a message", () => {
  describe("before a turn", () => {
    it("add variables for the helper", async () => {
      const { plugins } = createHooks({ beforeTurn: ({ text }) => ({ length: text.length }) });
      const bench = createBench({ ...WITH_HELPER, plugins });
      await bench.say("1", "hello", "you");
      assert.deepEqual(
        bench.turns.map(({ context }) => context),
        [{ length: 5 }, { length: 3 }],
      );
    });

    it("add variables for rules and people, also while people have it", async () => {
      const { calls, plugins } = createHooks({ beforeTurn: ({ text }) => ({ order: text }) });
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "A-1");
      assert.equal((await bench.item("1"))?.queueId, "vip");
      await bench.say("1", "A-2");
      assert.deepEqual((await bench.item("1"))?.context, { order: "A-2" });
      assert.deepEqual((await bench.head("1"))?.live?.context, { order: "A-2" });
      assert.equal(calls[1]?.facts.conversationId, conversationOf("1"));
      assert.deepEqual(calls[1]?.facts.context, { order: "A-1" });
    });

    it("that fail are told in the trace, also in the middle of a conversation", async () => {
      const { plugins } = createHooks({ beforeTurn: () => ({}), faults: ["it was late"] });
      const bench = createBench({ ...WITH_HELPER, plugins });
      await bench.say("1", "hello", "again");
      const trace = (await bench.record("1"))?.trace.map(({ kind, text }) => [kind, text]);
      const told = ["fault", "it was late"];
      assert.deepEqual(trace, [told, told]);
    });

    it("are asked again under the same id when a turn is repeated", async () => {
      const { calls, plugins } = createHooks({ beforeTurn: () => ({ a: 1 }) });
      const bench = createBench({ ...WITH_HELPER, plugins });
      let lost = 2;
      bench.store.before = ({ purpose }) => {
        if (purpose === "turn" && lost-- > 0) throw new TypeError("the turn breaks off");
      };
      await bench.say("1", "hello");
      for (const ms of [1_000, 5_000]) await bench.pass(ms);
      await bench.quiet();
      const ids = idsOf(calls, "beforeTurn");
      assert.equal(ids.length, 3);
      assert.equal(new Set(ids).size, 1);
      assert.equal(bench.inbound("1").length, 1);
      assert.equal(bench.sent.length, 1);
    });
  });

  describe("before routing", () => {
    it("add variables, skills and a queue", async () => {
      const { plugins } = createHooks({
        beforeRouting: { context: { order: "A-1" }, skills: { billing: 5 } },
      });
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "hello");
      const item = await bench.item("1");
      assert.deepEqual(
        [item?.queueId, item?.skills, item?.context],
        ["vip", { billing: 5 }, { order: "A-1" }],
      );
    });

    it("wish for a queue where the hand-off names none", async () => {
      const { plugins } = createHooks({ beforeRouting: { queue: "vip" } });
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "hello");
      assert.equal((await bench.item("1"))?.queueId, "vip");
      assert.equal((await bench.record("1"))?.trace[0]?.text, 'To queue "vip", rule "plugin".');
      const handing = createBench({
        ...BY_TIER,
        workstreams: [{ id: "messenger", helper: "first", flow: "flow" }],
        flows: [{ id: "flow", start: "a", steps: {} }],
        bot: () => ({ handoff: { queueId: "general" } }),
        plugins,
      });
      await handing.say("1", "hello");
      assert.equal((await handing.item("1"))?.queueId, "general");
    });

    it("tell in the trace of a queue that is not there, and of what failed", async () => {
      const { plugins } = createHooks({ beforeRouting: { queue: "vipp" }, faults: ["it was late"] });
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "hello");
      assert.equal((await bench.item("1"))?.queueId, "general");
      const details = (await bench.record("1"))?.trace[0]?.details as { faults?: string[] };
      assert.deepEqual(details.faults, [
        "it was late",
        'A plugin asks for queue "vipp", which does not exist.',
      ]);
    });

    for (const purpose of ["enqueue", "effectDone"])
      it(`are asked under the same id after a crash after "${purpose}"`, async () => {
        const { calls, plugins } = createHooks({ beforeRouting: { skills: { billing: 5 } } });
        const first = createBench({ ...BY_TIER, plugins });
        await dieAfter(first, purpose, () => first.say("1", "hello"));
        const second = createBench({ ...BY_TIER, plugins, store: first.store, clock: first.clock });
        await second.pipeline.start();
        await second.quiet();
        assert.equal((await second.item("1"))?.version, 1);
        assert.deepEqual((await second.item("1"))?.skills, { billing: 5 });
        assert.equal(new Set(idsOf(calls, "beforeRouting")).size, 1);
        await second.pipeline.stop(0);
      });
  });

  describe("fields", () => {
    let forget: () => void;
    before(() => {
      forget = registerFields(new Map([["shop.tier", { kind: "text" as const }]]));
    });
    after(() => forget());

    function createFields(values: Record<string, unknown>, faults: string[] = []) {
      const asked: { names: readonly string[]; facts: ConversationFacts; id: string }[] = [];
      const plugins: typeof NONE_RUNNING = {
        ...NONE_RUNNING,
        async readFields(names, facts, id) {
          asked.push({ names, facts, id });
          return { answer: values, faults };
        },
      };
      return { asked, plugins };
    }

    it("are read when a rule of the work stream names one, and kept for dry runs", async () => {
      const { asked, plugins } = createFields({ "shop.tier": "gold" });
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "hello");
      const item = await bench.item("1");
      assert.equal(item?.queueId, "vip");
      assert.deepEqual(item.routed?.fields, { "shop.tier": "gold" });
      assert.deepEqual(
        asked.map(({ names }) => names),
        [["shop.tier"]],
      );
      assert.equal(asked[0]?.facts.text, "hello");
    });

    it("of any kind can be looked into, by classification too", async () => {
      const forgetAll = registerFields(new Map([["shop.data", { kind: "any" as const }]]));
      const { asked, plugins } = createFields({ "shop.data": { orders: 3 } });
      const bench = createBench({
        ...BY_TIER,
        workstreams: [
          {
            id: "messenger",
            classification: [
              { name: "Orders", rules: [{ name: "many", if: "shop.data.orders > 2", set: { priority: 5 } }] },
            ],
          },
        ],
        plugins,
      });
      await bench.say("1", "hello");
      forgetAll();
      assert.equal((await bench.item("1"))?.priority, 5);
      assert.deepEqual(
        asked.map(({ names }) => names),
        [["shop.data"]],
      );
    });

    it("are not asked for where no rule names one", async () => {
      const { asked, plugins } = createFields({});
      const bench = createBench({ plugins });
      await bench.say("1", "hello");
      assert.deepEqual(asked, []);
    });

    it("that fail are missing, and the trace tells", async () => {
      const { plugins } = createFields({}, ['Plugin "shop", fields.tier: It took longer than 2000 ms.']);
      const bench = createBench({ ...BY_TIER, plugins });
      await bench.say("1", "hello");
      assert.equal((await bench.item("1"))?.queueId, "general");
      const details = (await bench.record("1"))?.trace[0]?.details as { faults?: string[]; read: unknown[] };
      assert.match(details.faults?.[0] ?? "", /took longer/);
      assert.equal(details.read.length, 2);
    });
  });

  describe("before sending", () => {
    const change = {
      beforeSending: ({ text, author }: OutgoingFacts) =>
        text.includes("secret") ? { refuse: "No secrets." } : { text: `${author.kind}: ${text}` },
    };

    it("replace what an agent sends, and refuse it at once in words", async () => {
      const { plugins } = createHooks(change);
      const bench = createBench({ plugins });
      await bench.say("1", "hi");
      await bench.pipeline.outbox.add(agentText("Hello"));
      await assert.rejects(bench.pipeline.outbox.add(agentText("the secret is 5")), {
        name: "ChannelError",
        code: "PLUGIN_REFUSED",
        message: "No secrets.",
      });
      await bench.quiet();
      assert.deepEqual(
        bench.sent.map(({ text }) => text),
        ["agent: Hello"],
      );
      assert.equal(bench.outbound("1").length, 1);
    });

    it("send once though the same client id comes twice, asked under one id", async () => {
      const { calls, plugins } = createHooks(change);
      const bench = createBench({ plugins });
      await bench.say("1", "hi");
      const twice = [1, 2].map(() => bench.pipeline.outbox.add(agentText("Hello", "c1")));
      await Promise.all(twice);
      await bench.quiet();
      assert.deepEqual(
        bench.sent.map(({ text }) => text),
        ["agent: Hello"],
      );
      assert.equal(new Set(idsOf(calls, "beforeSending")).size, 1);
    });

    it("replace or refuse what the helper says; a refused one stays in the transcript with the reason", async () => {
      const { plugins } = createHooks(change);
      const bench = createBench({
        ...WITH_HELPER,
        plugins,
        bot: () => ({ sends: [say("one"), say("the secret is 5"), say("three")] }),
      });
      await bench.say("1", "hi");
      assert.deepEqual(
        bench.sent.map(({ text }) => text),
        ["bot: one", "bot: three"],
      );
      const [, refused] = bench.outbound("1");
      assert.equal(refused?.status, "failed");
      assert.deepEqual(refused.error, { code: "PLUGIN_REFUSED", message: "No secrets." });
      assert.equal(refused.open, undefined);
      // Nothing of it is left to do, for this server or the next.
      const next = createBench({ ...WITH_HELPER, plugins, store: bench.store, clock: bench.clock });
      await next.pipeline.start();
      await next.say("1", "again");
      assert.deepEqual(
        next.sent.map(({ text }) => text),
        ["bot: You said: again"],
      );
      await next.pipeline.stop(0);
    });

    it("refuse an automated message: it is not said", async () => {
      const { calls, plugins } = createHooks({ beforeSending: () => ({ refuse: "Not today." }) });
      const text = { en: "The secret." };
      const bench = createBench({
        more: { automatedMessages: [{ id: "ended", trigger: "ended", text }] },
        plugins,
      });
      await bench.pipeline.start();
      await bench.say("1", "hi");
      await assignTo(bench.ports, conversationOf("1"), "ana");
      await end(bench.ports, conversationOf("1"), "ana");
      await bench.quiet();
      assert.equal(idsOf(calls, "beforeSending").length, 1);
      assert.deepEqual(bench.outbound("1"), []);
      await bench.pipeline.stop(0);
    });
  });

  describe("on close", () => {
    const closing = async (bench: ReturnType<typeof createBench>): Promise<void> => {
      await bench.say("1", "hi");
      await assignTo(bench.ports, conversationOf("1"), "ana");
      const item = await end(bench.ports, conversationOf("1"), "ana");
      await bench.pipeline.closing.close(item, "agentClosed");
    };

    it("are told once, with the reason", async () => {
      const { calls, plugins } = createHooks({});
      const bench = createBench({ plugins });
      await closing(bench);
      assert.equal(calls.length, 1);
      assert.equal((calls[0]?.facts as { reason?: string } | undefined)?.reason, "agentClosed");
      assert.equal(calls[0]?.facts.customer.id, "1");
    });

    for (const purpose of ["close", "history", "closed"])
      it(`are told, under one id, though the process dies after "${purpose}"`, async () => {
        const { calls, plugins } = createHooks({});
        const first = createBench({ plugins });
        await dieAfter(first, purpose, () => closing(first));
        const second = createBench({ plugins, store: first.store, clock: first.clock });
        await second.pipeline.start();
        await second.quiet();
        assert.equal(await second.item("1"), undefined);
        assert.equal(new Set(idsOf(calls, "onClose")).size, 1);
        await second.pipeline.stop(0);
      });
  });

  it("cost no trip to the store, and nothing is made ready where there is none", async () => {
    const count = async (options: Parameters<typeof createBench>[0]) => {
      const purposes: string[] = [];
      const bench = createBench({ ...WITH_HELPER, ...options });
      bench.store.before = ({ purpose }) => void purposes.push(purpose);
      await bench.say("1", "hi", "again");
      return purposes;
    };
    const { plugins } = createHooks({ beforeTurn: () => ({}), beforeSending: () => ({}) });
    assert.deepEqual(await count({ plugins }), await count({}));
    const silent = new Proxy(NONE_RUNNING, {
      get: (target, name) => {
        if (name !== "hooks" && name !== "readFields") throw new TypeError(`asked for ${String(name)}`);
        return target[name];
      },
    });
    assert.deepEqual(await count({ plugins: silent }), await count({}));
  });
});

/** The process dies right after the named step: nothing of it goes on. */
async function dieAfter(
  bench: ReturnType<typeof createBench>,
  purpose: string,
  work: () => Promise<unknown>,
): Promise<void> {
  let dead = false;
  bench.store.before = () => (dead ? new Promise(() => {}) : undefined);
  bench.store.afterCommit = (done) => {
    if (done !== purpose) return;
    dead = true;
    return new Promise(() => {});
  };
  void work().catch(() => {});
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  assert.equal(dead, true, `${purpose} was reached`);
  delete bench.store.before;
  delete bench.store.afterCommit;
}
