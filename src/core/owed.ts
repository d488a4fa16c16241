import type { Actor } from "./actor";
import type { Doc } from "./store";

/** Something that happened to a record, for webhooks and plugins. It names the record; what it holds is read when it is told. */
export interface RecordEvent {
  /** The same however often it is told. */
  id: string;
  type: RecordEventType;
  at: number;
  /** Of contact and consent events. */
  contactId?: string;
  /** Of ticket events. */
  number?: string;
  threadId?: string;
  conversationId?: string;
  /** Of consent events: the id of what was said, beside the profile of `threadId`. */
  consentId?: string;
  /** Of the record, so that an older event can be told from a newer one. */
  version?: number;
  /** Who did it, where somebody did. */
  by?: Actor;
  /** Names of a contact's fields that are not as they were; never what they hold. */
  changed?: readonly string[];
  /** Of merges: the contact that stands for this one, or did. */
  mergedInto?: string;
}

export const RECORD_EVENTS = [
  "contact.created",
  "contact.changed",
  "contact.linked",
  "contact.unlinked",
  "contact.merged",
  "contact.unmerged",
  "contact.erased",
  "ticket.created",
  "ticket.changed",
  "consent.changed",
] as const;
export type RecordEventType = (typeof RECORD_EVENTS)[number];

/** A step in another partition of `contacts`, or in a thread. */
export type OwedStep =
  /** The look-ups shall fit the contact. `keys`: those it may stand under, from before and after the change. */
  | { kind: "index"; contactId: string; keys: readonly string[] }
  /** Conversations linked to the contact learn its facts. */
  | { kind: "refresh"; contactId: string }
  /** The thread of a profile learns of its link. `contactIds`: those that it is or was linked to. */
  | { kind: "linked"; threadId: string; contactIds: readonly string[] }
  /** The second half of a merge, or of its undoing. */
  | { kind: "merge"; mergeId: string; survivorId: string; otherId: string; undo: boolean }
  /** Webhooks and plugins hear of it. */
  | { kind: "tell"; event: RecordEvent };
export type OwedKind = OwedStep["kind"];

/**
 * A step owed, written in the batch that causes it and in that batch's partition; done idempotently, then deleted. `key`
 * repeats the partition, so that the sweep can find its way back.
 */
export interface Owed extends Doc {
  type: "owed";
  key: string;
  /** Until then the process that wrote it sees to it (ms); afterwards the sweep does. */
  due: number;
  attempts: number;
  step: OwedStep;
}
