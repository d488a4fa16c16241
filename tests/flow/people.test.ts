import assert from "node:assert/strict";
import { request } from "undici";
import type { ConversationView, MeView, OfferView } from "../../src/desk/contract";
import { LOST_MS } from "../../src/routing/presence";
import { buildConfiguration } from "../support/accounts";
import { createKillableServer, type KillableServer } from "../support/killable";
import { type Platforms, startPlatforms } from "../support/platforms";
import { CUSTOMERS, openSession } from "../support/session";
import { createSkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

interface Items<T> {
  items: T[];
}
const SWEEP_MS = 15_000;

describe("a desk's event stream", function () {
  this.timeout(60_000);
  const clock = createSkippingClock();
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ clock });
  });
  after(() => test.stop());

  const presence = async () => (await test.call<MeView>("ana", "GET", "/api/desk/me")).body.presence.presence;
  const isNow = (wanted: string) =>
    eventually(async () => (await presence()) === wanted, `Ana to be ${wanted}`);
  async function connect(): Promise<() => void> {
    const { body } = await request(`${test.url}/api/desk/events`, {
      headers: { authorization: "Bearer token-of-ana" },
    });
    body.on("error", () => {});
    body.resume();
    return () => void body.destroy();
  }

  it("that closes makes the agent offline; the next restores; lost for long, what they have goes to others", async () => {
    const session = await openSession(test, "sms");
    const leave = await connect();
    const [first, second] = [await connect(), leave];
    first();
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "busy" });
    second();
    await isNow("offline");
    const again = await connect();
    await isNow("busy");
    again();
    await isNow("offline");
    await test.call("ben", "PUT", "/api/desk/presence", { presence: "available" });
    clock.skip(LOST_MS);
    const offer = await eventually(async () => (await test.offers("ben"))[0], "an offer to Ben");
    assert.equal(offer.conversationId, session.conversationId);
    await connect();
    await isNow("available");
  });
});

describe("killed among people", function () {
  this.timeout(120_000);
  let platforms: Platforms;
  let server: KillableServer;

  beforeEach(async () => {
    platforms = await startPlatforms();
    server = await createKillableServer(platforms, buildConfiguration({ capacity: 5 }));
  });
  afterEach(async () => {
    await server.stop();
    await platforms.close();
  });

  const online = (agent: string, presence = "available") =>
    server.call(agent, "PUT", "/api/desk/presence", { presence });
  const offersOf = async (agent: string) =>
    (await server.call<Items<OfferView>>(agent, "GET", "/api/desk/offers")).body.items;
  const offerTo = (agent: string) =>
    eventually(async () => (await offersOf(agent))[0], `an offer to ${agent}`, 40_000);
  const view = async (id: string) =>
    (await server.call<ConversationView>("sam", "GET", `/api/desk/conversations/${id}`)).body;
  const usedBy = async (agent: string) =>
    (await server.call<MeView>(agent, "GET", "/api/desk/me")).body.presence.used;
  async function say(customerId: string): Promise<void> {
    const signed = platforms.sms.webhook.say({ customerId, text: "hello" });
    await eventually(async () => (await platforms.post("sms", signed)) === 200, "the webhook's answer");
  }
  /** Ana has a conversation of each customer. */
  async function withAna(...customers: string[]): Promise<string[]> {
    await online("ana");
    const ids: string[] = [];
    for (const customer of customers) {
      await say(customer);
      const offer = await offerTo("ana");
      await server.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
      ids.push(offer.conversationId);
    }
    return ids;
  }
  /** Time passes until `check` gives something: a sweep may be needed to find what the dead process left. */
  async function passing<T>(
    ms: number,
    check: () => Promise<T | undefined | false>,
    what: string,
  ): Promise<T> {
    server.skip(ms);
    server.skip(SWEEP_MS);
    return eventually(check, what, 40_000);
  }
  async function killedAndBack(): Promise<void> {
    await server.died();
    await server.start();
  }

  it("in the middle of an offer: it runs out on time, counts, and is made again", async () => {
    await server.start("offer");
    await online("ana");
    const said = say(CUSTOMERS.sms);
    await killedAndBack();
    await said;
    const offer = await offerTo("ana");
    assert.equal(Date.parse(offer.expiresAt) - Date.parse(offer.createdAt), 120_000);
    const again = await passing(
      120_000,
      async () => (await offersOf("ana")).find(({ id }) => id !== offer.id),
      "the next offer",
    );
    assert.equal(again.conversationId, offer.conversationId);
    assert.equal(await usedBy("ana"), 1);
    const { body } = await server.call<Items<{ text: string }>>(
      "ana",
      "GET",
      `/api/desk/conversations/${offer.conversationId}/trace`,
    );
    assert.ok(body.items.some(({ text }) => text === "Offered to ana: ran out."));
  });

  for (const answer of ["accept", "reject", "nothing"] as const) {
    it(`in the middle of a transfer to a colleague, whose answer then is ${answer}`, async () => {
      await server.start("transfer");
      const [id = ""] = await withAna(CUSTOMERS.sms);
      await online("ben");
      const asked = server.call("ana", "POST", `/api/desk/conversations/${id}/transfer`, { agentId: "ben" });
      await killedAndBack();
      // Asked again after the restart, it had happened.
      assert.equal((await asked).status, 403);
      const offer = await offerTo("ben");
      assert.equal(offer.transferredBy, "ana");
      assert.deepEqual([await usedBy("ana"), await usedBy("ben")], [0, 1]);
      if (answer !== "nothing") await server.call("ben", "POST", `/api/desk/offers/${offer.id}/${answer}`);
      const holder = answer === "accept" ? "ben" : "ana";
      await passing(
        answer === "nothing" ? 120_000 : 0,
        async () => (await view(id)).agentId === holder,
        `${holder} to have it`,
      );
      assert.deepEqual([await usedBy("ana"), await usedBy("ben")], holder === "ana" ? [1, 0] : [0, 1]);
    });
  }

  it("right after a connection was lost: back in time it is as before, later the conversations return", async () => {
    await server.start("lost");
    const [id = ""] = await withAna(CUSTOMERS.sms);
    await online("ana", "busy");
    (await server.connect("ana"))();
    await killedAndBack();
    assert.equal((await server.call<MeView>("ana", "GET", "/api/desk/me")).body.presence.presence, "offline");
    const leave = await server.connect("ana");
    const is = async (presence: string) =>
      (await server.call<MeView>("ana", "GET", "/api/desk/me")).body.presence.presence === presence;
    await eventually(() => is("busy"), "Ana to be as before");
    leave();
    await eventually(() => is("offline"), "Ana to be offline");
    await online("ben");
    await passing(LOST_MS, async () => (await offersOf("ben"))[0], "an offer to Ben");
    assert.equal((await view(id)).offeredTo, "ben");
    assert.equal(await usedBy("ana"), 0);
  });

  it("while the conversations of a lost agent return: all of them do", async () => {
    await server.start("disconnected");
    const ids = await withAna(CUSTOMERS.sms, "+12065550177", "+12065550178");
    (await server.connect("ana"))();
    await eventually(
      async () =>
        (await server.call<MeView>("ana", "GET", "/api/desk/me")).body.presence.presence === "offline",
      "Ana to be offline",
    );
    server.skip(LOST_MS);
    await killedAndBack();
    assert.ok((await usedBy("ana")) < 3, "one had gone back");
    await online("ben");
    await passing(LOST_MS, async () => (await offersOf("ben")).length === 3, "three offers to Ben");
    for (const id of ids) assert.equal((await view(id)).offeredTo, "ben");
    assert.equal(await usedBy("ana"), 0);
  });

  it("with desks open: who does not come back within 15 s is lost, whoever does is not", async () => {
    await server.start();
    for (const agent of ["ana", "ben"]) {
      await online(agent);
      await server.connect(agent);
    }
    // The server tells of its desks a moment later; what is written after that is proof of it.
    server.skip(1000);
    await server.stats();
    await online("ana", "busy");
    await online("ana", "available");
    await server.kill();
    await server.start();
    await server.connect("ben");
    const presence = async (agent: string) =>
      (await server.call<MeView>(agent, "GET", "/api/desk/me")).body.presence.presence;
    assert.equal(await presence("ana"), "available", "she may be on her way");
    server.skip(SWEEP_MS);
    await eventually(async () => (await presence("ana")) === "offline", "Ana to be offline");
    assert.equal(await presence("ben"), "available");
  });
});
