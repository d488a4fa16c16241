import assert from "node:assert/strict";
import type { AgentLoad, WorkItem } from "../../src/core/workItem";
import { agentDocId, freePlaces, freeUnits, hasRoom, newAgent } from "../../src/routing/agentLoad";
import { acceptOffer, expireOffer } from "../../src/routing/offers";
import { removeItem } from "../../src/routing/queue";
import { assignTo, pick, putAside } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

const DAY_MS = 24 * 60 * 60 * 1000;
const agentOf = (bench: RoutingBench, id: string) =>
  bench.store.all<AgentLoad>("routing").find((doc) => doc.id === agentDocId(id)) ??
  newAgent(id, bench.clock.now());
const placesOf = (bench: RoutingBench, id: string) =>
  freePlaces(bench.ports, agentOf(bench, id), bench.clock.now());

describe("an agent's load", () => {
  it("is the units of what is theirs, each conversation at its work stream's price", async () => {
    const bench = createBench({
      agents: [{ id: "ana", capacity: 5 }],
      workstreams: [
        { id: "messenger", capacity: 2 },
        { id: "mail", capacity: 3 },
      ],
    });
    await pick(bench.ports, await bench.enqueue(1), "ana");
    const mail = await bench.enqueue(2, "general", { workstreamId: "mail" });
    await pick(bench.ports, mail, "ana");
    assert.equal(await bench.load("ana"), 5);
    await pick(bench.ports, await bench.enqueue(3), "ana");
    const settings = bench.settings.current().agents.get("ana");
    assert.equal(freeUnits(agentOf(bench, "ana"), settings), -2, "a pick may go over");
    await removeItem(bench.ports, mail);
    assert.equal(await bench.load("ana"), 4);
  });

  it("of somebody without settings leaves no room", () => {
    assert.equal(freeUnits(newAgent("gone", 0), undefined), 0);
  });

  it("remembers when an agent got one, in which queue, and when one stopped costing", async () => {
    const bench = createBench();
    const [one, two] = [await bench.enqueue(1), await bench.enqueue(2, "vip")];
    const [first, second] = [bench.clock.now() + 1000, bench.clock.now() + 3000];
    bench.clock.advance(1000);
    await pick(bench.ports, one, "ana");
    bench.clock.advance(2000);
    await pick(bench.ports, two, "ana");
    assert.deepEqual(agentOf(bench, "ana").assignedIn, { general: first, vip: second });
    assert.equal(agentOf(bench, "ana").lastAssignedAt, second);
    assert.equal(agentOf(bench, "ana").lastReleasedAt, undefined);
    bench.clock.advance(500);
    await putAside(bench.ports, one, "ana");
    assert.equal(agentOf(bench, "ana").lastReleasedAt, second + 500);
    assert.deepEqual(agentOf(bench, "ana").assignedIn, { general: first, vip: second });
  });
});

describe("capacity profiles", () => {
  const withProfiles = (reset: "immediate" | "endOfDay" = "immediate") =>
    createBench({
      agents: [
        { id: "ana", capacity: 1 },
        { id: "ben", capacity: 1, capacityProfiles: { chat: 1 } },
      ],
      workstreams: [{ id: "messenger", capacityProfiles: ["chat", "vip"] }],
      more: {
        capacityProfiles: [
          { id: "chat", name: "Chat", limit: 2, reset },
          { id: "vip", name: "VIP", limit: 3 },
        ],
      },
    });

  it("cost places instead of units, one in each", async () => {
    const bench = withProfiles();
    const item = await pick(bench.ports, await bench.enqueue(1), "ana");
    assert.equal(item.units, 0);
    assert.equal(await bench.load("ana"), 0);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 1, vip: 2 });
    await putAside(bench.ports, item.conversationId, "ana");
    assert.deepEqual(placesOf(bench, "ana"), { chat: 2, vip: 3 });
  });

  it("have limits, and agents limits of their own", async () => {
    const bench = withProfiles();
    assert.deepEqual(placesOf(bench, "ana"), { chat: 2, vip: 3 });
    assert.deepEqual(placesOf(bench, "ben"), { chat: 1, vip: 3 });
    const items = await Promise.all([1, 2, 3].map((n) => bench.enqueue(n)));
    await pick(bench.ports, items[0] ?? "", "ben");
    const waiting = (await bench.item(items[1] ?? "")) as WorkItem;
    assert.equal(hasRoom(bench.ports, agentOf(bench, "ben"), waiting), false, "vip is free, chat is not");
    assert.equal(hasRoom(bench.ports, agentOf(bench, "ana"), waiting), true);
  });

  it("are never exceeded by offers, however many wait", async () => {
    const bench = withProfiles();
    await bench.online("ana", "ben");
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await bench.enqueue(n));
    await bench.assigner.kick();
    const offered = await Promise.all(ids.map(async (id) => (await bench.item(id))?.offeredTo));
    assert.deepEqual(offered.filter((id) => id !== undefined).sort(), ["ana", "ana", "ben"]);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 0, vip: 1 });
  });

  it("that reset at the end of the day keep a worked place until then, UTC", async () => {
    const bench = withProfiles("endOfDay");
    const id = await bench.enqueue(1);
    await assignTo(bench.ports, id, "ana");
    await removeItem(bench.ports, id);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 1, vip: 3 });
    bench.clock.advance(DAY_MS - (bench.clock.now() % DAY_MS) - 1);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 1, vip: 3 });
    bench.clock.advance(1);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 2, vip: 3 });
    const next = await bench.enqueue(2);
    await assignTo(bench.ports, next, "ana");
    await removeItem(bench.ports, next);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 1, vip: 3 }, "yesterday's are forgotten");
  });

  it("that reset at the end of the day lose no place to an offer that came to nothing", async () => {
    const bench = withProfiles("endOfDay");
    await bench.online("ana");
    const { offerId } = await bench.offered(1);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 1, vip: 2 });
    bench.clock.advance(120_000);
    await expireOffer(bench.ports, offerId);
    assert.deepEqual(placesOf(bench, "ana"), { chat: 2, vip: 3 });
  });

  it("move the presence as units do", async () => {
    const bench = withProfiles();
    await bench.online("ben");
    const chat = await bench.offered(1);
    await acceptOffer(bench.ports, chat.offerId, "ben");
    assert.equal(agentOf(bench, "ben").presence, "busy", "other places are free");
    bench.settings.change({
      agents: [{ id: "ben", capacityProfiles: { chat: 1, vip: 1 } }],
      workstreams: [{ id: "messenger", capacityProfiles: ["chat", "vip"] }],
      more: {
        capacityProfiles: [
          { id: "chat", name: "Chat", limit: 2 },
          { id: "vip", name: "VIP", limit: 3 },
        ],
      },
    });
    await removeItem(bench.ports, chat.id);
    assert.equal(agentOf(bench, "ben").presence, "available");
    const next = await bench.offered(2);
    await acceptOffer(bench.ports, next.offerId, "ben");
    assert.equal(agentOf(bench, "ben").presence, "doNotDisturb");
  });
});
