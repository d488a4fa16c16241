import type { Activity } from "botbuilder-core";
import { ACTIVITY_EVENTS } from "../core/activity";

/** What people's side says about a conversation that it was given. */
export interface HandOffStatus {
  /** "accepted", "completed", "failed"; others are progress ("queued"). */
  state: string;
  message?: string;
}

/**
 * Reads the event `handoff.status`; undefined for anything else. A status that names a hand-off (`value.id`, as it went
 * out with `handoff.initiate`) counts for that one only: the late end of an earlier one must not end this one.
 */
export function readHandOffStatus(activity: Activity, handOffId: string): HandOffStatus | undefined {
  if (activity.type !== "event" || activity.name !== ACTIVITY_EVENTS.handoffStatus) return undefined;
  const { id, state, message } = (activity.value ?? {}) as Record<string, unknown>;
  if (typeof state !== "string" || (typeof id === "string" && id !== handOffId)) return undefined;
  return typeof message === "string" ? { state, message } : { state };
}
