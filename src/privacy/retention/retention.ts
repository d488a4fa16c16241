import type { Contact } from "../../core/contact";
import { messageOf } from "../../core/errors";
import { RETENTION_KINDS, type RetentionKind } from "../../core/retention";
import { createLease } from "../../pipeline/duty/lease";
import type { PrivacyPorts } from "../ports";
import { type Budget, createBudget, type Worked } from "./budget";
import { auditOf, historyOf, transcriptsOf, workDays } from "./byDay";
import { consentPass, contactPass, ticketPass, workDead, workPass } from "./passes";
import { DAY_MS, type KindProgress, lastDay, type Progress, readProgress, writeProgress } from "./progress";

/** Between runs, ms: while there is more to do, and when there is not. */
const GO_ON_MS = 2_000;
const IDLE_MS = 60_000;
const TELL_MS = 10 * 60_000;
/** Documents a run and kind, about. */
const BUDGET = 500;
const LEASE_MS = 5 * 60_000;

/** What retention asks of its neighbours. */
export interface RetentionHooks {
  /** Takes an untouched contact on; false when it is not untouched. */
  eraseContact(contact: Contact, before: number): Promise<boolean>;
  /** Nothing of this thread's conversations is left. */
  threadIdle(threadId: string): Promise<unknown>;
}

export interface RetentionReport {
  /** ms; absent when it never ran. */
  ranAt?: number;
  kinds: {
    kind: RetentionKind;
    /** Absent: for ever. */
    days?: number;
    removed: number;
    lastRemoved?: number;
    lastRemovedAt?: number;
    /** The oldest day (UTC) that may still hold something of this kind; of kinds that lie under days. */
    oldestDay?: string;
    /** Days that should be worked and are not. */
    lagDays?: number;
    /** When all was last looked through (ms). */
    passedAt?: number;
  }[];
}

/**
 * Removes what has been kept long enough: one server, a little at a time, from where the last run stopped. What a run
 * removes is removed for good whether or not its progress is written: the next finds less.
 */
export function createRetention(ports: PrivacyPorts, hooks: RetentionHooks) {
  const { store, clock, log } = ports;
  const lease = createLease(ports, { name: "retention", ms: LEASE_MS });
  let cancel: (() => void) | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const settings = () => ports.settings.current().retention.get("default");

  function work(kind: RetentionKind, known: KindProgress, days: number, budget: Budget): Promise<Worked> {
    const now = clock.now();
    const before = now - days * DAY_MS;
    const limits = { now, days, budget, before };
    switch (kind) {
      case "transcripts":
        return workDays(known, limits, transcriptsOf(ports, budget));
      case "history":
        return workDays(known, limits, historyOf(ports, budget, hooks.threadIdle));
      case "audit":
        return workDays(known, limits, auditOf(ports, budget));
      case "deadLetters":
        return workDead(ports, known, limits);
      case "tickets":
        return workPass(store, known, limits, ticketPass(store, before));
      case "consents":
        return workPass(store, known, limits, consentPass(store, before));
      case "contacts":
        return workPass(
          store,
          known,
          limits,
          contactPass(before, (contact) => hooks.eraseContact(contact, before)),
        );
      default:
        return kind satisfies never;
    }
  }

  async function workKind(kind: RetentionKind): Promise<boolean> {
    const days = settings()?.[kind];
    if (days === undefined || stopped) return true;
    const known = (await readProgress(store)).kinds[kind];
    const { removed, isDone, next } = await work(kind, known, days, createBudget(BUDGET));
    const now = clock.now();
    const isNews = removed > 0 || JSON.stringify(next) !== JSON.stringify(known);
    if (isNews) await writeProgress(store, (progress) => withWork(progress, kind, next, { removed, now }));
    if (removed > 0) log.info({ kind, removed, days, day: next.day }, "data whose time was over was removed");
    return isDone;
  }

  /** One run over all kinds. True: nothing is left to do now. */
  async function run(): Promise<boolean> {
    if (settings() === undefined || !(await lease.hold())) return true;
    let isDone = true;
    for (const kind of RETENTION_KINDS)
      isDone =
        (await workKind(kind).catch((error) => {
          log.error({ kind, error: messageOf(error) }, "retention broke off; it runs again");
          return true;
        })) && isDone;
    // Now and then is enough for whoever looks whether it runs at all.
    const { ranAt = 0 } = await readProgress(store);
    if (clock.now() - ranAt >= TELL_MS)
      await writeProgress(store, (progress) => ({ ...progress, ranAt: clock.now() }));
    return isDone;
  }

  function schedule(ms: number): void {
    if (stopped) return;
    cancel = clock.after(ms, () => {
      running = run()
        .catch((error) => {
          log.error({ error: messageOf(error) }, "retention could not run; it runs again");
          return true;
        })
        .then((isDone) => schedule(isDone ? IDLE_MS : GO_ON_MS));
    });
  }

  return {
    start: () => schedule(GO_ON_MS),
    run,
    async report(): Promise<RetentionReport> {
      const { ranAt, kinds } = await readProgress(store);
      const now = clock.now();
      return {
        ...(ranAt === undefined ? {} : { ranAt }),
        kinds: RETENTION_KINDS.map((kind) => toKindReport(kind, kinds[kind], settings()?.[kind], now)),
      };
    },
    async stop(): Promise<void> {
      stopped = true;
      cancel?.();
      await running;
      await lease.release().catch(() => {});
    },
  };
}

function withWork(
  progress: Progress,
  kind: RetentionKind,
  next: KindProgress,
  { removed, now }: { removed: number; now: number },
): Progress {
  const total = progress.kinds[kind].removed + removed;
  const last = removed === 0 ? {} : { lastRemoved: removed, lastRemovedAt: now };
  const { cursor: _cursor, ...known } = progress.kinds[kind];
  return {
    ...progress,
    ranAt: now,
    kinds: { ...progress.kinds, [kind]: { ...known, ...next, removed: total, ...last } },
  };
}

function toKindReport(
  kind: RetentionKind,
  known: KindProgress,
  days: number | undefined,
  now: number,
): RetentionReport["kinds"][number] {
  const { cursor: _cursor, day, ...rest } = known;
  if (days === undefined || day === undefined)
    return { kind, ...rest, ...(days === undefined ? {} : { days }) };
  const behind = (Date.parse(lastDay(now, days)) - Date.parse(day)) / DAY_MS + 1;
  return { kind, ...rest, days, oldestDay: day, lagDays: Math.max(0, behind) };
}
