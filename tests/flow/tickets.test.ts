import assert from "node:assert/strict";
import { request } from "undici";
import type { ConversationView } from "../../src/desk/contract";
import type { TicketView } from "../../src/desk/tickets/ticketContract";
import { buildConfiguration } from "../support/accounts";
import { openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

interface Items {
  items: TicketView[];
  next: string | null;
}

/** The usual configuration, where every SMS gets a ticket and card numbers are masked. */
function configuration(): string {
  const known = JSON.parse(buildConfiguration()) as {
    accounts: { numbers?: { channel: string; records?: object }[] }[];
    queues: { id: string; members: string[] }[];
  };
  for (const number of known.accounts.flatMap(({ numbers = [] }) => numbers))
    if (number.channel === "sms")
      number.records = { createTicket: true, unit: "lisbon", activity: "enquiry", contactOrigin: "SMS" };
  return JSON.stringify({
    ...known,
    units: [{ id: "lisbon", name: "Lisbon" }],
    groups: [{ id: "orders", name: "Orders" }],
    activities: [{ id: "enquiry", name: "Enquiry", group: "orders", priority: "high" }],
    maskingRules: [{ id: "cards", name: "Cards", pattern: "card" }],
  });
}

describe("tickets at the desk", function () {
  this.timeout(60_000);
  let test: TestApp;
  let conversationId = "";
  before(async () => {
    test = await startTestApp({ configuration: configuration() });
    ({ conversationId } = await openSession(test, "sms"));
    await test.idle();
  });
  after(() => test.stop());

  const list = async (agent: string, query = ""): Promise<TicketView[]> =>
    (await test.call<Items>(agent, "GET", `/api/desk/tickets${query}`)).body.items;
  const numbers = async (agent: string, query = "") =>
    (await list(agent, query)).map(({ number }) => number).sort();
  const make = (agent: string, body: object) =>
    test.call<TicketView & { code: string; details: unknown }>(agent, "POST", "/api/desk/tickets", body);
  const post = (agent: string, number: string, what: string, body: object) =>
    test.call<TicketView & { code: string }>(agent, "POST", `/api/desk/tickets/${number}/${what}`, body);
  async function put(agent: string, number: string, body: object, ifMatch?: string) {
    const reply = await request(`${test.url}/api/desk/tickets/${number}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer token-of-${agent}`,
        "content-type": "application/json",
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      },
      body: JSON.stringify(body),
    });
    const view = (await reply.body.json()) as TicketView & { code: string; details: { version?: number } };
    return { status: reply.statusCode, body: view, etag: reply.headers.etag };
  }
  const fresh = async (body: object = {}): Promise<TicketView> =>
    (await make("ana", { subject: "Call back", conversationId, ...body })).body;

  it("are there from the first SMS on, filed as the number says, and shown with the conversation", async () => {
    const [ticket, ...others] = await list("ana", `?conversation=${conversationId}`);
    assert.deepEqual(others, []);
    assert.ok(ticket);
    assert.deepEqual(
      [
        ticket.subject,
        ticket.activity,
        ticket.group,
        ticket.unit,
        ticket.priority,
        ticket.origin,
        ticket.state,
      ],
      ["hello", "enquiry", "orders", "lisbon", "high", "SMS", "open"],
    );
    const view = await test.call<ConversationView>("ana", "GET", `/api/desk/conversations/${conversationId}`);
    assert.equal(view.body.context.ticket, ticket.number);
  });

  it("are made by agents in a conversation, once for each clientId", async () => {
    const body = {
      subject: "Order 4711",
      conversationId,
      clientId: "x1",
      fields: { order: 4711 },
      owner: "ana",
    };
    const first = await make("ana", body);
    const again = await make("ana", body);
    assert.deepEqual([first.status, again.status, again.body.number], [201, 200, first.body.number]);
    assert.equal(first.headers.etag, '"1"');
    assert.deepEqual(first.body.createdBy, { kind: "agent", id: "ana" });
    assert.deepEqual([first.body.fields, first.body.channel], [{ order: 4711 }, "sms"]);
    assert.equal(first.body.customer?.id, "+12065550100");
  });

  it("are refused for what is not there, each with its reason", async () => {
    const refused = async (body: object) => {
      const reply = await make("ana", { subject: "x", ...body });
      return [reply.status, reply.body.code];
    };
    assert.deepEqual(await refused({}), [400, "INPUT_INVALID"]);
    assert.deepEqual(await refused({ conversationId, contactId: "c" }), [400, "INPUT_INVALID"]);
    assert.deepEqual(await refused({ conversationId: "nonsense" }), [404, "NOT_FOUND"]);
    assert.deepEqual(await refused({ conversationId: "../x#y" }), [404, "NOT_FOUND"]);
    assert.deepEqual(await refused({ contactId: "nobody" }), [404, "NOT_FOUND"]);
    const filed = { conversationId, group: "none", activity: "none", unit: "none", owner: "nobody" };
    const { status, body } = await make("ana", { subject: "x", ...filed });
    assert.equal(status, 400);
    assert.deepEqual(
      (body.details as { path: string }[]).map(({ path }) => path),
      ["owner", "unit", "group", "activity"],
    );
  });

  it("change with the version that was read, and tell who was faster", async () => {
    const { number } = await fresh();
    assert.equal((await put("ana", number, { priority: "low" })).status, 428);
    const done = await put("ana", number, { priority: "low", owner: "ana" }, '"1"');
    assert.deepEqual([done.status, done.etag, done.body.priority], [200, '"2"', "low"]);
    const late = await put("sam", number, { owner: "ben" }, '"1"');
    assert.deepEqual(
      [late.status, late.body.code, late.body.details],
      [412, "CHANGED_MEANWHILE", { version: 2 }],
    );
    const [change] = done.body.history;
    assert.deepEqual(change?.by, { kind: "agent", id: "ana" });
    assert.deepEqual(change.changes, {
      priority: { from: "high", to: "low" },
      owner: { from: null, to: "ana" },
    });
  });

  it("go from state to state as they may, and back from solved", async () => {
    const { number } = await fresh();
    assert.equal((await put("ana", number, { state: "solved" }, "*")).body.state, "solved");
    assert.equal((await put("ana", number, { state: "pending" }, "*")).status, 409);
    const opened = await put("ana", number, { state: "open" }, "*");
    assert.deepEqual(opened.body.moves, ["pending", "solved", "closed"]);
    const closed = await put("ana", number, { state: "closed" }, "*");
    assert.notEqual(closed.body.closedAt, null);
    assert.equal((await put("ana", number, { state: "open" }, "*")).body.code, "WRONG_STATE");
  });

  it("take notes, links and the number in the company's own system", async () => {
    const { number } = await fresh();
    await post("ana", number, "notes", { text: "called", clientId: "n1" });
    const noted = await post("ana", number, "notes", { text: "called", clientId: "n1" });
    assert.deepEqual(
      noted.body.notes.map(({ text, by }) => [text, by.id]),
      [["called", "ana"]],
    );
    const external = { id: "CRM-7", url: "https://crm.example/7" };
    assert.deepEqual((await put("ana", number, { external }, "*")).body.external, external);
    assert.equal((await put("ana", number, { external: { id: "x", url: "javascript:1" } }, "*")).status, 400);
    const second = await openSession(test, "facebook");
    const linked = await post("ana", number, "conversations", { conversationId: second.conversationId });
    assert.deepEqual(linked.body.conversations, [second.conversationId]);
    assert.ok((await numbers("ana", `?conversation=${second.conversationId}`)).includes(number));
  });

  it("show masked what may be the customer's words, and keep it when it is put back", async () => {
    const { number, subject } = await fresh({ subject: "Card 4111 1111 1111 1111" });
    assert.equal(subject, "Card #### #### #### ####");
    const kept = await put("ana", number, { subject, state: "pending" }, "*");
    assert.deepEqual(Object.keys(kept.body.history[0]?.changes ?? {}), ["state"]);
  });

  it("are found by what they are, and by number", async () => {
    const mine = await fresh({ owner: "ana", group: "orders", priority: "urgent" });
    assert.ok((await numbers("ana", "?owner=me")).includes(mine.number));
    assert.deepEqual(await numbers("ana", "?priority=urgent&group=orders&channel=sms&state=open"), [
      mine.number,
    ]);
    assert.deepEqual(await numbers("ana", "?priority=urgent&channel=facebook"), []);
    assert.deepEqual(await numbers("ana", `?number=${mine.number.slice(2)}`), [mine.number]);
    assert.deepEqual(await numbers("ana", "?number=T-999999"), []);
    assert.equal((await numbers("ana", "?owner=none")).includes(mine.number), false);
    assert.ok((await numbers("ana", `?customerOf=${conversationId}`)).includes(mine.number));
  });

  it("come page by page", async () => {
    const all = await numbers("sam");
    const found: string[] = [];
    for (let query = "?limit=2"; ; ) {
      const { body } = await test.call<Items>("sam", "GET", `/api/desk/tickets${query}`);
      found.push(...body.items.map(({ number }) => number));
      if (body.next === null) break;
      query = `?limit=2&cursor=${encodeURIComponent(body.next)}`;
    }
    assert.deepEqual(found.sort(), all);
    const first = await test.call<Items>(
      "sam",
      "GET",
      `/api/desk/tickets?customerOf=${conversationId}&limit=1`,
    );
    const second = await test.call<Items>(
      "sam",
      "GET",
      `/api/desk/tickets?customerOf=${conversationId}&limit=1&cursor=${first.body.next}`,
    );
    assert.notEqual(second.body.items[0]?.number, first.body.items[0]?.number);
  });

  it("stay open when their conversation closes, and stand with the next of the same customer", async () => {
    const { number } = await fresh({ subject: "Later" });
    await test.call("ana", "POST", `/api/desk/conversations/${conversationId}/end`);
    await test.call("ana", "POST", `/api/desk/conversations/${conversationId}/close`);
    const next = await openSession(test, "sms");
    assert.notEqual(next.conversationId, conversationId);
    await test.idle();
    const [found] = (await list("ana", `?customerOf=${next.conversationId}&state=open`)).filter(
      (each) => each.number === number,
    );
    assert.equal(found?.state, "open");
  });
});

describe("tickets and contacts", function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ configuration: configuration() });
  });
  after(() => test.stop());

  it("follow a conversation that is linked later, and a merge with its undoing", async () => {
    const { conversationId } = await openSession(test, "sms");
    const call = <T>(method: "GET" | "POST", path: string, body?: object) =>
      test.call<T>("ana", method, `/api/desk/${path}`, body);
    const create = async (name: string) => (await call<{ id: string }>("POST", "contacts", { name })).body.id;
    const numbers = async (query: string) =>
      (await call<Items>("GET", `tickets?${query}`)).body.items.map(({ number }) => number).sort();
    const [gilda, other] = [await create("Gilda Moore"), await create("G. Moore")];
    await call("POST", `conversations/${conversationId}/contact`, { contactId: gilda });
    const mine = (await eventually(
      async () => (await numbers(`contact=${gilda}`)).length === 1 && numbers(`contact=${gilda}`),
      "the ticket to follow",
    )) as string[];
    const forOther = await call<TicketView>("POST", "tickets", { subject: "Call back", contactId: other });
    assert.deepEqual([forOther.status, forOther.body.contactId, forOther.body.customer], [201, other, null]);
    assert.equal((await call("POST", `contacts/${gilda}/merge`, { otherId: other })).status, 201);
    const both = [...mine, forOther.body.number].sort();
    assert.deepEqual(await numbers(`contact=${gilda}`), both);
    assert.deepEqual(await numbers(`contact=${other}`), both);
    assert.deepEqual(await numbers(`customerOf=${conversationId}`), both);
    const merges = await call<{ items: { id: string }[] }>("GET", `contacts/${gilda}/merges`);
    const [merge = assert.fail("no merge")] = merges.body.items;
    assert.equal((await call("POST", `contacts/${gilda}/merges/${merge.id}/undo`, {})).status, 200);
    assert.deepEqual(await numbers(`contact=${gilda}`), mine);
    assert.deepEqual(await numbers(`contact=${other}`), [forOther.body.number]);
  });
});

describe("whose tickets an agent sees", function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    const known = JSON.parse(buildConfiguration()) as { queues: { members: string[] }[] };
    for (const queue of known.queues) queue.members = ["ana"];
    test = await startTestApp({ configuration: JSON.stringify(known) });
  });
  after(() => test.stop());

  it("is: theirs, those of conversations that they may see, and nobody else's", async () => {
    const { conversationId } = await openSession(test, "sms");
    const call = (agent: string, method: "GET" | "POST", path: string, body?: object) =>
      test.call<TicketView & Items>(agent, method, `/api/desk/tickets${path}`, body);
    const { number } = (await call("ana", "POST", "", { subject: "x", conversationId })).body;
    assert.equal((await call("ben", "GET", `/${number}`)).status, 404);
    assert.equal((await call("ben", "POST", `/${number}/notes`, { text: "x" })).status, 404);
    assert.equal((await call("ben", "POST", "", { subject: "x", conversationId })).status, 404);
    assert.equal((await call("ben", "GET", `?conversation=${conversationId}`)).status, 403);
    assert.deepEqual((await call("ben", "GET", "")).body.items, []);
    assert.deepEqual((await call("ben", "GET", `?number=${number}`)).body.items, []);
    assert.equal((await call("sam", "GET", "")).body.items.length, 1);
    const forBen = { subject: "y", conversationId, owner: "ben" };
    const mine = (await call("ana", "POST", "", forBen)).body.number;
    assert.deepEqual(
      (await call("ben", "GET", "")).body.items.map((ticket) => ticket.number),
      [mine],
    );
    assert.equal((await call("ben", "POST", `/${mine}/notes`, { text: "on it" })).status, 201);
  });
});
