import type { Clock } from "../../core/clock";
import type { Stored } from "../../core/store";
import type { Deliveries } from "./deliveries";
import { type Delivery, ended, waiting } from "./delivery";
import type { ReceiverState, ReceiverStates } from "./receiverState";
import { FAILURES_UNTIL_REST, isOver, nextAttempt, type Random } from "./retry";
import type { Outcome, Target } from "./target";

export interface SenderPorts {
  clock: Clock;
  random: Random;
  serverId: string;
  deliveries: Deliveries;
  states: ReceiverStates;
}

/** Records of one receiver that are told at the same time. */
const PARALLEL = 4;
const PAGE = 50;
/** A server that sends has a delivery so long; three times what an attempt may take. */
const LEASE_MS = 30_000;
const AGAIN_MS = 1_000;
/** Deliveries given up in one go, once a receiver has failed all their days. */
const MOST_GIVEN_UP = 1_000;

/** Sends what waits for one receiver: of a record one at a time and in order, of several records some at once. */
export function createSender(ports: SenderPorts, isStopped: () => boolean) {
  const { clock, deliveries, states } = ports;
  /** Attempts since the start. */
  const counts = { delivered: 0, failed: 0, dead: 0 };

  /** Works what is due now. Gives the time (ms) to come again, undefined when nothing waits. */
  async function work(target: Target): Promise<number | undefined> {
    let state = await states.read(target);
    for (;;) {
      if (state.off !== undefined || isStopped()) return undefined;
      const rest = state.restUntil ?? 0;
      if (rest > clock.now()) return rest;
      const page = await deliveries.waiting(target.id, PAGE);
      const [next] = page.filter(({ doc }) => !isDue(doc));
      const due = page.filter(({ doc }) => isDue(doc));
      if (due.length === 0) return next?.doc.sendAt;
      const bench: Bench = { target, state, due, moved: 0 };
      await sendSome(bench);
      // Others are at all of it, or the store shows what was a moment ago.
      if (bench.moved === 0) return clock.now() + AGAIN_MS;
      state = bench.state;
    }
  }

  const isDue = ({ sendAt = 0 }: Delivery): boolean => sendAt <= clock.now();

  async function sendSome(bench: Bench): Promise<void> {
    const records = [...new Set(bench.due.map(({ doc }) => doc.record ?? ""))];
    // One that has failed so often is asked by one delivery whether it is back.
    const most = bench.state.failures >= FAILURES_UNTIL_REST ? 1 : PARALLEL;
    const hand = async (): Promise<void> => {
      while (!mustRest(bench.state) && !isStopped()) {
        const record = records.shift();
        if (record === undefined) return;
        await sendRecord(record, bench);
        if (most === 1) return;
      }
    };
    await Promise.all(Array.from({ length: most }, hand));
  }

  const mustRest = ({ off, restUntil = 0 }: ReceiverState): boolean =>
    off !== undefined || restUntil > clock.now();

  /** What waits of one record, oldest first, until something fails or somebody else is at it. */
  async function sendRecord(record: string, bench: Bench): Promise<void> {
    for (;;) {
      const first = await deliveries.firstOf(bench.target.id, record);
      if (first === undefined) return;
      // One that was never tried only waited for those before it.
      if (!isDue(first.doc) && first.doc.attempts > 0) {
        await waitBehind(first.doc, record, bench);
        return;
      }
      const outcome = await sendOne(first, bench);
      if (outcome?.kind !== "done" || isStopped() || mustRest(bench.state)) return;
    }
  }

  /** Those behind one that failed come up again with it, so that they are not looked at for nothing. */
  async function waitBehind(first: Delivery, record: string, bench: Bench): Promise<void> {
    const behind = bench.due.filter(({ doc }) => doc.record === record && doc.id !== first.id);
    for (const stored of behind) {
      const moved = await deliveries.replace(stored, waiting(stored.doc, (first.sendAt ?? 0) + 1));
      if (moved !== undefined) bench.moved += 1;
    }
  }

  /** Undefined: another server has it. */
  async function sendOne(stored: Stored<Delivery>, bench: Bench): Promise<Outcome | undefined> {
    const mine = await deliveries.replace(stored, {
      ...stored.doc,
      server: ports.serverId,
      attempts: stored.doc.attempts + 1,
      sendAt: clock.now() + LEASE_MS,
    });
    if (mine === undefined) return undefined;
    bench.moved += 1;
    const { target } = bench;
    const outcome = await target.send(mine.doc.event);
    const now = clock.now();
    const kept = await deliveries.replace(mine, after(mine.doc, outcome, now));
    counts[outcome.kind === "done" ? "delivered" : "failed"] += 1;
    if (kept?.doc.state === "dead") counts.dead += 1;
    bench.state = await states.note(target, outcome, { known: bench.state, now });
    if (outcome.kind !== "done") await giveUpOld(target, bench.state, now);
    return outcome;
  }

  function after(delivery: Delivery, outcome: Outcome, now: number): Delivery {
    const { status } = outcome;
    const text = outcome.kind === "done" ? "Delivered." : outcome.text;
    const tried = { ...delivery, last: { at: now, text, ...(status === undefined ? {} : { status }) } };
    if (outcome.kind === "done") return ended(tried, "done", now);
    const next = nextAttempt(delivery, now, ports.random);
    return next === undefined ? ended(tried, "dead", now) : waiting(tried, next);
  }

  /** A receiver that was away for days answers for all: what waited as long need not be tried one by one. */
  async function giveUpOld(target: Target, state: ReceiverState, now: number): Promise<void> {
    const { failingSince = now } = state;
    if (!isOver({ since: failingSince }, now)) return;
    const old = await deliveries.waiting(target.id, MOST_GIVEN_UP, now);
    const over = old.filter(({ doc }) => isOver(doc, now) && doc.since >= failingSince);
    for (const stored of over) if ((await deliveries.giveUp(stored, now)) !== undefined) counts.dead += 1;
  }

  return { work, counts };
}

/** One page of what is due, being worked. */
interface Bench {
  target: Target;
  /** As the last attempt left it. */
  state: ReceiverState;
  due: readonly Stored<Delivery>[];
  /** Deliveries that were sent or put off. */
  moved: number;
}
