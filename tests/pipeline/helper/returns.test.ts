import assert from "node:assert/strict";
import { type AgentLoad, ROUTING_GROUP, type WorkItem } from "../../../src/core/workItem";
import { agentDocId } from "../../../src/routing/agentLoad";
import { acceptOffer } from "../../../src/routing/offers";
import { assignTo } from "../../../src/routing/sessions";
import { conversationOf, createBench, message, type PipelineBench, say, WITH_HELPER } from "../bench";
import { crashAfter } from "../crash";

/** A helper that hands over on "refund". */
const FIRST = {
  ...WITH_HELPER,
  bot: ({ activity, context }: { activity: { text?: string }; context: object }) =>
    activity.text === "refund"
      ? { sends: [say("One moment.")], handoff: { summary: "refund" }, context: { topic: "refund" } }
      : { sends: [say(`Helper: ${activity.text ?? JSON.stringify(context)}`)] },
} as Parameters<typeof createBench>[0];
const SAM = { id: "sam", name: "Sam" };

const rowOf = async (bench: PipelineBench): Promise<WorkItem> =>
  (await bench.item("1")) ?? assert.fail("there is no row");
const loadOf = async (bench: PipelineBench, agentId: string): Promise<number> =>
  ((await bench.store.read("routing", ROUTING_GROUP, agentDocId(agentId)))?.doc as AgentLoad | undefined)
    ?.used ?? 0;
const sentTo = (bench: PipelineBench) => bench.sent.map(({ text }) => text);
const give = async (bench: PipelineBench, note?: string) =>
  bench.pipeline.handBack.give({ item: await rowOf(bench), by: SAM, note });
const toAna = (bench: PipelineBench) => assignTo(bench.ports, conversationOf("1"), "ana");

async function assertSound(bench: PipelineBench): Promise<void> {
  const [head, row] = [await bench.head("1"), await rowOf(bench)];
  assert.equal(head?.live?.heldBy, row.holder === "bot" ? "bot" : "people");
  assert.equal(head?.live?.epoch, row.epoch);
  assert.deepEqual(bench.effects(), []);
}

describe("a customer who waits and asks for the helper", () => {
  it("leaves the queue; the helper begins anew and hears what follows", async () => {
    const bench = createBench(FIRST);
    await bench.say("1", "hi", "refund", "Menu!", "opening hours?");
    assert.deepEqual(sentTo(bench), ["Helper: hi", "One moment.", "Helper: Menu!", "Helper: opening hours?"]);
    assert.equal(bench.turns.at(-2)?.dialog, undefined);
    const row = await rowOf(bench);
    assert.deepEqual([row.holder, row.sk, row.queueId], ["bot", undefined, undefined]);
    assert.match(JSON.stringify((await bench.record("1"))?.trace), /left the queue for the helper/);
    await assertSound(bench);
  });

  it("right after the hand-over, before it stands in the queue, leaves all the same", async () => {
    const bench = createBench(FIRST);
    await bench.webhook(message("1", "refund"));
    await bench.webhook(message("1", "menu"));
    await bench.quiet();
    assert.equal((await rowOf(bench)).holder, "bot");
    await assertSound(bench);
  });

  it("has the offer withdrawn", async () => {
    const bench = createBench(FIRST);
    await bench.online("ana");
    await bench.say("1", "refund");
    await bench.pipeline.assigner.kick();
    assert.equal((await rowOf(bench)).offeredTo, "ana");
    await bench.say("1", "menu");
    assert.equal(await loadOf(bench, "ana"), 0);
    await assertSound(bench);
  });

  it("only says so while an agent has it, or where no helper is", async () => {
    const bench = createBench(FIRST);
    await bench.say("1", "refund");
    await toAna(bench);
    await bench.say("1", "menu");
    const row = await rowOf(bench);
    assert.deepEqual([row.holder, row.lastText], ["agent", "menu"]);
    const off = createBench();
    await off.say("1", "hi", "menu");
    assert.equal((await rowOf(off)).holder, "queue");
    assert.equal(off.turns.length, 0);
  });

  it("may wait again, and leave again, as often as they like", async () => {
    const bench = createBench(FIRST);
    for (let round = 1; round <= 3; round++) {
      await bench.say("1", "refund");
      assert.deepEqual([(await rowOf(bench)).holder, (await rowOf(bench)).epoch], ["queue", 2 * round]);
      assert.equal((await rowOf(bench)).summary, "refund");
      await bench.say("1", "menu");
      assert.deepEqual([(await rowOf(bench)).holder, (await rowOf(bench)).epoch], ["bot", 2 * round + 1]);
    }
    assert.equal((await rowOf(bench)).stints.length, 3);
    await assertSound(bench);
  });

  it("waits again when the helper then fails", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      bot: ({ activity }) => (activity.text === "menu" ? {} : { sends: [say("Yes.")], handoff: {} }),
    });
    await bench.say("1", "refund", "menu");
    assert.deepEqual([(await rowOf(bench)).holder, (await rowOf(bench)).epoch], ["queue", 4]);
    await assertSound(bench);
  });

  it("and an agent who accepts at that moment: one of them has it, head and row agree", async () => {
    const holders = new Set<string>();
    for (let turns = 0; turns < 12; turns++) {
      const bench = createBench(FIRST);
      await bench.online("ana");
      await bench.say("1", "refund");
      await bench.pipeline.assigner.kick();
      const { offerId = "" } = await rowOf(bench);
      const said = bench.say("1", "menu");
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      const accepted = await acceptOffer(bench.ports, offerId, "ana").catch(() => undefined);
      await said;
      const row = await rowOf(bench);
      assert.equal(row.holder, accepted === undefined ? "bot" : "agent");
      assert.equal(await loadOf(bench, "ana"), accepted === undefined ? 0 : 1);
      assert.equal(row.lastText, accepted === undefined ? "refund" : "menu");
      holders.add(row.holder);
      await assertSound(bench);
    }
    assert.deepEqual([...holders].sort(), ["agent", "bot"], "both came to pass");
  });

  it("in a turn that loses its race leaves once", async () => {
    const bench = createBench(FIRST);
    await bench.say("1", "refund");
    let once = true;
    bench.store.before = async ({ purpose }) => {
      if (purpose !== "turn" || !once) return;
      once = false;
      const head = await bench.store.read("threads", message1(), "head");
      assert.ok(head);
      await bench.store.batch(
        "threads",
        message1(),
        [{ do: "replace", doc: head.doc, etag: head.etag }],
        "other",
      );
    };
    await bench.say("1", "menu");
    assert.deepEqual(sentTo(bench), ["One moment.", "Helper: menu"]);
    assert.equal((await rowOf(bench)).epoch, 3);
    await assertSound(bench);

    function message1(): string {
      return conversationOf("1").replace(/\.\d+$/, "");
    }
  });

  for (const purpose of ["receive", "toHelper", "turn", "effectDone"])
    it(`survives a crash after "${purpose}": the helper answers once`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "menu"), {
        bench: FIRST ?? {},
        before: (first) => first.say("1", "refund"),
      });
      assert.equal((await rowOf(bench)).holder, "bot");
      const answers = bench.outbound("1").filter(({ activity }) => activity.text === "Helper: menu");
      assert.equal(answers.length, 1);
      await assertSound(bench);
    });
});

describe("giving a conversation back to the helper", () => {
  async function withAna(options = FIRST): Promise<PipelineBench> {
    const bench = createBench(options);
    await bench.say("1", "refund");
    await toAna(bench);
    return bench;
  }

  it("frees the agent; the helper begins anew with the note, and answers the customer", async () => {
    const bench = await withAna();
    const row = await give(bench, "Ask for the order number.");
    assert.deepEqual([row.holder, row.agentId], ["bot", undefined]);
    await bench.quiet();
    assert.equal(await loadOf(bench, "ana"), 0);
    const turn = bench.turns.at(-1);
    assert.equal(turn?.dialog, undefined);
    assert.deepEqual(turn?.context, { topic: "refund", handoffNote: "Ask for the order number." });
    const { type, name, value, from, text } = turn?.activity ?? {};
    assert.deepEqual([type, name, from?.id, text], ["event", "handoff.status", "1", undefined]);
    assert.deepEqual(value, { state: "completed", message: "Ask for the order number." });
    const event = bench.inbound("1").at(-1);
    assert.equal(
      event?.activity.text,
      "Sam gave the conversation back to the helper: Ask for the order number.",
    );
    assert.equal(event.conversationId, conversationOf("1"));
    assert.match(sentTo(bench).at(-1) ?? "", /handoffNote/);
    await assertSound(bench);
  });

  it("stands in the transcript before what the customer writes next; nothing of it is counted as received", async () => {
    const bench = await withAna();
    await give(bench);
    await bench.say("1", "opening hours?");
    assert.deepEqual(
      bench
        .messages("1")
        .slice(-4)
        .map(({ direction, author }) => [direction, author.kind]),
      [
        ["in", "agent"],
        ["out", "bot"],
        ["in", "customer"],
        ["out", "bot"],
      ],
    );
    const day = new Date(bench.clock.now()).toISOString().slice(0, 10);
    const [row] = await bench.pipeline.counts.day(day);
    assert.deepEqual([row?.received, row?.stored, row?.problems], [2, 2, []]);
  });

  it("forgets the note of the time before", async () => {
    const bench = await withAna();
    await give(bench, "first");
    await bench.say("1", "refund");
    await toAna(bench);
    await give(bench);
    assert.equal(bench.turns.at(-1)?.context.handoffNote, undefined);
  });

  it("twice for one session happens once", async () => {
    const bench = await withAna();
    const item = await rowOf(bench);
    const order = { item, by: SAM, note: "x" };
    const rows = await Promise.all([
      bench.pipeline.handBack.give(order),
      bench.pipeline.handBack.give(order),
    ]);
    assert.deepEqual(
      rows.map(({ holder }) => holder),
      ["bot", "bot"],
    );
    await bench.quiet();
    assert.equal(bench.inbound("1").filter(({ handBack }) => handBack !== undefined).length, 1);
    assert.equal(bench.turns.length, 2);
  });

  it("that comes too late is refused, and the transcript says so", async () => {
    const bench = await withAna();
    const item = await rowOf(bench);
    await assignTo(bench.ports, conversationOf("1"), "ben");
    await assert.rejects(bench.pipeline.handBack.give({ item, by: SAM }), { code: "CHANGED_MEANWHILE" });
    assert.equal((await rowOf(bench)).agentId, "ben");
    assert.match(bench.inbound("1").at(-1)?.activity.text ?? "", /did not have it any more/);
    assert.equal(bench.turns.length, 1);
    await assertSound(bench);
  });

  it("of one that is closed meanwhile opens nothing", async () => {
    const bench = await withAna();
    const item = await rowOf(bench);
    await bench.pipeline.closing.close(item, "forceClosed");
    await assert.rejects(bench.pipeline.handBack.give({ item, by: SAM }), { code: "WRONG_STATE" });
    assert.equal((await bench.head("1"))?.live, undefined);
    assert.equal(bench.turns.length, 1);
  });

  it("as a dead letter that is replayed later takes it from nobody", async () => {
    let broken = true;
    const bench = await withAna({
      ...WITH_HELPER,
      bot: ({ activity }) => {
        if (activity.type === "event" && broken) throw new TypeError("broken");
        return { sends: [say("Yes.")], ...(activity.type === "message" ? { handoff: {} } : {}) };
      },
    });
    void give(bench).catch(() => {});
    await bench.quiet();
    for (const ms of [1_000, 5_000, 25_000]) await bench.pass(ms);
    await bench.quiet();
    assert.equal((await rowOf(bench)).holder, "queue", "the helper failed: people again");
    broken = false;
    await toAna(bench);
    const dead = bench.inbound("1").find(({ status }) => status === "dead");
    assert.ok(dead);
    await bench.pipeline.deadLetters.replay(dead.threadId, dead.id);
    await bench.quiet();
    assert.equal((await rowOf(bench)).agentId, "ana");
    await assertSound(bench);
  });

  for (const purpose of ["handBack", "toHelper", "turn", "effectDone"])
    it(`survives a crash after "${purpose}": the helper has it and speaks once`, async () => {
      const bench = await crashAfter(purpose, (first) => give(first, "n"), {
        bench: FIRST ?? {},
        before: async (first) => {
          await first.say("1", "refund");
          await toAna(first);
        },
      });
      assert.equal((await rowOf(bench)).holder, "bot");
      assert.equal(await loadOf(bench, "ana"), 0);
      assert.equal(bench.outbound("1").filter(({ author }) => author.kind === "bot").length, 2);
      await assertSound(bench);
    });
});
