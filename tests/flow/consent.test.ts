import assert from "node:assert/strict";
import type { ContactView } from "../../src/core/contactSchema";
import type { ConsentView, ConversationView } from "../../src/desk/contract";
import type { TicketView } from "../../src/desk/tickets/ticketContract";
import { buildConfiguration, type ConfigurationOptions, ECHO_FLOW } from "../support/accounts";
import { type ChannelName, sentOn } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const NOTICE = "May we keep what you write?";
/** As the channel's customers read it: WhatsApp has no buttons outside templates, so its choices are numbered. */
const ASKED = { whatsapp: `${NOTICE}\n1. Yes\n2. No`, facebook: NOTICE } as const;
const DECLINED = "Then please telephone us.";
const OUT = "You will get no automatic messages from us any more. Write START to get them again.";
const IN = "You will get automatic messages from us again. Write STOP to stop them.";
const RECORDS = { createContact: true, createTicket: true };
const HELPER = { helper: "first", flow: ECHO_FLOW } as const;

interface Door {
  records?: typeof RECORDS;
  notice?: string;
}

/** The usual configuration, its WhatsApp number and its page with records and a notice that asks. */
function gated(options: ConfigurationOptions): string {
  const bundle = JSON.parse(buildConfiguration(options)) as {
    accounts: { numbers?: (Door & { channel: string })[]; pages?: Door[] }[];
    queues: { members: string[] }[];
  };
  for (const { numbers = [], pages = [] } of bundle.accounts)
    for (const door of [...numbers.filter(({ channel }) => channel === "whatsapp"), ...pages])
      Object.assign(door, { records: RECORDS, notice: "ask" });
  for (const queue of bundle.queues) queue.members = ["ana"];
  const notices = [{ id: "ask", text: { en: NOTICE }, gate: { declined: { en: DECLINED } } }];
  return JSON.stringify({ ...bundle, notices });
}

for (const [channel, customer, hands] of [
  ["whatsapp", "+12065550161", "helper"],
  ["whatsapp", "+12065550161", "people"],
  ["facebook", "6161", "helper"],
  ["facebook", "6161", "people"],
] as const)
  describe(`a notice that asks, on ${channel} before ${hands}`, function () {
    this.timeout(30_000);
    let test: TestApp;
    beforeEach(async () => {
      test = await startTestApp({ configuration: gated(hands === "helper" ? HELPER : {}) });
    });
    afterEach(() => test.stop());

    const say = sayOn(() => test, channel, customer);
    const sent = () => sentOn(test.platforms, channel).map(({ text }) => text);

    async function askedAfterTwo(): Promise<string> {
      await say("first");
      await say("second");
      await eventually(() => sent().length > 0, "the question");
      assert.deepEqual(sent(), [ASKED[channel]]);
      const [conversation, ...others] = await test.conversations("sam");
      assert.ok(conversation);
      assert.deepEqual(others, []);
      assert.deepEqual([conversation.holder, conversation.notice?.answer], ["bot", "waiting"]);
      assert.deepEqual(await records(test), { contacts: 0, tickets: 0 });
      return conversation.id;
    }

    it("lets both messages through after a yes, once and in order, to one contact and one ticket", async () => {
      const id = await askedAfterTwo();
      await say("yes");
      const answers = hands === "helper" ? ["You said: first", "You said: second"] : [];
      await eventually(() => sent().length === 1 + answers.length, "the answers");
      await eventually(async () => (await records(test)).tickets === 1, "the ticket");
      await test.idle();
      assert.deepEqual(sent(), [ASKED[channel], ...answers]);
      assert.deepEqual(await records(test), { contacts: 1, tickets: 1 });
      const view = (await test.call<ConversationView>("sam", "GET", `/api/desk/conversations/${id}`)).body;
      assert.equal(view.notice?.answer, "accepted");
      assert.equal(view.holder, hands === "helper" ? "bot" : "queue");
      assert.deepEqual(await heard(test, id), ["first", "second", "yes"]);

      await say("third");
      if (hands === "helper") assert.equal(sent().at(-1), "You said: third");
      assert.equal((await test.conversations("sam")).length, 1);
      assert.deepEqual(await records(test), { contacts: 1, tickets: 1 });
      const kept = await consents(test, "sam", id);
      assert.deepEqual(
        kept.items.map(({ kind, noticeId, text }) => [kind, noticeId, text]),
        [
          ["noticeShown", "ask", NOTICE],
          ["accepted", "ask", "yes"],
        ],
      );
      assert.equal(kept.items[0]?.version, kept.items[1]?.version);
    });

    it("tells who says no the other way, closes, and keeps no contact and no ticket", async () => {
      const id = await askedAfterTwo();
      await say("no");
      await eventually(() => sent().length === 2, "the other way");
      await eventually(async () => {
        const { body } = await test.call<ConversationView>("sam", "GET", `/api/desk/conversations/${id}`);
        return body.state === "closed";
      }, "the conversation closed");
      await say("but why?");
      await test.idle();
      assert.deepEqual(sent(), [ASKED[channel], DECLINED]);
      assert.deepEqual(await test.conversations("sam"), []);
      assert.deepEqual(await records(test), { contacts: 0, tickets: 0 });
      assert.deepEqual(
        (await consents(test, "sam", id)).items.map(({ kind }) => kind),
        ["noticeShown", "declined"],
      );
    });
  });

describe("consents of a conversation", function () {
  this.timeout(30_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ configuration: gated({}) });
  });
  after(() => test.stop());

  it("are shown only to those who may see it", async () => {
    const say = sayOn(() => test, "facebook", "6162");
    await say("hello");
    await eventually(() => sentOn(test.platforms, "facebook").length === 1, "the question");
    await say("yes");
    const [{ id } = assert.fail("no conversation")] = await test.conversations("sam");
    const statusFor = async (who: string) => (await consents(test, who, id)).status;
    assert.deepEqual(
      [await statusFor("sam"), await statusFor("ana"), await statusFor("ben")],
      [200, 200, 404],
      "it stands in a queue of Ana's",
    );
    const nowhere = await test.call("sam", "GET", "/api/desk/conversations/nonsense/consents");
    assert.equal(nowhere.status, 404);
  });
});

describe("a WhatsApp customer who opts out", function () {
  this.timeout(30_000);
  let test: TestApp;
  beforeEach(async () => {
    test = await startTestApp({ configuration: buildConfiguration(HELPER) });
  });
  afterEach(() => test.stop());

  const say = sayOn(() => test, "whatsapp", "+12065550162");
  const sent = () => sentOn(test.platforms, "whatsapp").map(({ text }) => text);
  const view = async (): Promise<ConversationView> => {
    const [conversation = assert.fail("no conversation")] = await test.conversations("sam");
    return conversation;
  };

  it("is told so once, sees people instead of the helper, and comes back with START", async () => {
    await say("hello");
    await eventually(() => sent().length === 1, "the helper's answer");
    await say("STOP");
    await eventually(() => sent().length === 2, "the confirmation");
    await say("stop");
    const { id, optedOut } = await view();
    assert.equal(typeof optedOut?.since, "string");
    const events = (await test.messages("sam", id)).filter(({ direction, kind }) =>
      direction === "in" ? kind === "event" : false,
    );
    assert.deepEqual(
      events.map(({ event }) => event),
      ["optOut", "optOut"],
    );

    await say("where is my order?");
    await test.idle();
    const held = await view();
    assert.deepEqual([held.id, held.holder, held.lastText], [id, "queue", "where is my order?"]);
    assert.deepEqual(sent(), ["You said: hello", OUT]);

    await say("START");
    await eventually(() => sent().length === 3, "the second confirmation");
    assert.equal((await view()).optedOut, null);
    assert.deepEqual(sent(), ["You said: hello", OUT, IN]);
    assert.deepEqual(
      (await consents(test, "sam", id)).items.map(({ kind, text }) => [kind, text]),
      [
        ["optedOut", "STOP"],
        ["optedOut", "stop"],
        ["optedIn", "START"],
      ],
    );
  });

  it("is not given back to the helper before START, and is after it", async () => {
    await say("STOP");
    await say("where is my order?");
    const { id } = await view();
    const path = `/api/desk/conversations/${id}`;
    assert.equal((await test.call("ana", "POST", `${path}/pick`)).status, 200);
    const back = () => test.call<{ code: string; holder: string }>("ana", "POST", `${path}/helper`, {});
    const refused = await back();
    assert.deepEqual([refused.status, refused.body.code], [409, "WRONG_STATE"]);
    assert.equal((await view()).holder, "agent");
    const wrote = await test.call("ana", "POST", `${path}/messages`, { text: "Ana here." });
    assert.equal(wrote.status, 201);
    await eventually(() => sent().includes("Ana here."), "the agent's words");

    await say("START");
    assert.equal((await back()).status, 200);
    await test.idle();
    await say("thank you");
    await eventually(() => sent().at(-1) === "You said: thank you", "the helper");
    // It begins anew when it is given the conversation, before the customer has written.
    assert.deepEqual(sent(), [OUT, "Ana here.", IN, "You said: ", "You said: thank you"]);
  });
});

/** The customer writes, and whatever comes of it is done. */
function sayOn(test: () => TestApp, channel: ChannelName, customer: string) {
  return async (text: string): Promise<void> => {
    assert.equal(await test().say(channel, customer, text), 200);
    await test().idle();
  };
}

/** What the customer wrote, as the transcript has it. */
const heard = async (test: TestApp, id: string): Promise<string[]> =>
  (await test.messages("sam", id))
    .filter(({ direction, kind }) => direction === "in" && kind === "message")
    .map(({ text }) => text);

async function consents(test: TestApp, who: string, id: string) {
  const path = `/api/desk/conversations/${id}/consents`;
  const { status, body } = await test.call<{ items: ConsentView[] }>(who, "GET", path);
  return { status, items: body.items };
}

async function records(test: TestApp): Promise<{ contacts: number; tickets: number }> {
  const contacts = await test.call<{ items: ContactView[] }>("admin", "GET", "/api/admin/contacts");
  const tickets = await test.call<{ items: TicketView[] }>("sam", "GET", "/api/desk/tickets");
  return { contacts: contacts.body.items.length, tickets: tickets.body.items.length };
}
