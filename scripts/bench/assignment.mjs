// Assignment in memory: agents for items (push) and items for agents (pull), beside one linear pass over the same line.
const SIZES = [
  [1_000, 100],
  [10_000, 1_000],
  [100_000, 10_000],
];
/** 50 skills: each item asks for a language, every second one for a product too. */
const LANGUAGES = 10;
const PRODUCTS = 40;
const METHODS = ["highestCapacity", "roundRobin", "leastActive"];
const TEAMS = 10;
const ROUNDS = 5;
const OPERATIONS = 20_000;
const LINEAR = 60;

export function benchLine(require) {
  const { createMatcher } = require("../dist/src/routing/line/matcher.js");
  measureSize(createMatcher, ...SIZES[0]);
  const rows = SIZES.map(([waiting, agents]) => measureSize(createMatcher, waiting, agents));
  console.log(
    `\nAssignment in memory, ${LANGUAGES + PRODUCTS} skills: a choice and its assignment; medians of ${ROUNDS} x ${OPERATIONS}; a linear pass in the same round\n| waiting | agents | push/s | p99 µs | linear/s | push / linear | pull/s | p99 µs | linear/s | pull / linear | renew µs |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|`,
  );
  for (const { waiting, agents, push, pull, renew } of rows)
    console.log(`| ${waiting} | ${agents} | ${cells(push)} | ${cells(pull)} | ${renew.toFixed(1)} |`);
  console.log("Renew: what lets the line go on, an item that comes and an agent who gets a unit back.");
  for (const way of ["push", "pull"]) console.log(growth(way, rows));
}

const rate = (us) => String(Math.round(1e6 / us));
const cells = ({ mean, p99, linear, ratio }) =>
  `${rate(mean)} | ${p99.toFixed(1)} | ${rate(linear)} | ${ratio.toFixed(0)}`;

/** A line over log10 of the waiting: µs more for each tenfold, beside what a linear pass would grow. */
function growth(way, rows) {
  const points = rows.map((row) => [Math.log10(row.waiting), row[way].mean]);
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const slope =
    points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const means = points.map(([, mean]) => mean.toFixed(2)).join(", ");
  return `${way}: ${means} µs; fitted ${slope.toFixed(2)} µs for each tenfold (agents grow with it)`;
}

function measureSize(createMatcher, waiting, agents) {
  const line = createLine(createMatcher(), waiting, agents);
  const rounds = Array.from({ length: ROUNDS + 1 }, () => measureRound(line));
  // The first one warms up.
  const of = (read) => median(rounds.slice(1).map(read));
  const way = (name) => ({
    mean: of((round) => round[name].mean),
    p99: of((round) => round[name].p99),
    linear: of((round) => round[name].linear),
    ratio: of((round) => round[name].linear / round[name].mean),
  });
  return { waiting, agents, push: way("push"), pull: way("pull"), renew: of((round) => round.renew) };
}

function measureRound(line) {
  const times = { push: [], pull: [], renew: [], checkPush: [], checkPull: [] };
  const time = (name) => times[name].push(line[name]());
  for (let i = 0; i < OPERATIONS; i++) for (const name of ["push", "renew", "pull", "renew"]) time(name);
  for (let i = 0; i < LINEAR; i++) for (const name of ["checkPush", "checkPull"]) time(name);
  return {
    push: { ...summary(times.push), linear: summary(times.checkPush).mean },
    pull: { ...summary(times.pull), linear: summary(times.checkPull).mean },
    renew: summary(times.renew).mean,
  };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Milliseconds each -> mean and 99th percentile in µs. */
function summary(times) {
  const sorted = Float64Array.from(times).sort();
  return {
    mean: (sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length) * 1000,
    p99: sorted[Math.floor(sorted.length * 0.99)] * 1000,
  };
}

/**
 * A full line and agents of whom most have something free. The general queue holds everybody, each of ten teams a tenth.
 * What is assigned comes back: a unit to somebody, a new item at the end of the line.
 */
function createLine(matcher, waiting, count) {
  const random = createRandom(7);
  const below = (n) => Math.floor(random() * n);
  const agents = new Map();
  const items = new Map();
  const working = [];
  const agentIds = Array.from({ length: count }, (_, n) => `agent${n}`);
  let clock = 1_000_000;
  let arrivals = 0;
  const queues = [
    { id: "general", method: "highestCapacity" },
    ...Array.from({ length: TEAMS }, (_, n) => ({ id: `team${n}`, method: METHODS[n % METHODS.length] })),
  ];
  const methodOf = new Map(queues.map(({ id, method }) => [id, method]));
  for (const queue of queues) matcher.setQueue(queue);

  const language = () => `language${below(LANGUAGES)}`;
  const product = () => `product${below(PRODUCTS)}`;
  const rate = (names) => Object.fromEntries(names.map((name) => [name, 1 + below(10)]));
  const levelOf = (rating) => (rating < 4 ? 1 : rating < 7 ? 4 : 7);

  /** Somebody present could do it when they are free, or the line would fill with what nobody takes. */
  function arrive() {
    arrivals += 1;
    const like = agents.get(present[below(present.length)]);
    const [first, second] = [below(2), 2 + below(Object.keys(like.skills).length - 2)];
    const asked = random() < 0.5 ? [first] : [first, second];
    const item = {
      id: `item${arrivals}`,
      queueId: like.queues[below(2)],
      sk: `100|${String(clock + arrivals).padStart(15, "0")}`,
      units: 1,
      profiles: [],
      skills: Object.fromEntries(
        asked.map((at) => Object.entries(like.skills)[at]).map(([name, rating]) => [name, levelOf(rating)]),
      ),
      matching: random() < 0.8 ? "exact" : "closest",
      allowedPresences: ["available", "busy"],
      declined: {},
      maxDeclines: 3,
    };
    items.set(item.id, item);
    matcher.setItem(item);
  }

  function note(itemId, agentId) {
    const item = items.get(itemId);
    const agent = agents.get(agentId);
    items.delete(itemId);
    agents.set(agentId, {
      ...agent,
      free: agent.free - item.units,
      lastAssignedAt: clock,
      assignedIn: { ...agent.assignedIn, [item.queueId]: clock },
    });
    working.push([agentId, item.units]);
  }

  for (let n = 0; n < count; n++) {
    const agent = {
      id: agentIds[n],
      free: 1 + below(12),
      profiles: {},
      presence: n % 9 === 8 ? "away" : "available",
      skills: rate([`language${n % LANGUAGES}`, language(), ...Array.from({ length: 4 }, product)]),
      queues: ["general", `team${n % TEAMS}`],
      lastAssignedAt: 1 + below(clock),
      assignedIn: { [`team${n % TEAMS}`]: below(clock) },
      lastReleasedAt: below(clock),
    };
    agents.set(agent.id, agent);
    matcher.setAgent(agent);
  }
  const present = agentIds.filter((id) => agents.get(id).presence === "available");
  for (let n = 0; n < waiting; n++) arrive();
  const order = createOrder(methodOf);

  /** Waiting items at random places, because all could be asked about. */
  const pickItem = () => {
    for (;;) {
      const id = `item${1 + below(arrivals)}`;
      if (items.has(id)) return id;
    }
  };

  return {
    push() {
      const itemId = pickItem();
      clock += 1;
      const begun = performance.now();
      const agentId = matcher.agentFor(itemId);
      if (agentId !== undefined) matcher.assign(itemId, agentId, clock);
      const took = performance.now() - begun;
      if (agentId !== undefined) note(itemId, agentId);
      return took;
    },
    pull() {
      const agentId = agentIds[below(agentIds.length)];
      clock += 1;
      const begun = performance.now();
      const itemId = matcher.itemFor(agentId);
      if (itemId !== undefined) matcher.assign(itemId, agentId, clock);
      const took = performance.now() - begun;
      if (itemId !== undefined) note(itemId, agentId);
      return took;
    },
    /** Work ends somewhere, and as many arrive as went. */
    renew() {
      const begun = performance.now();
      while (working.length > count * 2) release();
      while (items.size < waiting) arrive();
      return performance.now() - begun;
    },
    checkPush() {
      const itemId = pickItem();
      const begun = performance.now();
      const found = order.agentFor(items.get(itemId), agents);
      const took = performance.now() - begun;
      if (found !== matcher.agentFor(itemId)) throw new Error(`push of ${itemId}: ${found}`);
      return took;
    },
    checkPull() {
      const agent = agents.get(agentIds[below(agentIds.length)]);
      const begun = performance.now();
      const found = order.itemFor(agent, items);
      const took = performance.now() - begun;
      if (found !== matcher.itemFor(agent.id)) throw new Error(`pull of ${agent.id}: ${found}`);
      return took;
    },
  };

  function release() {
    const at = below(working.length);
    const [agentId, units] = working[at];
    working[at] = working.at(-1);
    working.pop();
    const agent = { ...agents.get(agentId), lastReleasedAt: clock };
    agent.free += units;
    agents.set(agentId, agent);
    matcher.setAgent(agent);
  }
}

/** One pass over all, keeping the best: what is faster without an index. */
function createOrder(methodOf) {
  const mayTake = (item, agent) => {
    if (agent.free < item.units || !item.allowedPresences.includes(agent.presence)) return false;
    if (!agent.queues.includes(item.queueId)) return false;
    if (item.matching === "exact")
      for (const name in item.skills) if (!(agent.skills[name] >= item.skills[name])) return false;
    return true;
  };
  const tier = (item, agent) => {
    if (item.matching !== "closest") return 0;
    let found = 0;
    for (const name in item.skills) {
      const rating = agent.skills[name];
      if (rating === undefined) return 3;
      if (rating !== item.skills[name]) found = Math.max(found, rating > item.skills[name] ? 1 : 2);
    }
    return found;
  };
  const byAssigned = (a, b) => a.lastAssignedAt - b.lastAssignedAt || (a.id < b.id ? -1 : 1);
  const compare = {
    highestCapacity: (_, a, b) => b.free - a.free || byAssigned(a, b),
    // The agents come in the order in which they joined.
    roundRobin: (queue, a, b) => (a.assignedIn[queue] ?? 0) - (b.assignedIn[queue] ?? 0),
    leastActive: (_, a, b) => a.lastReleasedAt - b.lastReleasedAt || byAssigned(a, b),
  };
  return {
    agentFor(item, agents) {
      const better = compare[methodOf.get(item.queueId)];
      let best;
      for (const agent of agents.values()) {
        if (!mayTake(item, agent)) continue;
        const order = best && (tier(item, agent) - tier(item, best) || better(item.queueId, agent, best));
        if (best === undefined || order < 0) best = agent;
      }
      return best?.id;
    },
    itemFor(agent, items) {
      let best;
      for (const item of items.values())
        if ((best === undefined || item.sk < best.sk) && mayTake(item, agent)) best = item;
      return best?.id;
    },
  };
}

/** mulberry32: the same line in every run. */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
