import assert from "node:assert/strict";
import type { EventSink } from "../../src/core/route";
import type { ConversationView, MeView, OfferView, PresenceView } from "../../src/desk/contract";
import { LOST_MS } from "../../src/routing/presence";
import { conversationOf } from "../pipeline/bench";
import { createDesk, principal, SAM } from "./bench";

const ONE = conversationOf("1");
interface List<T> {
  items: T[];
}
interface Told {
  text: string;
  details?: { passedOver?: unknown[]; how?: string };
}

/** A desk's connection; `close` is the browser leaving. */
async function connect(desk: ReturnType<typeof createDesk>, who: string): Promise<() => Promise<void>> {
  const sink: EventSink = { send: () => true, close() {} };
  const reply = await desk.call(who, "GET", "/events");
  const leave = reply.stream?.(sink) ?? (() => {});
  await desk.pass(0);
  return async () => {
    leave();
    await desk.pass(0);
  };
}
const presenceOf = async (desk: ReturnType<typeof createDesk>, who = "ana") =>
  (await desk.call<MeView>(who, "GET", "/me")).body.presence.presence;
const setOf = (desk: ReturnType<typeof createDesk>, agentId: string, presence: string) =>
  desk.call<PresenceView>(SAM, "PUT", `/agents/${agentId}/presence`, { presence });

describe("presence at the desk", () => {
  it("follows the connection: gone is offline, back is as before", async () => {
    const desk = createDesk();
    await desk.call("ana", "PUT", "/presence", { presence: "busy" });
    const leave = await connect(desk, "ana");
    await leave();
    assert.equal(await presenceOf(desk), "offline");
    await connect(desk, "ana");
    assert.equal(await presenceOf(desk), "busy");
  });

  it("of an agent can be set by a supervisor, who resets one that missed an offer", async () => {
    const desk = createDesk({ workstreams: [{ id: "messenger", missedOfferInactive: true }] });
    await desk.pipeline.start();
    await desk.online("ana");
    await desk.say("1", "hi");
    await desk.pass(120_000);
    await desk.quiet();
    assert.equal(await presenceOf(desk), "inactive");
    assert.equal((await desk.item("1"))?.state, "open");
    assert.equal((await setOf(desk, "ana", "available")).body.presence, "available");
    assert.equal((await desk.item("1"))?.offeredTo, "ana", "and is asked at once");
  });

  it("is a supervisor's to set, of agents, to what there is", async () => {
    const desk = createDesk();
    const route = desk.routes.find(({ path }) => path === "/api/desk/agents/:id/presence");
    assert.equal(route?.access, "supervisor");
    await assert.rejects(setOf(desk, "nobody", "available"), {
      code: "NOT_FOUND",
      message: /no agent "nobody"/,
    });
    await assert.rejects(setOf(desk, "ana", "inactive"), { code: "INPUT_INVALID" });
  });

  it("set for an agent whose desk is lost is what they come back with", async () => {
    const desk = createDesk();
    await desk.online("ana");
    const leave = await connect(desk, "ana");
    await leave();
    assert.equal((await setOf(desk, "ana", "away")).body.presence, "offline");
    await desk.say("1", "hi");
    assert.equal((await desk.item("1"))?.state, "open");
    await connect(desk, "ana");
    assert.equal(await presenceOf(desk), "away");
  });

  it("of who stays lost gives their conversations back", async () => {
    const desk = createDesk();
    await desk.pipeline.start();
    await desk.online("ana");
    await desk.say("1", "hi");
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    await desk.call("ana", "POST", `/offers/${offer?.id}/accept`);
    const leave = await connect(desk, "ana");
    await leave();
    await desk.pass(LOST_MS);
    await desk.quiet();
    const { body } = await desk.call<ConversationView>(SAM, "GET", `/conversations/${ONE}`);
    assert.deepEqual([body.holder, body.agentId, body.state], ["queue", null, "open"]);
  });
});

describe("a transfer at the desk", () => {
  async function withAna() {
    const desk = createDesk();
    await desk.online("ana");
    await desk.say("1", "hi");
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    await desk.call("ana", "POST", `/offers/${offer?.id}/accept`);
    await desk.online("ben");
    const transfer = (agentId: string, who: Parameters<typeof desk.call>[0] = "ana") =>
      desk.call<ConversationView>(who, "POST", `/conversations/${ONE}/transfer`, { agentId });
    const offers = async (who: string) =>
      (await desk.call<List<OfferView>>(who, "GET", "/offers")).body.items;
    return { desk, transfer, offers };
  }

  it("to a colleague is offered to them, told by whom, and theirs once accepted", async () => {
    const { desk, transfer, offers } = await withAna();
    const { body } = await transfer("ben");
    assert.deepEqual([body.holder, body.offeredTo, body.agentId], ["queue", "ben", null]);
    const [offer] = await offers("ben");
    assert.equal(offer?.transferredBy, "ana");
    const taken = await desk.call<ConversationView>("ben", "POST", `/offers/${offer?.id}/accept`);
    assert.equal(taken.body.agentId, "ben");
    await assert.rejects(transfer("sam"), { code: "NOT_ALLOWED" });
  });

  it("that is rejected is the giver's again", async () => {
    const { desk, transfer, offers } = await withAna();
    await transfer("ben");
    const [offer] = await offers("ben");
    await desk.call("ben", "POST", `/offers/${offer?.id}/reject`);
    assert.equal((await desk.item("1"))?.agentId, "ana");
  });

  it("to somebody who is not there is refused in words", async () => {
    const { desk, transfer } = await withAna();
    await desk.call("ben", "PUT", "/presence", { presence: "away" });
    await assert.rejects(transfer("ben"), { code: "WRONG_STATE", message: /ben is away now/ });
    assert.equal((await desk.item("1"))?.agentId, "ana");
  });

  it("by a supervisor needs nobody's consent", async () => {
    const { transfer } = await withAna();
    assert.equal((await transfer("ben", SAM)).body.agentId, "ben");
  });

  it("of somebody else's is refused", async () => {
    const { transfer } = await withAna();
    await assert.rejects(transfer("ben", principal("ben")), { code: "NOT_ALLOWED" });
  });
});

describe("the trace", () => {
  it("tells of every offer what became of it, in order, and why it waits", async () => {
    const desk = createDesk({ workstreams: [{ id: "messenger", maxDeclines: 1 }] });
    await desk.pipeline.start();
    await desk.online("ana");
    const trace = async () =>
      (await desk.call<List<Told>>("ana", "GET", `/conversations/${ONE}/trace`)).body.items.slice(1);
    await desk.say("1", "hi");
    assert.deepEqual(
      (await trace()).map(({ text }) => text),
      ["Offered to ana: waits for an answer."],
    );
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    await desk.pass(1000);
    await desk.call("ana", "POST", `/offers/${offer?.id}/reject`);
    const waits = await trace();
    assert.deepEqual(
      waits.map(({ text }) => text),
      ["Offered to ana: rejected.", "It waits; nobody can take it now."],
    );
    assert.equal(waits[1]?.details?.passedOver?.length, 1);
    await desk.online("ben");
    await desk.quiet();
    await desk.pass(120_000);
    await desk.quiet();
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    await desk.pass(1000);
    await desk.call("ana", "POST", `/conversations/${ONE}/transfer`, { agentId: "ben" });
    await desk.pass(1000);
    await desk.call(SAM, "POST", `/conversations/${ONE}/assign`, { agentId: "ana" });
    assert.deepEqual(
      (await trace()).map(({ text }) => text),
      [
        "Offered to ana: rejected.",
        "Offered to ben: ran out.",
        "ana: picked it.",
        "Offered to ben: withdrawn.",
        "ana: was assigned it.",
      ],
    );
  });

  it("tells that a conversation came back to who handed it over", async () => {
    const desk = createDesk();
    await desk.online("ana");
    await desk.say("1", "hi");
    await desk.call(SAM, "POST", `/conversations/${ONE}/assign`, { agentId: "ana" });
    await desk.online("ben");
    await desk.call("ana", "POST", `/conversations/${ONE}/transfer`, { agentId: "ben" });
    const [offer] = (await desk.call<List<OfferView>>("ben", "GET", "/offers")).body.items;
    await desk.call("ben", "POST", `/offers/${offer?.id}/reject`);
    const { items } = (await desk.call<List<Told>>("ana", "GET", `/conversations/${ONE}/trace`)).body;
    assert.deepEqual(
      items.slice(-2).map(({ text }) => text),
      ["Offered to ben: rejected.", "ana: got it back."],
    );
  });
});
