import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Store } from "../../core/store";
import type { DoorCount } from "./counters";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Habits are learned from so many days. */
const DAYS = 14;
/** With fewer hours in which somebody wrote there is no habit to break. */
const LEAST_HOURS = 24;
/** Silence counts from so much more than the longest ordinary gap. */
const FACTOR = 1.5;
/** How often somebody looks, ms. */
const LOOK_MS = 10 * 60_000;
/** Shorter silence is never worth an alarm, ms. */
const LEAST_MS = 2 * HOUR_MS;

/**
 * Pages, handles and numbers that fell silent against their own habit: nobody wrote for much longer than ever in the
 * last two weeks (one gap in twenty may be longer: a holiday). A webhook that was switched off looks like this.
 */
export function createSilence(ports: {
  store: Store;
  clock: Clock;
  log: Log;
  /** When each instance last got a message (ms). */
  lastInbound(): ReadonlyMap<string, number>;
}) {
  const announced = new Set<string>();
  let cancel: (() => void) | undefined;
  let stopped = false;
  let learned: { at: number; usualMs: Map<string, number> } | undefined;

  async function learn(): Promise<Map<string, number>> {
    const now = ports.clock.now();
    if (learned !== undefined && now - learned.at < HOUR_MS) return learned.usualMs;
    const hours = new Map<string, number[]>();
    for (let day = DAYS; day >= 0; day--) {
      const partition = new Date(now - day * DAY_MS).toISOString().slice(0, 10);
      let cursor: string | undefined;
      do {
        const page = await ports.store.query<DoorCount>("history", "counts", {
          partition,
          equals: { type: "count" },
          limit: 1000,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { doc } of page.items) {
          if (doc.received - doc.repeated <= 0) continue;
          const list = hours.get(doc.instanceId) ?? [];
          list.push(Date.parse(`${doc.hour}:00:00Z`));
          hours.set(doc.instanceId, list);
        }
        cursor = page.next;
      } while (cursor !== undefined);
    }
    const usualMs = new Map([...hours].flatMap(([id, list]) => usualGap(id, list)));
    learned = { at: now, usualMs };
    return usualMs;
  }

  /** The instances that are silent beyond their habit. */
  async function silent(): Promise<Set<string>> {
    const usualMs = await learn();
    const found = new Set<string>();
    for (const [id, usual] of usualMs) {
      const last = ports.lastInbound().get(id);
      if (last !== undefined && ports.clock.now() - last > Math.max(LEAST_MS, usual * FACTOR)) found.add(id);
    }
    return found;
  }

  /** Says once for each silence that it has begun, and that it is over. */
  async function announce(): Promise<void> {
    const now = await silent();
    for (const instanceId of now)
      if (!announced.has(instanceId))
        ports.log.warn({ instanceId }, "nobody has written for much longer than ever in the last two weeks");
    for (const instanceId of announced)
      if (!now.has(instanceId)) ports.log.info({ instanceId }, "customers write again");
    announced.clear();
    for (const instanceId of now) announced.add(instanceId);
  }

  function watch(): void {
    if (stopped) return;
    cancel = ports.clock.after(LOOK_MS, () => {
      announce()
        .catch((error) => ports.log.error({ error: messageOf(error) }, "silence was not looked for"))
        .finally(watch);
    });
  }

  return {
    silent,
    /** Instances that were silent at the last look: for metrics. */
    announced: (): ReadonlySet<string> => announced,
    start: watch,
    stop(): void {
      stopped = true;
      cancel?.();
    },
  };
}

/** The gap between messages that all but one in twenty stay under (hours, so an hour is added for its blur). */
function usualGap(instanceId: string, hours: number[]): [string, number][] {
  if (hours.length < LEAST_HOURS) return [];
  hours.sort((a, b) => a - b);
  const gaps = hours.slice(1).map((hour, index) => hour - (hours[index] ?? hour));
  gaps.sort((a, b) => a - b);
  const usual = gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * 0.95))] ?? DAY_MS;
  return [[instanceId, usual + HOUR_MS]];
}
