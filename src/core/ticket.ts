import type { Actor } from "./actor";
import type { Doc } from "./store";

/** States of a ticket, in the order of its life. Closed is final. */
export const TICKET_STATES = ["open", "pending", "solved", "closed"] as const;
export type TicketState = (typeof TICKET_STATES)[number];

export const TICKET_PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type TicketPriority = (typeof TICKET_PRIORITIES)[number];

/** What somebody wants a ticket to be about. */
export interface TicketWish {
  /** Made beforehand, so that the customer can be told: "T-1042". */
  number: string;
  subject: string;
  description?: string;
  priority?: TicketPriority;
  /** What is to be done (4biz: activity), and whose it is. */
  activity?: string;
  group?: string;
  fields?: Readonly<Record<string, string | number>>;
}

/** Work that outlives its conversation: one document, in the partition of its number. */
export interface Ticket extends Doc, TicketWish {
  type: "ticket";
  /** Its number, too. */
  id: string;
  state: TicketState;
  priority: TicketPriority;
  /** The conversation it was made in; absent when an agent made it for a contact. */
  conversationId?: string;
  threadId?: string;
  channel?: string;
  instanceId?: string;
  /** Later conversations about it. */
  conversations: readonly string[];
  /** Whom it is for. */
  contactId?: string;
  customer?: { id: string; name?: string };
  /** The agent whose work it is. */
  owner?: string;
  unit?: string;
  /** Where it comes from ("Contact Origin"). */
  origin?: string;
  notes: readonly TicketNote[];
  /** What changed, oldest first, at most 200. */
  history: readonly TicketChange[];
  /** In the company's own service desk, where that is the master. */
  external?: { id: string; url?: string };
  /** Grows with every change. */
  version: number;
  createdAt: number;
  createdBy: Actor;
  updatedAt: number;
  /** When it was closed (ms): retention counts from there. */
  closedAt?: number;
}

export interface TicketNote {
  id: string;
  at: number;
  by: Actor;
  text: string;
}

export interface TicketChange {
  at: number;
  by: Actor;
  /** Field -> before and after, as texts for people. */
  changes: Readonly<Record<string, { from: string | null; to: string | null }>>;
}
