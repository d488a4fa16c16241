import type { Owed, RecordEventType } from "../../core/owed";
import type { Ticket } from "../../core/ticket";
import { owe } from "../book/owing";

/** That a ticket was made or changed, owed to webhooks and plugins; the event's id is that of the version. */
export function tellOwed(
  key: string,
  now: number,
  type: Extract<RecordEventType, "ticket.created" | "ticket.changed">,
  ticket: Ticket,
): Owed {
  const { number, version, contactId, threadId, conversationId, updatedAt } = ticket;
  return owe(key, now, {
    kind: "tell",
    event: {
      id: `${type}~${number}~${version}`,
      type,
      at: updatedAt,
      number,
      version,
      ...(contactId === undefined ? {} : { contactId }),
      ...(threadId === undefined ? {} : { threadId }),
      ...(conversationId === undefined ? {} : { conversationId }),
    },
  });
}
