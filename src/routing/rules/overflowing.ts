import type { OverflowSettings } from "../../core/distribution";
import type { SettingsSnapshot } from "../../core/settings";
import { hoursBy, isOpenBy } from "../hours/openHours";
import { overflowBefore, overflowOf, type QueueNow } from "./overflow";

/** A queue that some rule (or nothing better) chose. */
export interface Choice {
  queueId: string;
  /** The rule's name; absent: the fallback queue. */
  rule?: string;
  /** The rule's own overflow, which the conversation keeps while it waits. */
  own?: OverflowSettings[];
}

/** Where a conversation ends up after all overflows. */
export interface Settled extends Choice {
  /** No queue will have it. */
  ends: boolean;
  /** Queues that would not have it, in order. */
  overflow: { queueId: string; when: string; do: string }[];
}

/** What deciding about overflow looks at. */
export interface QueueStates {
  settings: SettingsSnapshot;
  now: number;
  /** Conversations that wait in a queue. */
  lengthOf(queueId: string): number;
}

/** What the choice's queue says now; undefined: it takes the conversation. */
export function overflowNow(states: QueueStates, { queueId, own }: Choice): OverflowSettings | undefined {
  return overflowBefore(overflowOf(states.settings.queues.get(queueId), own), queueNow(states, queueId));
}

/**
 * All choices overflow: the first one whose queue is open (else whose queue opens first) has its way. A queue that sends
 * on is believed once: the conversation never goes round in a ring, and in the last queue it stays.
 */
export function settleOverflow(states: QueueStates, choices: readonly Choice[]): Settled {
  const [choice = { queueId: "" }] = [...choices].sort((a, b) => opening(states, a) - opening(states, b));
  const overflow: Settled["overflow"] = [];
  let at = choice;
  for (;;) {
    const says = overflow.some(({ queueId }) => queueId === at.queueId) ? undefined : overflowNow(states, at);
    if (says === undefined) return { ...at, ends: false, overflow };
    overflow.push({ queueId: at.queueId, when: says.when, do: says.do });
    if (says.do === "end") return { ...at, ends: true, overflow };
    if (says.queue === undefined || !states.settings.queues.has(says.queue))
      return { ...at, ends: false, overflow };
    at = { queueId: says.queue, ...(at.rule === undefined ? {} : { rule: at.rule }) };
  }
}

/** 0 for a queue that is open, else when it opens. Sorting is stable: the first of equals stays first. */
function opening(states: QueueStates, { queueId }: Choice): number {
  const hours = hoursBy(states.settings, states.settings.queues.get(queueId)?.operatingHours);
  if (hours === undefined || hours.stateAt(states.now).open) return 0;
  return hours.opensAt(states.now) ?? Number.MAX_SAFE_INTEGER;
}

function queueNow(states: QueueStates, queueId: string): QueueNow {
  const hours = states.settings.queues.get(queueId)?.operatingHours;
  return { open: isOpenBy(states.settings, hours, states.now), waiting: states.lengthOf(queueId) };
}
