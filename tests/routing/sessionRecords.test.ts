import assert from "node:assert/strict";
import type { SessionRecord, WorkItem } from "../../src/core/workItem";
import { giveUpLost } from "../../src/routing/lost";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import { LOST_MS, loseConnection } from "../../src/routing/presence";
import { customerWrote, removeItem } from "../../src/routing/queue";
import {
  assignTo,
  end,
  open,
  pick,
  putAside,
  release,
  transferToAgent,
  transferToQueue,
} from "../../src/routing/sessions";
import { overflowWaitingItem } from "../../src/routing/waiting";
import { createBench, type RoutingBench } from "./bench";

/** `o`ffered, `a`ccepted, `w`rap-up, `e`nded: which times a session has. */
const timesOf = ({ offeredAt, acceptedAt, wrapUpAt, endedAt }: SessionRecord): string =>
  [offeredAt, acceptedAt, wrapUpAt, endedAt].map((at, n) => (at === undefined ? "-" : "oawe"[n])).join("");
const offerOf = async (bench: RoutingBench, id: string) => (await bench.item(id))?.offerId ?? "";
const offered = async (bench: RoutingBench, id: string) => {
  await bench.online("ana");
  await bench.assigner.kick();
  return offerOf(bench, id);
};
const accepted = async (bench: RoutingBench, id: string) =>
  acceptOffer(bench.ports, await offered(bench, id), "ana");
const handed = async (bench: RoutingBench, id: string) => {
  await bench.online("ben");
  await transferToAgent(bench.ports, id, "ben", "ana");
  return offerOf(bench, id);
};
const wrote = ({ ports }: RoutingBench, id: string, seq: number) =>
  customerWrote(ports, { conversationId: id, seq, at: 1, text: "hi" });

type Row = [
  path: string,
  act: (bench: RoutingBench, id: string) => Promise<unknown>,
  sessions: string[],
  stints: string[],
];

/** What stands in the records once the conversation was closed, by the path it went before. */
const PATHS: Row[] = [
  ["closed while it stands in line", async () => {}, [], ["general closed"]],
  ["closed while it is offered", offered, ["ana offer o--e agentClosed"], ["general closed"]],
  ["accepted", accepted, ["ana offer oa-e agentClosed"], ["general accepted"]],
  [
    "accepted and ended",
    async (bench, id) => {
      await accepted(bench, id);
      await end(bench.ports, id, "ana");
    },
    ["ana offer oawe agentClosed"],
    ["general accepted"],
  ],
  [
    "rejected, then accepted",
    async (bench, id) => {
      await rejectOffer(bench.ports, await offered(bench, id), "ana");
      await accepted(bench, id);
    },
    ["ana offer o--e agentRejected", "ana offer oa-e agentClosed"],
    ["general accepted"],
  ],
  [
    "missed",
    async (bench, id) => {
      const offerId = await offered(bench, id);
      await bench.presence("ana", "away");
      bench.clock.advance(120_000);
      await expireOffer(bench.ports, offerId);
    },
    ["ana offer o--e agentTimedOut"],
    ["general closed"],
  ],
  ["picked", ({ ports }, id) => pick(ports, id, "ana"), ["ana pick -a-e agentClosed"], ["general accepted"]],
  [
    "assigned by a supervisor while it was offered",
    async (bench, id) => {
      await offered(bench, id);
      await assignTo(bench.ports, id, "ben");
    },
    ["ana offer o--e supervisorAssigned", "ben assign -a-e agentClosed"],
    ["general assigned"],
  ],
  [
    "taken from its agent by a supervisor",
    async (bench, id) => {
      await accepted(bench, id);
      await assignTo(bench.ports, id, "ben");
    },
    ["ana offer oa-e supervisorAssigned", "ben assign -a-e agentClosed"],
    ["general accepted"],
  ],
  [
    "put aside and opened again",
    async (bench, id) => {
      await accepted(bench, id);
      await putAside(bench.ports, id, "ana");
      await open(bench.ports, id, "ana");
    },
    ["ana offer oa-e movedToWaiting", "ana reopen -a-e agentClosed"],
    ["general accepted"],
  ],
  [
    "put aside, and the customer writes again",
    async (bench, id) => {
      await accepted(bench, id);
      await putAside(bench.ports, id, "ana");
      await wrote(bench, id, 2);
      await accepted(bench, id);
    },
    ["ana offer oa-e movedToWaiting", "ana offer oa-e agentClosed"],
    ["general accepted", "general accepted"],
  ],
  [
    "written to in wrap-up",
    async (bench, id) => {
      await accepted(bench, id);
      await end(bench.ports, id, "ana");
      await wrote(bench, id, 2);
    },
    ["ana offer oa-e agentClosed"],
    ["general accepted"],
  ],
  [
    "put aside, ended, and written to in wrap-up",
    async (bench, id) => {
      await accepted(bench, id);
      await putAside(bench.ports, id, "ana");
      await end(bench.ports, id, "ana");
      await wrote(bench, id, 2);
    },
    ["ana offer oa-e movedToWaiting", "ana reopen -a-e agentClosed"],
    ["general accepted"],
  ],
  [
    "released",
    async (bench, id) => {
      await accepted(bench, id);
      await bench.presence("ana", "away");
      await release(bench.ports, id, "ana");
    },
    ["ana offer oa-e released"],
    ["general accepted", "general closed"],
  ],
  [
    "transferred to a queue out of the line",
    ({ ports }, id) => transferToQueue(ports, id, "vip"),
    [],
    ["general transferred", "vip closed"],
  ],
  [
    "transferred to a queue while it is offered",
    async (bench, id) => {
      await offered(bench, id);
      await transferToQueue(bench.ports, id, "vip");
    },
    ["ana offer o--e transferredToQueue"],
    ["general transferred", "vip closed"],
  ],
  [
    "transferred to a queue by its agent",
    async (bench, id) => {
      await accepted(bench, id);
      await transferToQueue(bench.ports, id, "vip", "ana");
    },
    ["ana offer oa-e transferredToQueue"],
    ["general accepted", "vip closed"],
  ],
  [
    "transferred to a colleague who accepts",
    async (bench, id) => {
      await accepted(bench, id);
      await acceptOffer(bench.ports, await handed(bench, id), "ben");
    },
    ["ana offer oa-e transferredToAgent", "ben transfer oa-e agentClosed"],
    ["general accepted"],
  ],
  [
    "transferred to a colleague who rejects",
    async (bench, id) => {
      await accepted(bench, id);
      await rejectOffer(bench.ports, await handed(bench, id), "ben");
    },
    ["ana offer oa-e transferredToAgent", "ben transfer o--e agentRejected", "ana transfer -a-e agentClosed"],
    ["general accepted"],
  ],
  [
    "transferred to a colleague who rejects, when the giver is gone",
    async (bench, id) => {
      await accepted(bench, id);
      const offerId = await handed(bench, id);
      for (const each of ["ana", "ben"]) await bench.presence(each, "offline");
      await rejectOffer(bench.ports, offerId, "ben");
    },
    ["ana offer oa-e transferredToAgent", "ben transfer o--e agentRejected"],
    ["general accepted", "general closed"],
  ],
  [
    "transferred in wrap-up",
    async (bench, id) => {
      await accepted(bench, id);
      await end(bench.ports, id, "ana");
      await acceptOffer(bench.ports, await handed(bench, id), "ben");
    },
    ["ana offer oawe transferredToAgent", "ben transfer oa-e agentClosed"],
    ["general accepted"],
  ],
  [
    "given back by an agent who was lost",
    async (bench, id) => {
      await accepted(bench, id);
      await loseConnection(bench.ports, "ana");
      bench.clock.advance(LOST_MS);
      await giveUpLost(bench.ports, "ana");
    },
    ["ana offer oa-e agentDisconnected"],
    ["general accepted", "general closed"],
  ],
  [
    "sent on because it waited too long",
    async (bench, id) => {
      bench.clock.advance(5 * 60_000);
      await overflowWaitingItem(bench.ports, id);
      await pick(bench.ports, id, "ben");
    },
    ["ben pick -a-e agentClosed"],
    ["general overflow", "vip accepted"],
  ],
];

describe("records of sessions and stays in queues", () => {
  for (const [path, act, sessions, stints] of PATHS) {
    it(`of one that was ${path}`, async () => {
      const bench = createBench({
        queues: [
          {
            id: "general",
            members: ["ana", "ben"],
            overflow: [{ when: "waitedAbove", minutes: 5, do: "transfer", queue: "vip" }],
          },
          { id: "vip", members: ["ben"] },
        ],
      });
      const id = await bench.enqueue(1);
      await act(bench, id);
      const live = (await bench.item(id)) as WorkItem;
      assert.deepEqual(
        live.sessions.flatMap(({ endedAt, agentId }) => (endedAt === undefined ? agentId : [])),
        [live.agentId ?? live.offeredTo].filter((agent) => agent !== undefined),
        "open sessions belong to who has it",
      );
      bench.clock.advance(10);
      const last = (await removeItem(bench.ports, id)) as WorkItem;
      assert.deepEqual(
        last.sessions.map(
          (session) => `${session.agentId} ${session.how} ${timesOf(session)} ${session.closure}`,
        ),
        sessions,
      );
      assert.deepEqual(
        last.stints.map(({ queueId, left }) => `${queueId} ${left}`),
        stints,
      );
      const times = [...last.sessions, ...last.stints].flatMap((each) =>
        "enteredAt" in each
          ? [each.enteredAt, each.leftAt]
          : [each.offeredAt ?? each.acceptedAt, each.endedAt],
      );
      assert.ok(times.every((at) => at !== undefined && at <= bench.clock.now()));
      for (const { offeredAt, why } of last.sessions)
        assert.equal(why !== undefined, offeredAt !== undefined);
    });
  }

  it("are bounded: the newest fifty are kept", async () => {
    const bench = createBench();
    const id = await bench.enqueue(1);
    for (let n = 0; n < 60; n++) {
      await pick(bench.ports, id, "ana");
      await release(bench.ports, id, "ana");
    }
    const item = await bench.item(id);
    assert.deepEqual([item?.sessions.length, item?.stints.length], [50, 50]);
  });
});
