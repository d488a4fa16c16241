import { messageOf } from "../core/errors";
import { keepFor } from "../core/keepFor";
import type { Presence } from "../core/workItem";
import {
  addWait,
  type Cells,
  createCells,
  dayText,
  groupInto,
  type Selection,
  toDay,
  type Wait,
} from "./cells";
import { type Figures, toFigures } from "./figures";
import { createHistory } from "./history";
import { type AgentNow, type LiveCells, readAgents, readLive, readWaiting, type Waiting } from "./live";
import type { ReportPorts } from "./ports";
import { createTally, mergeTally, type Tally } from "./tally";

/** What happened on a day is looked for in conversations closed up to so many days later, and in live ones. */
const LATE_DAYS = 62;
/** A desk that looks every few seconds, or many desks, cost one reading. */
const DESK_MS = 2_000;
const METRICS_MS = 10_000;
/** Reads every live conversation. */
const TODAY_MS = 30_000;

export interface Report {
  /** In the order of their keys; null stands for none (no queue, nobody) and comes last. */
  items: { key: string | null; figures: Figures }[];
  total: Figures;
}

/** A queue now, and today. */
export interface QueueNow extends Omit<Waiting, "late"> {
  id: string;
  name: string;
  /** Its members by presence. */
  agents: Record<Presence, number>;
  /** How long the last twenty who were taken today had waited in it (ms). */
  averageWaitMs: number | null;
  acceptedToday: number;
  /** Share of today's accepted in time, 0 to 1. */
  serviceLevelToday: number | null;
}

/** What /metrics tells of work distribution. */
export interface DistributionGauges {
  waiting: Record<string, number>;
  longestWaitSeconds: Record<string, number>;
  late: Record<string, number>;
  agents: Record<string, number>;
  /** Units of those who are available. */
  capacity: { used: number; free: number };
  acceptedToday: Record<string, number>;
  lateToday: Record<string, number>;
  abandonedToday: Record<string, number>;
  offersToday: Record<string, number>;
}

interface Today {
  byQueue: Map<string, Tally>;
  recent: ReadonlyMap<string, readonly Wait[]>;
}

/** Reports of work distribution from closed conversations and live ones. Days are days of UTC. */
export function createReports(ports: ReportPorts) {
  const history = createHistory(ports);
  const today = () => toDay(ports.clock.now());

  /** Everything counted that happened from that day on, until `to`. Live first: who closes meanwhile is not missed. */
  async function cellsOf(from: number, to: number): Promise<Cells[]> {
    const last = Math.min(to + LATE_DAYS, today());
    const live: LiveCells | undefined = last < today() ? undefined : await readLive(ports);
    const found = live === undefined ? [] : [live.cells];
    for (let day = from; day <= last; day++)
      found.push(...(await history.closedOn(day, live?.conversationIds ?? new Set())));
    return found;
  }

  async function groupsOf(selection: Selection): Promise<Map<string, Tally>> {
    const groups = new Map<string, Tally>();
    for (const cells of await cellsOf(toDay(selection.from), toDay(selection.to)))
      groupInto(groups, cells, selection);
    return groups;
  }

  async function readToday(): Promise<Today> {
    const day = dayText(today());
    const [byQueue, recent] = [new Map<string, Tally>(), createCells()];
    for (const cells of await cellsOf(today(), today())) {
      groupInto(byQueue, cells, { from: day, to: day, by: "queue" });
      for (const [queue, waits] of cells.recent)
        for (const wait of waits) if (toDay(wait.endedAt) === toDay(day)) addWait(recent, queue, wait);
    }
    return { byQueue, recent: recent.recent };
  }

  const todayKept = keepFor(ports.clock, TODAY_MS, readToday);
  const now = async () => ({ waiting: await readWaiting(ports), agents: await readAgents(ports) });
  const nowForDesks = keepFor(ports.clock, DESK_MS, now);

  /** Undefined when the store cannot be asked, which spoils no other metric. */
  const gauges = keepFor(ports.clock, METRICS_MS, () =>
    readGauges().catch((error) => {
      ports.log.warn({ error: messageOf(error) }, "no figures of work distribution for /metrics");
      return undefined;
    }),
  );

  async function readGauges(): Promise<DistributionGauges> {
    const [{ waiting, agents }, { byQueue }] = [await now(), await todayKept()];
    const queues = new Set([...ports.settings.current().queues.keys(), ...waiting.keys()]);
    const perQueue = (read: (id: string) => number) =>
      Object.fromEntries([...queues].map((id) => [id, read(id)]));
    const { counts } = totalOf(byQueue);
    return {
      waiting: perQueue((id) => waiting.get(id)?.waiting ?? 0),
      longestWaitSeconds: perQueue((id) => (waiting.get(id)?.longestWaitMs ?? 0) / 1000),
      late: perQueue((id) => waiting.get(id)?.late ?? 0),
      agents: countPresences([...agents.values()].map(({ presence }) => presence)),
      capacity: capacityOf(agents.values()),
      acceptedToday: perQueue((id) => byQueue.get(id)?.counts.accepted ?? 0),
      lateToday: perQueue((id) => lateIn(byQueue.get(id))),
      abandonedToday: {
        customer: counts.abandoned,
        system: counts.abandonedBySystem,
        short: counts.shortAbandoned,
      },
      offersToday: {
        accepted: counts.offersAccepted,
        rejected: counts.offersRejected,
        timedOut: counts.offersTimedOut,
        withdrawn: counts.offersWithdrawn,
      },
    };
  }

  return {
    /** The figures of a period, always as they are now; `from` is not after `to`. */
    async report(selection: Selection): Promise<Report> {
      const groups = await groupsOf(selection);
      if (selection.by === "day")
        for (let day = toDay(selection.from); day <= toDay(selection.to); day++)
          if (!groups.has(dayText(day))) groups.set(dayText(day), createTally());
      const keys = [...groups.keys()].sort((a, b) => Number(a === "") - Number(b === "") || (a < b ? -1 : 1));
      return {
        items: keys.map((key) => ({
          key: key === "" ? null : key,
          figures: toFigures(groups.get(key) ?? createTally()),
        })),
        total: toFigures(totalOf(groups)),
      };
    },
    /** Queues now (two seconds old at most) and today (thirty), of those that `wanted` lets through. */
    async queues(wanted: (queueId: string) => boolean): Promise<QueueNow[]> {
      const [{ waiting, agents }, { byQueue, recent }] = [await nowForDesks(), await todayKept()];
      return [...ports.settings.current().queues.values()]
        .filter(({ id }) => wanted(id))
        .map(({ id, name, members }) => {
          const { accepted, serviceLevel } = toFigures(byQueue.get(id) ?? createTally());
          return {
            id,
            name,
            waiting: waiting.get(id)?.waiting ?? 0,
            longestWaitMs: waiting.get(id)?.longestWaitMs ?? 0,
            agents: countPresences(members.map((member) => agents.get(member)?.presence ?? "offline")),
            averageWaitMs: averageWait(recent.get(id) ?? []),
            acceptedToday: accepted,
            serviceLevelToday: serviceLevel.inTime,
          };
        });
    },
    /** For /metrics, ten seconds old at most; undefined when they cannot be told. */
    gauges,
  };
}

export type Reports = ReturnType<typeof createReports>;

function totalOf(groups: ReadonlyMap<string, Tally>): Tally {
  const total = createTally();
  for (const tally of groups.values()) mergeTally(total, tally);
  return total;
}

function averageWait(waits: readonly Wait[]): number | null {
  if (waits.length === 0) return null;
  return Math.round(waits.reduce((sum, { ms }) => sum + ms, 0) / waits.length);
}

const lateIn = (tally: Tally | undefined): number =>
  tally === undefined ? 0 : (tally.speed?.count ?? 0) - tally.counts.inTime;

/** Who is over capacity has nothing free. */
function capacityOf(agents: Iterable<AgentNow>): { used: number; free: number } {
  const sum = { used: 0, free: 0 };
  for (const { presence, used, capacity } of agents) {
    if (presence !== "available") continue;
    sum.used += used;
    sum.free += Math.max(0, capacity - used);
  }
  return sum;
}

function countPresences(presences: Iterable<Presence>): Record<Presence, number> {
  const counts = { available: 0, busy: 0, doNotDisturb: 0, away: 0, offline: 0, inactive: 0 };
  for (const presence of presences) counts[presence] += 1;
  return counts;
}
