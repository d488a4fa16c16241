import assert from "node:assert/strict";
import { MESSAGE_TRIGGERS, type MessageTrigger } from "../../../src/core/texts";
import type { Announcement, WorkItem } from "../../../src/core/workItem";
import { acceptOffer, rejectOffer } from "../../../src/routing/offers";
import { customerWrote, enqueue } from "../../../src/routing/queue";
import {
  end,
  open,
  pick,
  putAside,
  release,
  transferToAgent,
  transferToQueue,
} from "../../../src/routing/sessions";
import { agentName, automatedText, surveyOf } from "../../../src/routing/texts/automatedMessages";
import { DEFAULT_MESSAGES } from "../../../src/routing/texts/defaultTexts";
import { overflowWaitingItem } from "../../../src/routing/waiting";
import { createSettings, type TestSettings } from "../../support/settings";
import { buildSeed, conversationOf, createBench, type RoutingBench } from "../bench";

type Messages = NonNullable<NonNullable<TestSettings["more"]>["automatedMessages"]>;

const WHERE = { channel: "facebook", instanceId: "facebook~2000", workstreamId: "messenger" };
const SURVEY = {
  id: "stars",
  name: "Stars",
  questions: [{ id: "stars", kind: "rating", text: { en: "?" } } as const],
};
const all = (...triggers: MessageTrigger[]): Messages =>
  triggers.map((trigger) => ({ id: `on-${trigger}`, trigger, text: { en: trigger } }));

function textOf(automatedMessages: Messages, trigger: MessageTrigger, where = WHERE): string | undefined {
  return automatedText(createSettings({ more: { automatedMessages } }).current(), trigger, where)?.en;
}

describe("automatedText", () => {
  it("is our own where nobody set anything: on for what customers must know, off for the rest", () => {
    const on = MESSAGE_TRIGGERS.filter((trigger) => textOf([], trigger) !== undefined);
    assert.deepEqual(on, [
      ...["helperFailed", "personWanted", "noPeople"],
      ...[
        "cannotAssign",
        "agentDisconnected",
        "outOfHours",
        "holiday",
        "overflowEnded",
        "optedOut",
        "optedIn",
      ],
    ]);
    for (const trigger of on) assert.equal(textOf([], trigger), DEFAULT_MESSAGES[trigger].text.en);
  });

  it("comes on with our own words as soon as it is named", () => {
    assert.equal(textOf([{ id: "a", trigger: "ended" }], "ended"), DEFAULT_MESSAGES.ended.text.en);
    assert.equal(textOf([{ id: "a", trigger: "ended" }], "agentLeft"), undefined);
  });

  it("takes the instance's before the channel's, and that before the one for all, in any order", () => {
    const set: Messages = [
      { id: "a", trigger: "ended", text: { en: "all" } },
      { id: "b", trigger: "ended", instance: "facebook~2000", text: { en: "page" } },
      { id: "c", trigger: "ended", channel: "facebook", text: { en: "channel" } },
      { id: "d", trigger: "ended", channel: "sms", text: { en: "other channel" } },
      { id: "e", trigger: "ended", instance: "facebook~1", text: { en: "other page" } },
    ];
    for (const order of [set, [...set].reverse()]) {
      assert.equal(textOf(order, "ended"), "page");
      assert.equal(textOf(order, "ended", { ...WHERE, instanceId: "facebook~3" }), "channel");
      assert.equal(textOf(order, "ended", { ...WHERE, channel: "twitter", instanceId: "x" }), "all");
    }
  });

  it("is switched off by the nearest one, whatever those further away say", () => {
    const set: Messages = [
      { id: "a", trigger: "outOfHours", text: { en: "all" } },
      { id: "b", trigger: "outOfHours", instance: "facebook~2000", enabled: false },
    ];
    assert.equal(textOf(set, "outOfHours"), undefined);
    assert.equal(textOf(set, "outOfHours", { ...WHERE, instanceId: "facebook~3" }), "all");
  });

  it("is nothing in a work stream that sends nothing automatic, and neither is a survey", () => {
    const { current } = createSettings({
      workstreams: [
        { id: "messenger", automatedMessages: false, survey: "stars" },
        { id: "loud", survey: "stars" },
      ],
      more: { surveys: [SURVEY] },
    });
    assert.equal(automatedText(current(), "outOfHours", WHERE), undefined);
    assert.equal(surveyOf(current(), WHERE), undefined);
    assert.equal(surveyOf(current(), { ...WHERE, workstreamId: "loud" }), "stars");
  });
});

describe("surveyOf", () => {
  it("is the instance's, else the work stream's, and none when it does not exist", () => {
    const of = (survey?: string) =>
      surveyOf(
        createSettings({
          workstreams: [{ id: "messenger", survey: "stars" }],
          instances: [{ externalId: "2000", ...(survey === undefined ? {} : { survey }) }],
          more: { surveys: [SURVEY, { ...SURVEY, id: "own" }] },
        }).current(),
        WHERE,
      );
    assert.deepEqual([of("own"), of(), of("gone")], ["own", "stars", undefined]);
  });
});

describe("customers are told", () => {
  let bench: RoutingBench;
  const told = () =>
    (bench.store.all("routing") as Announcement[])
      .filter(({ type }) => type === "announcement")
      .map(({ trigger, values }) => [trigger, values.AgentName].filter(Boolean).join(" "));
  const forget = async () => {
    for (const { id, type } of bench.store.all("routing"))
      if (type === "announcement")
        await bench.store.batch("routing", "default", [{ do: "delete", id }], "forget");
  };
  const start = (settings: TestSettings = {}) =>
    createBench({
      ...settings,
      more: { automatedMessages: all(...MESSAGE_TRIGGERS), surveys: [SURVEY], ...settings.more },
    });
  /** Ana has it; what customers were told until then is forgotten. */
  async function accepted(): Promise<string> {
    await bench.online("ana");
    const { id, offerId } = await bench.offered(1);
    await acceptOffer(bench.ports, offerId, "ana");
    await forget();
    return id;
  }

  beforeEach(() => {
    bench = start();
  });

  it("who helps them first, and who joins", async () => {
    await bench.online("ana");
    const { offerId } = await bench.offered(1);
    assert.deepEqual(told(), []);
    await acceptOffer(bench.ports, offerId, "ana");
    assert.deepEqual(told(), ["agentAssigned ana", "agentJoined ana"]);
    await acceptOffer(bench.ports, offerId, "ana");
    assert.equal(told().length, 2, "accepting twice tells once");
  });

  it("who leaves and comes back, without calling that another agent", async () => {
    const id = await accepted();
    await putAside(bench.ports, id, "ana");
    await open(bench.ports, id, "ana");
    await bench.presence("ana", "doNotDisturb");
    await release(bench.ports, id, "ana");
    await pick(bench.ports, id, "ben");
    assert.deepEqual(told(), ["agentLeft ana", "agentJoined ana", "agentLeft ana", "agentJoined ben"]);
  });

  it("who takes over after a transfer to a colleague, not of one that comes back", async () => {
    const id = await accepted();
    await bench.online("ben");
    await transferToAgent(bench.ports, id, "ben", "ana");
    await rejectOffer(bench.ports, (await bench.item(id))?.offerId ?? "", "ben");
    assert.deepEqual(told(), []);
    await transferToAgent(bench.ports, id, "ben", "ana");
    await acceptOffer(bench.ports, (await bench.item(id))?.offerId ?? "", "ben");
    assert.deepEqual(told(), ["transferred ben", "agentJoined ben"]);
  });

  it("who takes over after a transfer to a queue", async () => {
    const id = await accepted();
    await bench.presence("ana", "doNotDisturb");
    await transferToQueue(bench.ports, id, "general", "ana");
    await pick(bench.ports, id, "ben");
    assert.deepEqual(told(), ["transferred ben", "agentJoined ben"]);
    await forget();
    await transferToQueue(bench.ports, id, "general", "ben");
    await pick(bench.ports, id, "ben");
    assert.deepEqual(told(), ["agentJoined ben"], "nobody else took over");
  });

  it("that it is over, then what they think of it: once, and not again when they have answered", async () => {
    bench = start({ workstreams: [{ id: "messenger", survey: "stars" }] });
    const id = await accepted();
    await end(bench.ports, id, "ana");
    await end(bench.ports, id, "ana");
    assert.deepEqual(told(), ["ended ana", "survey"]);
    const { items } = await bench.store.query<Announcement>("routing", "due", {});
    const order = items.flatMap(({ doc }) => (doc.type === "announcement" ? doc.trigger : []));
    assert.deepEqual(order, ["ended", "survey"], "in this order for a sweep too");
    await forget();
    await customerWrote(bench.ports, { conversationId: id, seq: 5, at: 1, text: "wait" });
    const item = await bench.item(id);
    assert.ok(item);
    const survey = { surveyId: "stars", answers: { stars: 5 }, complete: true, at: 1 };
    const answered: WorkItem = { ...item, survey };
    await bench.store.batch("routing", "default", [{ do: "upsert", doc: answered }], "test");
    await end(bench.ports, id, "ana");
    assert.deepEqual(told(), ["ended ana"]);
  });

  it("that a queue's overflow ended it", async () => {
    bench = start({
      queues: [{ id: "general", overflow: [{ when: "waitedAbove", minutes: 1, do: "end" }] }],
    });
    const id = await bench.enqueue(1);
    bench.clock.advance(60_000);
    await overflowWaitingItem(bench.ports, id);
    await overflowWaitingItem(bench.ports, id);
    assert.deepEqual(told(), ["overflowEnded"]);
  });

  it("what routing found, in the batch that puts it into its queue, and nothing that is switched off", async () => {
    bench = start({ more: { automatedMessages: [{ id: "off", trigger: "outOfHours", enabled: false }] } });
    for (const [n, trigger] of [
      [1, "cannotAssign"],
      [2, "outOfHours"],
      [3, "greeting"],
    ] as const)
      await enqueue(bench.ports, {
        conversationId: conversationOf(n),
        epoch: 1,
        seed: buildSeed(n),
        placement: { queueId: "general", tell: [{ trigger }] },
      });
    assert.deepEqual(told(), ["cannotAssign"]);
    assert.deepEqual(bench.store.purposes, ["enqueue", "enqueue", "enqueue"]);
  });

  it("that nobody is there when they write again in the night", async () => {
    bench = start({
      workstreams: [{ id: "messenger", operatingHours: "never" }],
      more: { operatingHours: [{ id: "never", timeZone: "Europe/Lisbon" }] },
    });
    const id = await accepted();
    await customerWrote(bench.ports, { conversationId: id, seq: 2, at: 1, text: "thanks" });
    assert.deepEqual(told(), [], "an agent has it");
    await putAside(bench.ports, id, "ana");
    await forget();
    await customerWrote(bench.ports, { conversationId: id, seq: 3, at: 1, text: "hello?" });
    assert.deepEqual(told(), ["outOfHours"]);
  });
});

describe("agentName", () => {
  it("is the name, else the id of one who has gone", () => {
    const settings = createSettings({ agents: [{ id: "ana", name: "Ana" }] }).current();
    assert.deepEqual([agentName(settings, "ana"), agentName(settings, "zoe")], ["Ana", "zoe"]);
  });
});
