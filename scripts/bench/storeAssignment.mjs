// Assignment on the durable store, in this process: offers a second, with one server and with several that all believe it
// is theirs, each operation of the store 5 ms late; and what becomes of a thousand lost agents.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const DELAY_MS = 5;

export async function benchAssignment(require) {
  const load = (name) => require(`../dist/src/${name}.js`);
  const { openLocalStore } = load("storage/local/localStore");
  const { createAssigner } = load("routing/assign");
  const { enqueue } = load("routing/queue");
  const { setPresence, loseConnection, LOST_MS } = load("routing/presence");
  const { giveUpLost } = load("routing/lost");
  const { acceptOffer } = load("routing/offers");
  const { systemClock } = load("core/clock");
  const { silentLog } = load("core/log");
  const { agentSchema, SETTINGS_KINDS } = load("core/settings");
  const { queueSchema } = load("core/distribution");

  const settingsOf = (agents, capacity) => {
    const ids = Array.from({ length: agents }, (_, i) => `a${i}`);
    const snapshot = Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, new Map()]));
    snapshot.queues.set("q", queueSchema.parse({ id: "q", name: "Q", members: ids }));
    for (const id of ids) snapshot.agents.set(id, agentSchema.parse({ id, name: id, capacity }));
    return { ids, settings: { current: () => snapshot, onChange: () => () => {} } };
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
  async function withStore(work) {
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-bench-"));
    const store = await openLocalStore({ folder, clock: systemClock, log: silentLog });
    try {
      await work(store);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  async function fill(ports, ids, waiting) {
    const one = (i) =>
      enqueue(ports, { conversationId: `t${i}.1`, epoch: 1, seed: seed(i), placement: { queueId: "q" } });
    await Promise.all(Array.from({ length: waiting }, (_, i) => one(i)));
    await Promise.all(ids.map((id) => setPresence(ports, id, "available")));
  }

  console.log(
    `\nAssignment on the durable store\n| waiting | agents | servers | store late by | offers/s | over capacity | offered twice | left waiting |\n|---|--:|--:|--:|--:|--:|--:|--:|`,
  );
  for (const [waiting, agents, servers, delayMs] of [
    [1000, 100, 1, 0],
    [5000, 1000, 1, 0],
    [2000, 400, 1, DELAY_MS],
    [2000, 400, 2, DELAY_MS],
    [2000, 400, 4, DELAY_MS],
  ]) {
    await withStore(async (store) => {
      const capacity = Math.ceil(waiting / agents);
      const { ids, settings } = settingsOf(agents, capacity);
      const ports = { store, clock: systemClock, log: silentLog, settings };
      await fill(ports, ids, waiting);
      const offered = new Map();
      let over = 0;
      store.subscribe((changes) => {
        for (const { doc } of changes) {
          if (doc?.type === "agent" && doc.used > capacity) over += 1;
          if (doc?.type === "offer" && doc.state === "pending")
            offered.set(doc.conversationId, (offered.get(doc.conversationId) ?? 0) + 1);
        }
      });
      const late = { ...ports, store: delayMs === 0 ? store : lateStore(store, delayMs) };
      const begun = performance.now();
      const assigners = Array.from({ length: servers }, () => createAssigner(late));
      await Promise.all(assigners.map(({ kick }) => kick()));
      const seconds = (performance.now() - begun) / 1000;
      const twice = [...offered.values()].filter((count) => count > 1).length;
      console.log(
        `| ${waiting} | ${agents} | ${servers} | ${delayMs} ms | ${Math.round(offered.size / seconds)} | ${over} | ${twice} | ${waiting - offered.size} |`,
      );
      await Promise.all(assigners.map(({ stop }) => stop()));
    });
  }

  await withStore(async (store) => {
    const { ids, settings } = settingsOf(1000, 3);
    let skipped = 0;
    const clock = { ...systemClock, now: () => Date.now() + skipped };
    const ports = { store, clock, log: silentLog, settings };
    await fill(ports, ids, 3000);
    const line = await all(store, "routing", "waiting", {});
    const places = new Map(line.map(({ conversationId, sk }) => [conversationId, sk]));
    const assigner = createAssigner(ports);
    await assigner.kick();
    const offered = await all(store, "routing", "items", { type: "item" });
    for (const { offerId, offeredTo } of offered) if (offerId) await acceptOffer(ports, offerId, offeredTo);
    await Promise.all(ids.map((id) => loseConnection(ports, id)));
    await assigner.stop();
    skipped = LOST_MS + 1;
    const begun = performance.now();
    await Promise.all(ids.map((id) => giveUpLost(ports, id)));
    const seconds = (performance.now() - begun) / 1000;
    const back = await all(store, "routing", "items", { type: "item" });
    const inPlace = back.filter(
      ({ sk, conversationId }) => sk !== undefined && sk === places.get(conversationId),
    ).length;
    console.log(
      `\n1,000 agents with 3,000 conversations lost at once: ${inPlace} back in their old places in ${seconds.toFixed(1)} s`,
    );
  });
}

async function all(store, container, name, equals) {
  const found = [];
  let cursor;
  do {
    const page = await store.query(container, name, {
      partition: "default",
      equals,
      limit: 1000,
      ...(cursor ? { cursor } : {}),
    });
    found.push(...page.items.map(({ doc }) => doc));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

function lateStore(store, delayMs) {
  const later =
    (work) =>
    (...given) =>
      new Promise((resolve) => void setTimeout(resolve, delayMs)).then(() => work(...given));
  return {
    exclusive: store.exclusive,
    subscribe: (listener) => store.subscribe(listener),
    read: later((...given) => store.read(...given)),
    batch: later((...given) => store.batch(...given)),
    query: later((...given) => store.query(...given)),
  };
}
