import assert from "node:assert/strict";
import type { WorkItem } from "../../src/core/workItem";
import { acceptOffer } from "../../src/routing/offers";
import { customerWrote, enqueue, openWithBot, removeItem, toSortKey } from "../../src/routing/queue";
import { assignTo, end, putAside } from "../../src/routing/sessions";
import { buildSeed, conversationOf, createBench, type RoutingBench } from "./bench";

const HOUR_MS = 60 * 60 * 1000;

describe("toSortKey", () => {
  it("puts smaller priority numbers of the queue first, then the conversation's own, then who waits longest", () => {
    const keys = [
      toSortKey({ queuePriority: 100, since: 5, conversationId: "a" }),
      toSortKey({ queuePriority: 1, since: 9, conversationId: "b" }),
      toSortKey({ queuePriority: 100, since: 4, conversationId: "c" }),
      toSortKey({ queuePriority: 20, since: 1, conversationId: "d" }),
      toSortKey({ queuePriority: 100, priority: 1, since: 9, conversationId: "e" }),
    ];
    assert.deepEqual([...keys].sort(), [keys[1], keys[3], keys[4], keys[2], keys[0]]);
  });
});

describe("enqueue", () => {
  it("makes a row that stands in its queue, with the work stream's terms", async () => {
    const bench = createBench({
      workstreams: [
        { id: "messenger", capacity: 2, distribution: "pick", offerSeconds: 30, autoCloseHours: 8 },
      ],
    });
    const item = await bench.item(await bench.enqueue(1, "vip"));
    assert.equal(item?.state, "open");
    assert.equal(item.holder, "queue");
    assert.equal(item.queueId, "vip");
    assert.equal(item.units, 2);
    assert.equal(item.distribution, "pick");
    assert.equal(item.offerSeconds, 30);
    assert.match(item.sk ?? "", /^001~100~2026-11-21T09:00:00.000Z~t~/);
  });

  it("changes nothing when it is applied again, or when its epoch is older", async () => {
    const bench = createBench();
    const id = await bench.enqueue(1, "general");
    await bench.online("ana");
    await bench.assigner.kick();
    const before = await bench.item(id);
    for (const epoch of [1, 0])
      await enqueue(bench.ports, {
        conversationId: id,
        epoch,
        seed: buildSeed(1),
        placement: { queueId: "vip" },
      });
    assert.deepEqual(await bench.item(id), before);
  });

  it("takes over the helper's row under a newer epoch, one version on", async () => {
    const bench = createBench();
    const id = conversationOf(1);
    await openWithBot(bench.ports, id, 1, buildSeed(1, { lastText: "first" }));
    assert.equal((await bench.item(id))?.holder, "bot");
    assert.equal((await bench.item(id))?.sk, undefined);
    await enqueue(bench.ports, {
      conversationId: id,
      epoch: 2,
      seed: buildSeed(1, { lastText: "person" }),
      placement: { queueId: "general" },
    });
    const item = await bench.item(id);
    assert.equal(item?.holder, "queue");
    assert.equal(item.lastText, "person");
    assert.equal(item.version, 2);
    assert.notEqual(item.sk, undefined);
  });

  it("is not undone by the opening that comes late", async () => {
    const bench = createBench();
    const id = await bench.enqueue(1);
    await openWithBot(bench.ports, id, 1, buildSeed(1));
    assert.equal((await bench.item(id))?.holder, "queue");
  });
});

describe("customerWrote", () => {
  let bench: RoutingBench;
  let id: string;

  async function accepted(): Promise<void> {
    await bench.online("ana");
    const offered = await bench.offered(1);
    id = offered.id;
    await acceptOffer(bench.ports, offered.offerId, "ana");
  }
  const wrote = (seq: number, text = "again") =>
    customerWrote(bench.ports, { conversationId: id, seq, at: bench.clock.now(), text });

  beforeEach(() => {
    bench = createBench();
  });

  it("shows the newer text of one that waits in a queue, which keeps its place", async () => {
    id = await bench.enqueue(1);
    const before = await bench.item(id);
    bench.clock.advance(HOUR_MS);
    await wrote(2);
    const item = await bench.item(id);
    assert.equal(item?.lastText, "again");
    assert.equal(item.lastInboundSeq, 2);
    assert.equal(item.sk, before?.sk);
    assert.equal(item.state, "open");
  });

  it("leaves an active one with its agent", async () => {
    await accepted();
    await wrote(2);
    const item = await bench.item(id);
    assert.equal(item?.state, "active");
    assert.equal(item.agentId, "ana");
    assert.equal(await bench.load("ana"), 1);
  });

  it("puts a waiting one back into its queue, behind those who wait, remembering its agent", async () => {
    await accepted();
    await putAside(bench.ports, id, "ana");
    bench.clock.advance(HOUR_MS);
    await wrote(2);
    const item = await bench.item(id);
    assert.equal(item?.state, "open");
    assert.equal(item.holder, "queue");
    assert.equal(item.agentId, undefined);
    assert.equal(item.formerAgentId, "ana");
    assert.equal(item.queuedAt, bench.clock.now());
    assert.equal(await bench.load("ana"), 0);
  });

  it("offers a woken one to its former agent first, even without room", async () => {
    bench = createBench({
      agents: [
        { id: "ana", capacity: 1 },
        { id: "ben", capacity: 9 },
      ],
    });
    await accepted();
    await putAside(bench.ports, id, "ana");
    const other = await bench.offered(2);
    assert.equal((await bench.item(other.id))?.offeredTo, "ana");
    await bench.online("ben");
    await wrote(2);
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
    assert.equal(await bench.load("ana"), 2);
  });

  it("brings one in wrap-up back to its agent, who still has the capacity in use", async () => {
    await accepted();
    await end(bench.ports, id, "ana");
    await wrote(2);
    const item = await bench.item(id);
    assert.equal(item?.state, "active");
    assert.equal(item.agentId, "ana");
    assert.equal(await bench.load("ana"), 1);
  });

  it("ignores a message it knows already, and one of a closed conversation", async () => {
    await accepted();
    await wrote(3);
    const before = await bench.item(id);
    await wrote(3, "repeated");
    await wrote(2, "late");
    assert.deepEqual(await bench.item(id), before);
    await removeItem(bench.ports, id);
    await wrote(4);
    assert.equal(await bench.item(id), undefined);
  });
});

describe("removeItem", () => {
  const reached: [state: string, reach: (bench: RoutingBench) => Promise<string>][] = [
    ["open", (bench) => bench.enqueue(1)],
    ["offered", async (bench) => (await bench.offered(1)).id],
    ["active", async (bench) => (await assignTo(bench.ports, await bench.enqueue(1), "ana")).conversationId],
    [
      "in wrap-up",
      async (bench) =>
        (
          await end(
            bench.ports,
            (
              await assignTo(bench.ports, await bench.enqueue(1), "ana")
            ).conversationId,
            "ana",
          )
        ).conversationId,
    ],
    [
      "waiting",
      async (bench) =>
        (
          await putAside(
            bench.ports,
            (
              await assignTo(bench.ports, await bench.enqueue(1), "ana")
            ).conversationId,
            "ana",
          )
        ).conversationId,
    ],
  ];
  for (const [state, reach] of reached) {
    it(`frees whoever has a conversation that is ${state}, once`, async () => {
      const bench = createBench();
      await bench.online("ana");
      const id = await reach(bench);
      const last = await removeItem(bench.ports, id);
      assert.equal(last?.conversationId, id);
      assert.equal(await bench.load("ana"), 0);
      assert.deepEqual(
        bench.store.all("routing").map(({ type }) => type),
        ["agent"],
      );
      assert.equal(await removeItem(bench.ports, id), undefined);
      assert.equal(await bench.load("ana"), 0);
    });
  }
});

describe("a row", () => {
  it("is never without a time at which somebody looks again", async () => {
    const bench = createBench();
    await bench.online("ana");
    const rows: (WorkItem | undefined)[] = [];
    const { id, offerId } = await bench.offered(1);
    await openWithBot(bench.ports, conversationOf(2), 1, buildSeed(2));
    rows.push(
      await bench.item(conversationOf(2)),
      await bench.item(id),
      await acceptOffer(bench.ports, offerId, "ana"),
    );
    rows.push(
      await end(bench.ports, id, "ana"),
      await putAside(
        bench.ports,
        (await assignTo(bench.ports, await bench.enqueue(3), "ben")).conversationId,
        "ben",
      ),
    );
    for (const row of rows)
      assert.ok((row?.due ?? 0) > bench.clock.now() || row?.offerId !== undefined, row?.state);
  });
});
