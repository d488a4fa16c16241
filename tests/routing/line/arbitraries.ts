import fc from "fast-check";
import type { LineAgent, LineItem, LineQueue } from "../../../src/routing/line/contract";

/** Few names, ratings and times, so that they meet. */
const QUEUES = ["q0", "q1", "q2", "q3"];
const SKILLS = ["german", "billing", "constructor"];
const PROFILES = ["chat", "voice"];
const PRESENCES = ["available", "busy", "away"];

const agentId = fc.constantFrom("a0", "a1", "a2", "a3", "a4", "a5", "a6");
const itemId = fc.nat(11).map((n) => `i${n}`);
const queueId = fc.constantFrom(...QUEUES);
const time = fc.nat(5);

/** Own properties only, as the settings have them. */
const numbers = (names: readonly string[], value: fc.Arbitrary<number>, maxKeys = names.length) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), value), {
      selector: ([name]) => name,
      maxLength: maxKeys,
    })
    .map((pairs): Record<string, number> => Object.assign(Object.create(null), Object.fromEntries(pairs)));

const agent: fc.Arbitrary<LineAgent> = fc.record({
  id: agentId,
  free: fc.integer({ min: -1, max: 9 }),
  profiles: numbers(PROFILES, fc.integer({ min: -1, max: 2 })),
  presence: fc.constantFrom(...PRESENCES),
  skills: numbers(SKILLS, fc.integer({ min: 1, max: 3 })),
  queues: fc.subarray(QUEUES),
  lastAssignedAt: time,
  assignedIn: numbers(QUEUES, time),
  lastReleasedAt: time,
});

const item: fc.Arbitrary<LineItem> = fc.record({
  id: itemId,
  queueId,
  sk: fc.nat(6).map((n) => `0${n}`),
  units: fc.constantFrom(0, 1, 1, 2, 5),
  profiles: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(PROFILES)),
  skills: numbers(SKILLS, fc.integer({ min: 1, max: 3 }), 2),
  matching: fc.constantFrom("none", "exact", "closest"),
  allowedPresences: fc.subarray(PRESENCES, { minLength: 1 }),
  declined: numbers(["a0", "a1", "a2", "a3", "a4"], fc.nat(3), 3),
  maxDeclines: fc.integer({ min: 1, max: 3 }),
});

/** Strict first, then looser; one kind of item nobody may have. */
const order: NonNullable<LineQueue["order"]> = (of, agents) => {
  const strict = agents.filter(({ free, id }) => free > 2 && (id + of.id).length % 2 === 0);
  const loose = of.id.endsWith("3") ? [] : agents.filter(({ presence }) => presence !== "busy");
  return strict.length > 0 ? strict : [...loose].reverse();
};

const queue: fc.Arbitrary<LineQueue> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      id: queueId,
      method: fc.constantFrom("highestCapacity", "roundRobin", "leastActive", "custom"),
    }),
  },
  { weight: 1, arbitrary: queueId.map((id) => ({ id, method: "custom" as const, order })) },
);

/** One change of the line. */
export type Step =
  | { do: "setQueue"; queue: LineQueue }
  | { do: "removeQueue"; id: string }
  | { do: "setAgent"; agent: LineAgent }
  | { do: "removeAgent"; id: string }
  | { do: "setItem"; item: LineItem }
  | { do: "removeItem"; id: string }
  | { do: "assign"; itemId: string; agentId: string; at: number }
  /** The agent that the matcher names. */
  | { do: "push"; itemId: string; at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: queue.map((one) => ({ do: "setQueue" as const, queue: one })) },
  { weight: 1, arbitrary: queueId.map((id) => ({ do: "removeQueue" as const, id })) },
  { weight: 8, arbitrary: agent.map((one) => ({ do: "setAgent" as const, agent: one })) },
  { weight: 1, arbitrary: agentId.map((id) => ({ do: "removeAgent" as const, id })) },
  { weight: 10, arbitrary: item.map((one) => ({ do: "setItem" as const, item: one })) },
  { weight: 2, arbitrary: itemId.map((id) => ({ do: "removeItem" as const, id })) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("assign" as const), itemId, agentId, at: time }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("push" as const), itemId, at: fc.integer({ min: 1, max: 9 }) }),
  },
);

/** All queues, then changes of any kind. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(fc.tuple(...QUEUES.map(() => queue)), fc.array(step, { minLength: 10, maxLength: 60, size: "max" }))
  .map(([queues, rest]) => [
    ...queues.map((one, index) => ({
      do: "setQueue" as const,
      queue: { ...one, id: QUEUES[index] as string },
    })),
    ...rest,
  ]);
