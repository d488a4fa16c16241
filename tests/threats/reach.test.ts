import assert from "node:assert/strict";
import { request } from "undici";
import type { ContactView } from "../../src/desk/contactContract";
import type { ConversationView, MediaView } from "../../src/desk/contract";
import type { TicketView } from "../../src/desk/tickets/ticketContract";
import { buildConfiguration } from "../support/accounts";
import { callRoute } from "../support/callers";
import { CONVERSATION, routesOf } from "../support/deskRoutes";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA.1";
describe("what is somebody else's", function () {
  this.timeout(30_000);
  let test: TestApp;
  /** Ana has it, out of a queue that Ben is not in. */
  let hers: string;
  /** Offered to Ana, out of the same queue. */
  let offered: { id: string; conversationId: string };

  const as = (agent: string) => ({ authorization: `Bearer token-of-${agent}` });
  const ask = async (agent: string, address: string, id: string, body?: object) => {
    const { status, text } = await callRoute(test, address, {
      headers: as(agent),
      params: { id, number: id },
      ...(body !== undefined && { body }),
    });
    return { status, text: text.replaceAll(id, "ID") };
  };
  /** As Ben, each of these for what is Ana's is answered as for what never was. */
  async function assertHidden(routes: { address: string; body?: object }[], id: string, unknown: string) {
    for (const { address, body } of routes) {
      const other = await ask("ben", address, id, body);
      assert.equal(other.status, 404, `${address}: ${other.text}`);
      assert.deepEqual(other, await ask("ben", address, unknown, body), address);
    }
  }
  const transcript = async () =>
    (await test.messages("ana", hers)).map(({ author, text }) => [author.kind, text]);

  before(async () => {
    const rules = [{ name: "All", if: "channel == 'facebook'", queue: "vip" }];
    test = await startTestApp({ configuration: buildConfiguration({ rules }) });
    for (const agent of ["ana", "ben"])
      await test.call(agent, "PUT", "/api/desk/presence", { presence: "available" });
    const offerOf = (customer: string) =>
      eventually(
        async () => (await test.offers("ana")).find((offer) => offer.customer.id === customer),
        "an offer",
      );
    await test.say("facebook", "555", "my account number is 12");
    const first = await offerOf("555");
    assert.equal((await test.call("ana", "POST", `/api/desk/offers/${first.id}/accept`)).status, 200);
    hers = first.conversationId;
    await test.say("facebook", "556", "mine is 13");
    offered = await offerOf("556");
    await test.idle();
  });
  after(() => test.stop());

  it("a conversation of another queue: every route says that there is none, and nothing happens", async () => {
    const before = await transcript();
    await assertHidden(routesOf("seen", CONVERSATION), hers, UNKNOWN);
    await test.idle();
    assert.deepEqual(await transcript(), before);
    const { body } = await test.call<ConversationView>("ana", "GET", `/api/desk/conversations/${hers}`);
    assert.deepEqual([body.state, body.agentId, body.queueId], ["active", "ana", "vip"]);
  });

  it("but its own agent and a supervisor reach the same addresses with the same bodies", async () => {
    const routes = routesOf("seen", CONVERSATION).filter(({ address }) => address.startsWith("GET"));
    for (const agent of ["ana", "sam"])
      for (const { address } of routes) assert.equal((await ask(agent, address, hers)).status, 200, address);
    for (const { address, body } of routesOf("seen", CONVERSATION)) {
      if (address.startsWith("GET") || /\/(pick|open|helper|release|end|close|transfer)$/.test(address))
        continue;
      const { status, text } = await ask("ana", address, hers, body);
      assert.ok(status < 300, `${address}: ${status} ${text}`);
    }
  });

  it("a conversation of another queue stands in no list and no search", async () => {
    for (const query of [
      "",
      "?holder=agent",
      "?agent=ana",
      "?queue=vip",
      "?state=active,open,waiting,closed",
    ])
      assert.deepEqual(await test.conversations("ben", query), [], query);
    assert.equal((await test.conversations("ana", "?queue=vip")).length, 2);
  });

  it("an offer is for the one to whom it is made", async () => {
    await assertHidden(routesOf("offered", "/api/desk/offers/:id"), offered.id, "nothing");
    assert.deepEqual(await test.offers("ben"), []);
    assert.equal((await test.offers("ana")).length, 1);
  });

  it("a ticket is hidden like its conversation", async () => {
    const { status, body } = await test.call<TicketView>("ana", "POST", "/api/desk/tickets", {
      subject: "Account",
      conversationId: hers,
    });
    assert.equal(status, 201);
    await assertHidden(
      routesOf("ticket", "/api/desk/tickets/:number").filter(({ address }) => !address.startsWith("PUT")),
      body.number,
      "T-99999",
    );
    const change = await request(`${test.url}/api/desk/tickets/${body.number}`, {
      method: "PUT",
      headers: { ...as("ben"), "if-match": "*", "content-type": "application/json" },
      body: JSON.stringify({ subject: "Ben's" }),
    });
    assert.equal(change.statusCode, 404);
    await change.body.dump();
    assert.deepEqual((await test.call<{ items: [] }>("ben", "GET", "/api/desk/tickets")).body.items, []);
    const made = await test.call("ben", "POST", "/api/desk/tickets", { subject: "x", conversationId: hers });
    assert.equal(made.status, 404);
  });

  it("a contact is hidden from who sees none of its conversations", async () => {
    const { body } = await test.call<{ contact: ContactView | null }>(
      "ana",
      "POST",
      `/api/desk/conversations/${hers}/contact`,
      { create: { name: "Hidden" } },
    );
    const id = body.contact?.id ?? "";
    assert.notEqual(id, "");
    const own = await test.call<ContactView>("ben", "POST", "/api/desk/contacts", { name: "Ben's" });
    for (const [address, send, headers] of [
      ["GET /api/desk/contacts/:id", {}, {}],
      ["PUT /api/desk/contacts/:id", { name: "x" }, { "if-match": "*" }],
      ["GET /api/desk/contacts/:id/history", {}, {}],
      ["GET /api/desk/contacts/:id/merges", {}, {}],
      ["GET /api/desk/contacts/:id/merge/:otherId", {}, {}],
      ["POST /api/desk/contacts/:id/merge", { otherId: own.body.id }, {}],
      ["POST /api/desk/contacts/:id/merges/:mergeId/undo", {}, {}],
    ] as const) {
      const params = { id, otherId: own.body.id };
      const { status, text } = await callRoute(test, address, {
        headers: { ...as("ben"), ...headers },
        params,
        body: send,
      });
      assert.ok([403, 404].includes(status), `${address}: ${status} ${text}`);
      assert.doesNotMatch(text, /account number/);
    }
  });

  it("an uploaded file is its owner's", async () => {
    const sent = await request(`${test.url}/api/desk/media?name=a.txt`, {
      method: "POST",
      headers: { ...as("ana"), "content-type": "text/plain" },
      body: "for the customer",
    });
    const { id } = (await sent.body.json()) as MediaView;
    assert.equal((await ask("ana", "GET /api/desk/media/:id", id)).status, 200);
    assert.deepEqual(
      await ask("ben", "GET /api/desk/media/:id", id),
      await ask("ben", "GET /api/desk/media/:id", "nothing"),
    );
    const used = await test.call("ben", "POST", `/api/desk/conversations/${hers}/messages`, {
      attachments: [{ mediaId: id }],
    });
    assert.equal(used.status, 404);
  });

  it("the live events tell an agent of others' conversations no more than an id", async () => {
    const stream = await request(`${test.url}/api/desk/events`, { headers: as("ben") });
    let text = "";
    stream.body.on("data", (part: Buffer) => {
      text += part.toString();
    });
    stream.body.on("error", () => {});
    await eventually(() => text.includes("hello"), "the stream");
    await test.say("facebook", "555", "the secret word is heliotrope");
    await eventually(() => text.includes(hers), "an event of it");
    await test.idle();
    stream.body.destroy();
    assert.doesNotMatch(text, /heliotrope|555|ana/);
    for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm)) {
      const keys = Object.keys(JSON.parse(data) as object);
      assert.deepEqual(
        keys.filter((key) => !["type", "conversationId", "version"].includes(key)),
        [],
      );
    }
  });
});
