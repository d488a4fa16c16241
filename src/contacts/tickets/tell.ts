import type { Owed, RecordEventType } from "../../core/owed";
import type { Ticket } from "../../core/ticket";

/** After this long a telling that nobody took up is found by the sweep. */
const GRACE_MS = 10_000;

/** That a ticket was made or changed, owed to webhooks and plugins; its id is that of the version. */
export function tellOwed(
  key: string,
  type: Extract<RecordEventType, "ticket.created" | "ticket.changed">,
  ticket: Ticket,
): Owed {
  const { number, version, contactId, threadId, conversationId, updatedAt } = ticket;
  return {
    id: `owed~${type}~${number}~${version}`,
    type: "owed",
    key,
    due: updatedAt + GRACE_MS,
    attempts: 0,
    step: {
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
    },
  };
}
