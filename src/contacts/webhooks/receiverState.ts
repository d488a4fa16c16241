import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { targetKey } from "./delivery";
import { type Random, restUntil } from "./retry";
import type { Outcome, Target } from "./target";

/** How a webhook or plugin is doing, beside its deliveries: what all servers go by. */
export interface ReceiverState extends Doc {
  id: "state";
  type: "receiver";
  /** The address it speaks of: another begins anew. */
  address: string;
  /** In a row. */
  failures: number;
  /** Since when it has failed without a success in between (ms). */
  failingSince?: number;
  /** Nothing is sent before (ms). */
  restUntil?: number;
  /** Switched off by the receiver: until a test succeeds, or the address is another. */
  off?: { at: number; reason: string };
  lastSuccessAt?: number;
  lastFailure?: { at: number; status?: number; text: string };
}

/** The time of the last success need not be exact: a write for each would double the cost. */
const NOTE_SUCCESS_MS = 60_000;

export function createReceiverStates({ store, random }: { store: Store; random: Random }) {
  const fresh = (address: string): ReceiverState => ({
    id: "state",
    type: "receiver",
    address,
    failures: 0,
  });

  async function read({ id, address }: Pick<Target, "id" | "address">): Promise<ReceiverState> {
    const known = await store.read<ReceiverState>("contacts", targetKey(id), "state");
    return known?.doc.address === address ? known.doc : fresh(address);
  }

  function change(
    { id, address }: Pick<Target, "id" | "address">,
    next: (state: ReceiverState) => ReceiverState,
  ): Promise<ReceiverState> {
    return transact(store, "contacts", targetKey(id), "webhookState", async (tx) => {
      const known = await tx.read<ReceiverState>("state");
      const before = known?.address === address ? known : fresh(address);
      const after = next(before);
      if (after !== before) tx.put(after);
      return after;
    });
  }

  function succeeded(state: ReceiverState, now: number): ReceiverState {
    const isNoted = now - (state.lastSuccessAt ?? 0) < NOTE_SUCCESS_MS;
    if (state.failures === 0 && state.off === undefined && isNoted) return state;
    // A rest that was asked for holds, whatever was under way meanwhile.
    const { failingSince: _, off: __, ...rest } = state;
    return { ...rest, failures: 0, lastSuccessAt: now };
  }

  function failed(state: ReceiverState, outcome: Exclude<Outcome, { kind: "done" }>, now: number) {
    const { status, text } = outcome;
    const failures = state.failures + 1;
    const askedMs = outcome.kind === "failed" ? outcome.restMs : undefined;
    const until = restUntil(failures, now, { askedMs, random });
    return {
      ...state,
      failures,
      failingSince: state.failingSince ?? now,
      lastFailure: { at: now, text, ...(status === undefined ? {} : { status }) },
      ...(until === undefined ? {} : { restUntil: Math.max(until, state.restUntil ?? 0) }),
      ...(outcome.kind === "off" ? { off: { at: now, reason: text } } : {}),
    };
  }

  return {
    read,
    /** A test came through: on again, and nothing rests. */
    revive: (target: Pick<Target, "id" | "address">, now: number) =>
      change(target, (state) => {
        const { restUntil: _, ...rest } = succeeded({ ...state, failures: 1 }, now);
        return rest;
      }),
    /** Keeps what an attempt told of the receiver. `known`: its state as it was seen; a success seldom needs a write. */
    async note(target: Target, outcome: Outcome, { known, now }: { known: ReceiverState; now: number }) {
      if (outcome.kind !== "done") return change(target, (state) => failed(state, outcome, now));
      return succeeded(known, now) === known ? known : change(target, (state) => succeeded(state, now));
    },
  };
}

export type ReceiverStates = ReturnType<typeof createReceiverStates>;
