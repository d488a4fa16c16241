// Assignment, in this process: offers a second, and how they grow.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export async function benchAssignment(require) {
  const { openLocalStore } = require("../dist/src/storage/local/localStore.js");
  const { createAssigner } = require("../dist/src/routing/assign.js");
  const { enqueue } = require("../dist/src/routing/queue.js");
  const { setPresence } = require("../dist/src/routing/presence.js");
  const { systemClock } = require("../dist/src/core/clock.js");
  const { silentLog } = require("../dist/src/core/log.js");
  console.log(
    "\nAssignment on the durable store: offers a second\n| waiting | agents | offers/s |\n|---|--:|--:|",
  );
  for (const [waiting, agents] of [
    [1000, 100],
    [5000, 1000],
  ]) {
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-bench-"));
    const store = await openLocalStore({ folder, clock: systemClock, log: silentLog });
    const ids = Array.from({ length: agents }, (_, i) => `a${i}`);
    const snapshot = {
      queues: new Map([["q", { id: "q", name: "Q", priority: 100, members: ids }]]),
      agents: new Map(
        ids.map((id) => [id, { id, name: id, capacity: Math.ceil(waiting / agents), roles: ["agent"] }]),
      ),
      workstreams: new Map(),
      instances: new Map(),
      accounts: new Map(),
      flows: new Map(),
    };
    const ports = {
      store,
      clock: systemClock,
      log: silentLog,
      settings: { current: () => snapshot, onChange: () => () => {} },
    };
    const seed = (i) => ({
      threadId: `t${i}`,
      channel: "sms",
      instanceId: "i",
      workstreamId: "w",
      customer: { id: String(i) },
      openedAt: i,
      lastText: "",
    });
    await Promise.all(
      Array.from({ length: waiting }, (_, i) =>
        enqueue(ports, { conversationId: `t${i}.1`, epoch: 1, seed: seed(i), placement: { queueId: "q" } }),
      ),
    );
    await Promise.all(ids.map((id) => setPresence(ports, id, "available")));
    const begun = performance.now();
    await createAssigner(ports).kick();
    const seconds = (performance.now() - begun) / 1000;
    console.log(`| ${waiting} | ${agents} | ${Math.round(waiting / seconds)} |`);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
