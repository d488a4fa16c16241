import { newId } from "../../core/ids";
import type { Owed, OwedStep, RecordEvent } from "../../core/owed";
import { OWED_GRACE_MS } from "../owed";

let written = 0;

/** A step owed by the batch that it is written with. Those of one partition are done in the order of their ids. */
export function owe(key: string, now: number, step: OwedStep, graceMs = OWED_GRACE_MS): Owed {
  written = (written + 1) % 1_000_000;
  const order = `${String(now).padStart(15, "0")}~${String(written).padStart(6, "0")}`;
  return { id: newId(`owed~${order}`), type: "owed", key, due: now + graceMs, attempts: 0, step };
}

/** Webhooks and plugins shall hear of it. */
export function oweTelling(key: string, event: Omit<RecordEvent, "id">): Owed {
  return owe(key, event.at, { kind: "tell", event: { id: newId("event"), ...event } });
}
