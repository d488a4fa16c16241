// Rules and assignment, in this process: decisions and assignments a second, and how they grow.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export async function benchRules(require) {
  const { compileRules, firstMatch } = require("../dist/src/routing/rules.js");
  console.log(
    "\nRules, the last of N matches\n| rules | decisions/s | µs each | parsing them, ms |\n|---|--:|--:|--:|",
  );
  for (const count of [1, 10, 100, 1000]) {
    const begun = performance.now();
    const rules = compileRules(
      Array.from({ length: count }, (_, i) => ({
        name: `r${i}`,
        if: `customer.name == 'Ann ${i}' && customer.timezone >= 1`,
        queue: "q",
      })),
    );
    const parseMs = performance.now() - begun;
    const scope = { customer: { name: `Ann ${count - 1}`, timezone: 5.5 }, context: {} };
    for (let i = 0; i < 200; i++) firstMatch(rules, scope, "f");
    const end = performance.now() + 1000;
    let done = 0;
    const from = performance.now();
    while (performance.now() < end) {
      firstMatch(rules, scope, "f");
      done += 1;
    }
    const each = (performance.now() - from) / done;
    console.log(
      `| ${count} | ${Math.round(1000 / each)} | ${(each * 1000).toFixed(1)} | ${parseMs.toFixed(0)} |`,
    );
  }
}

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
        enqueue(ports, { conversationId: `t${i}.1`, epoch: 1, seed: seed(i), queueId: "q" }),
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
