import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type Activity,
  ConversationState,
  MemoryStorage,
  TestAdapter,
  type TurnContext,
  UserState,
} from "botbuilder-core";
import { ComponentDialog } from "botbuilder-dialogs/lib/componentDialog";
import { Dialog, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { DialogSet } from "botbuilder-dialogs/lib/dialogSet";
import { CONVERTERS, HandOff } from "../../src/component/handOff";
import { ROOT } from "../docs/parts";

const START = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;

/** A dialog of somebody's that begins the hand-off and tells how it ended. */
class Parent extends ComponentDialog {
  readonly results: unknown[] = [];
  readonly events: string[] = [];

  constructor(private readonly action: HandOff) {
    super("parent");
    this.addDialog(action);
  }

  protected override onBeginDialog(inner: DialogContext): Promise<DialogTurnResult> {
    return inner.beginDialog(this.action.id);
  }

  protected override async onPreBubbleEvent(dc: DialogContext, { name }: { name: string }): Promise<boolean> {
    this.events.push(`${name} ${dc.context.activity.type}`);
    return false;
  }

  override async endDialog(): Promise<void> {}

  protected override async endComponent(outer: DialogContext, result: unknown): Promise<DialogTurnResult> {
    this.results.push(result);
    return outer.endDialog(result);
  }
}

/** On top of a hand-off for one turn. */
class OnTop extends Dialog {
  override beginDialog = async (): Promise<DialogTurnResult> => Dialog.EndOfTurn;
}

function run(properties: Record<string, unknown> = {}) {
  const action = new HandOff("action").configure(properties);
  const parent = new Parent(action);
  const storage = new MemoryStorage();
  const conversationState = new ConversationState(storage);
  const userState = new UserState(storage);
  const dialogs = new DialogSet(conversationState.createProperty("dialogs")).add(parent);
  let inTurn: ((dc: DialogContext) => Promise<unknown>) | undefined;
  let memory: unknown;
  const adapter = new TestAdapter(async () => {});
  const logic = async (context: TurnContext): Promise<void> => {
    context.turnState.set("ConversationState", conversationState);
    context.turnState.set("UserState", userState);
    const dc = await dialogs.createContext(context);
    await dc.state.loadAllScopes();
    dc.state.setValue("user.orderNo", "4711");
    const status = await (inTurn?.(dc) ?? dc.continueDialog());
    if ((status as DialogTurnResult | undefined)?.status === "empty") await dc.beginDialog("parent");
    memory = dc.state.getValue("conversation.handOff");
    await dc.state.saveAllChanges();
    await conversationState.saveChanges(context);
    await userState.saveChanges(context);
  };
  return {
    parent,
    /** What the bot sends in this turn. */
    async take(activity: Partial<Activity>, minutes = 0): Promise<Partial<Activity>[]> {
      const timestamp = new Date(START + minutes * MINUTE_MS);
      await adapter.processActivity({ timestamp, ...activity } as Activity, logic);
      return adapter.activeQueue.splice(0);
    },
    during(work: (dc: DialogContext) => Promise<unknown>) {
      inTurn = work;
    },
    memory: () => memory,
  };
}

const say = (text = "hello"): Partial<Activity> => ({ type: "message", text });
const status = (value: unknown): Partial<Activity> => ({ type: "event", name: "handoff.status", value });

describe("Switchboard.HandOff", () => {
  it("sends handoff.initiate with what is known, and waits", async () => {
    const bot = run({
      queue: "orders",
      summary: "Order ${user.orderNo}",
      context: { orderNo: "=user.orderNo", vip: true, deep: [{ n: "=1 + 1" }] },
      skills: { billing: "=2 + 1" },
      transcript: "=createArray(turn.activity)",
    });
    const [event, ...others] = await bot.take(say());
    assert.deepEqual(others, []);
    assert.deepEqual([event?.type, event?.name], ["event", "handoff.initiate"]);
    const { id, ...value } = event?.value ?? {};
    assert.match(id, /^handoff~[\w-]{22}$/);
    assert.deepEqual(value, {
      queue: "orders",
      summary: "Order 4711",
      context: { orderNo: "4711", vip: true, deep: [{ n: 2 }] },
      skills: { billing: 3 },
    });
    assert.equal(event?.relatesTo?.conversation?.id, event?.conversation?.id);
    const [transcript] = event?.attachments ?? [];
    assert.equal(transcript?.contentType, "application/json");
    assert.equal(transcript?.content.activities[0].text, "hello");
    assert.deepEqual(bot.parent.results, []);
  });

  it("sends no more than it was told", async () => {
    const bot = run({ queue: "=user.missing", context: "=user.missing", transcript: "=createArray()" });
    const [event] = await bot.take(say());
    assert.deepEqual(Object.keys(event?.value), ["id"]);
    assert.deepEqual(event?.attachments, []);
  });

  it("does nothing when disabled", async () => {
    const bot = run({ disabled: "=user.orderNo == '4711'" });
    assert.deepEqual(await bot.take(say()), []);
    assert.equal(bot.parent.results.length, 1);
  });

  it("is silent while people have it, and lets no trigger of the bot interrupt", async () => {
    const bot = run();
    await bot.take(say());
    await bot.take(status({ state: "accepted" }));
    bot.parent.events.length = 0;
    for (const type of ["message", "messageReaction", "messageUpdate", "typing", "conversationUpdate"])
      assert.deepEqual(await bot.take({ type, text: "x" }, 10_000), []);
    assert.deepEqual(bot.parent.events, []);
    await bot.take({ type: "event", name: "timer" });
    assert.deepEqual(bot.parent.events, ["activityReceived event"]);
    assert.deepEqual(bot.parent.results, []);
  });

  for (const state of ["completed", "failed"])
    it(`ends as ${state} and keeps the result`, async () => {
      const bot = run({ resultProperty: "conversation.handOff" });
      await bot.take(say());
      await bot.take(status({ state, message: "In their words." }));
      const result = { state, message: "In their words." };
      assert.deepEqual(bot.parent.results, [result]);
      assert.deepEqual(bot.memory(), result);
    });

  it("ignores statuses of another hand-off, and what is no status", async () => {
    const bot = run();
    const [event] = await bot.take(say());
    for (const value of [{ id: "handoff~other", state: "completed" }, {}, null, "completed", { state: 1 }])
      await bot.take(status(value));
    await bot.take({ type: "message", name: "handoff.status", value: { state: "completed" } });
    await bot.take({ type: "event", name: "other", value: { state: "completed" } });
    assert.deepEqual(bot.parent.results, []);
    await bot.take(status({ id: event?.value.id, state: "completed" }));
    assert.deepEqual(bot.parent.results, [{ state: "completed" }]);
  });

  it("ends only once when the last status comes twice, and an old one ends no new hand-off", async () => {
    const bot = run();
    const [first] = await bot.take(say());
    const over = status({ id: first?.value.id, state: "completed" });
    await bot.take(over);
    const [second] = await bot.take(say());
    assert.notEqual(second?.value.id, first?.value.id);
    await bot.take(over);
    assert.equal(bot.parent.results.length, 1);
  });

  it("takes completed before accepted", async () => {
    const bot = run();
    await bot.take(say());
    await bot.take(status({ state: "completed" }));
    assert.deepEqual(bot.parent.results, [{ state: "completed" }]);
  });

  it("gives up at the customer's message when nobody was heard of", async () => {
    const bot = run({ giveUpMinutes: 30 });
    await bot.take(say());
    await bot.take(say(), 29);
    await bot.take({ type: "typing" }, 31);
    assert.deepEqual(bot.parent.results, []);
    await bot.take(status({ state: "queued" }), 31);
    await bot.take(say(), 60);
    assert.deepEqual(bot.parent.results, []);
    await bot.take(say(), 61);
    assert.deepEqual(bot.parent.results, [{ state: "failed", message: "Nobody answered." }]);
  });

  it("gives up after an hour when nothing else is said, and never with 0", async () => {
    const [usual, never] = [run(), run({ giveUpMinutes: 0 })];
    for (const bot of [usual, never]) {
      await bot.take(say());
      await bot.take(say(), 60);
    }
    assert.equal(usual.parent.results.length, 1);
    assert.deepEqual(never.parent.results, []);
  });

  it("waits on when a dialog on top of it ends", async () => {
    const bot = run();
    bot.parent.addDialog(new OnTop("onTop"));
    await bot.take(say());
    const inner = (dc: DialogContext) => dc.child ?? assert.fail();
    bot.during((dc) => inner(dc).beginDialog("onTop"));
    await bot.take({ type: "event", name: "x" });
    bot.during(async (dc) => {
      assert.equal((await inner(dc).endDialog()).status, "waiting");
    });
    await bot.take({ type: "event", name: "x" });
    assert.deepEqual(bot.parent.results, []);
  });

  it("says what is wrong with an expression", async () => {
    const bot = run({ context: { a: "=nonsense(" } });
    await assert.rejects(bot.take(say()), /nonsense|syntax/i);
  });

  it("has the properties that its schema tells of", () => {
    const schema = JSON.parse(readFileSync(path.join(ROOT, "exported", `${HandOff.$kind}.schema`), "utf8"));
    const told = Object.keys(schema.properties).filter((name) => name !== "id");
    assert.deepEqual(told.sort(), Object.keys(CONVERTERS).sort());
  });
});
