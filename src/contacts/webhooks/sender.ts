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
  const benches = new Map<string, Bench>();

  /**
   * Works what is due now, and what comes due meanwhile. Gives the time (ms) to come again, undefined when nothing waits.
   * Throws StoreError.
   */
  async function work(target: Target): Promise<number | undefined> {
    const bench = createBench(target, await states.read(target));
    benches.set(target.id, bench);
    try {
      return await workAll(bench);
    } finally {
      benches.delete(target.id);
      await Promise.allSettled(bench.flying.values());
    }
  }

  async function workAll(bench: Bench): Promise<number | undefined> {
    for (;;) {
      if (isStopped() || mustRest(bench.state)) {
        await Promise.all(bench.flying.values());
        return bench.state.off === undefined && !isStopped() ? bench.state.restUntil : undefined;
      }
      const next = bench.due.length === 0 || bench.isWoken ? await look(bench) : undefined;
      launch(bench);
      // Others are at what could not be moved, or the store shows what was a moment ago.
      if (bench.flying.size === 0) return bench.stuck.size > 0 ? clock.now() + AGAIN_MS : next;
      await Promise.race([...bench.flying.values(), bench.woken]);
    }
  }

  /** Fills the bench with what is due. Gives the time of the first that is not. */
  async function look(bench: Bench): Promise<number | undefined> {
    bench.sleep();
    const page = await deliveries.waiting(bench.target.id, PAGE);
    const isFree = ({ doc: { record = "" } }: Stored<Delivery>) =>
      !bench.flying.has(record) && !bench.stuck.has(record);
    bench.due = page.filter((stored) => isDue(stored.doc) && isFree(stored));
    return page.find(({ doc }) => !isDue(doc))?.doc.sendAt;
  }

  function launch(bench: Bench): void {
    // One that has failed so often is asked by one delivery whether it is back.
    const most = bench.state.failures >= FAILURES_UNTIL_REST ? 1 : PARALLEL;
    while (bench.flying.size < most && bench.due[0] !== undefined) {
      const { record = "" } = bench.due[0].doc;
      const own = bench.due.filter(({ doc }) => doc.record === record);
      bench.due = bench.due.filter(({ doc }) => doc.record !== record);
      const flight = sendRecord(record, own, bench).finally(() => bench.flying.delete(record));
      bench.flying.set(record, flight);
    }
  }

  const isDue = ({ sendAt = 0 }: Delivery): boolean => sendAt <= clock.now();

  const mustRest = ({ off, restUntil = 0 }: ReceiverState): boolean =>
    off !== undefined || restUntil > clock.now();

  /** What waits of one record, oldest first, until something fails or somebody else is at it. `due`: what was seen of it. */
  async function sendRecord(record: string, due: readonly Stored<Delivery>[], bench: Bench): Promise<void> {
    for (let sent = 0; ; sent++) {
      const first = await deliveries.firstOf(bench.target.id, record);
      if (first === undefined) return;
      // One that was never tried only waited for those before it.
      if (!isDue(first.doc) && first.doc.attempts > 0) {
        await waitBehind(first.doc, { record, due, bench });
        return;
      }
      const outcome = await sendOne(first, bench);
      if (outcome === undefined && sent === 0) bench.stuck.add(record);
      if (outcome?.kind !== "done" || isStopped() || mustRest(bench.state)) return;
    }
  }

  /** Those behind one that failed come up again with it, so that they are not looked at for nothing. */
  async function waitBehind(
    first: Delivery,
    { record, due, bench }: { record: string; due: readonly Stored<Delivery>[]; bench: Bench },
  ): Promise<void> {
    const behind = due.filter(({ doc }) => doc.id !== first.id);
    const moved = await Promise.all(
      behind.map((stored) => deliveries.replace(stored, waiting(stored.doc, (first.sendAt ?? 0) + 1))),
    );
    if (moved.every((each) => each === undefined)) bench.stuck.add(record);
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

  return {
    work,
    counts,
    /** Something new waits for a receiver that is being worked. */
    wake: (id: string) => benches.get(id)?.wake(),
  };
}

/** One receiver being worked. */
interface Bench {
  readonly target: Target;
  /** As the last attempt left it. */
  state: ReceiverState;
  /** What is due and not yet begun. */
  due: readonly Stored<Delivery>[];
  /** Records being sent. */
  readonly flying: Map<string, Promise<void>>;
  /** Records that could not be moved, here or by others: left alone for a moment. */
  readonly stuck: Set<string>;
  /** Ends when something new waits. */
  woken: Promise<void>;
  isWoken: boolean;
  wake(): void;
  sleep(): void;
}

function createBench(target: Target, state: ReceiverState): Bench {
  let ring = (): void => {};
  const bench: Bench = {
    target,
    state,
    due: [],
    flying: new Map(),
    stuck: new Set(),
    woken: Promise.resolve(),
    isWoken: false,
    wake() {
      bench.isWoken = true;
      ring();
    },
    sleep() {
      bench.isWoken = false;
      bench.woken = new Promise((resolve) => {
        ring = resolve;
      });
    },
  };
  return bench;
}
