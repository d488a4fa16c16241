import { Conflict } from "../../core/errors";
import type { Ticket, TicketState } from "../../core/ticket";

/** Where each state may go. A solved ticket is opened again before anything else; a closed one never is. */
export const TICKET_MOVES: Readonly<Record<TicketState, readonly TicketState[]>> = {
  open: ["pending", "solved", "closed"],
  pending: ["open", "solved", "closed"],
  solved: ["open", "closed"],
  closed: [],
};

/** Throws Conflict WRONG_STATE, which says where it may go; staying as it is is no move. */
export function needMove({ number, state }: Ticket, to: TicketState): void {
  if (to === state || TICKET_MOVES[state].includes(to)) return;
  const possible = TICKET_MOVES[state];
  const words = possible.length === 0 ? "it is final" : `it can become ${possible.join(", ")}`;
  throw new Conflict("WRONG_STATE", `Ticket ${number} is ${state}: ${words}.`, {
    details: { state, possible },
  });
}

/** Throws Conflict WRONG_STATE: a closed ticket takes notes, and nothing else. */
export function needOpen({ number, state }: Ticket): void {
  if (state !== "closed") return;
  throw new Conflict(
    "WRONG_STATE",
    `Ticket ${number} is closed, which is final: add a note, or make a new ticket.`,
    { details: { state, possible: [] } },
  );
}
