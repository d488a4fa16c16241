import assert from "node:assert/strict";
import type { Principal, Route } from "../../src/core/route";
import { type QueueView, queueView } from "../../src/desk/contract";
import { queueRoutes } from "../../src/desk/queueRoutes";
import { createReports } from "../../src/reports/reports";
import { createDesk, principal, SAM } from "./bench";

describe("GET /api/desk/queues", () => {
  const open = () => {
    const desk = createDesk();
    const reports = createReports(desk.bench.ports);
    const [route] = queueRoutes({ reports, settings: desk.bench.ports.settings }) as [Route];
    const queues = async (who: Principal): Promise<QueueView[]> => {
      const reply = await route.handle({
        method: "GET",
        params: {},
        query: new URLSearchParams(),
        headers: {},
        body: undefined,
        principal: who,
      });
      return (reply.body as { items: QueueView[] }).items;
    };
    return { desk, queues };
  };

  it("shows agents their own queues, supervisors all", async () => {
    const { queues } = open();
    const ids = async (who: Principal) => (await queues(who)).map(({ id }) => id);
    assert.deepEqual(await ids(principal("ben")), ["general"]);
    assert.deepEqual(await ids(principal("ana")), ["general", "vip"]);
    assert.deepEqual(await ids(SAM), ["general", "vip"]);
  });

  it("tells who waits and who is there", async () => {
    const { desk, queues } = open();
    await desk.online("ben");
    await desk.call("ben", "PUT", "/presence", { presence: "away" });
    await desk.say("1", "hi");
    await desk.pass(30_000);
    const [general] = await queues(SAM);
    assert.deepEqual(queueView.strict().parse(general), general);
    assert.deepEqual([general?.waiting, general?.longestWaitMs], [1, 30_000]);
    assert.deepEqual([general?.agents.away, general?.agents.offline], [1, 1]);
  });
});
