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
  conversationId: string;
  threadId: string;
  channel: string;
  instanceId: string;
  customer: { id: string; name?: string };
  createdAt: number;
  createdBy: { kind: "flow"; id: string };
}
