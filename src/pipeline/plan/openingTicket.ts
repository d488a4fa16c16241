import { toSubject } from "../../contacts/tickets/make";
import type { EffectBody, LiveConversation } from "../../core/conversation";
import type { InstanceSettings } from "../../core/settings";
import type { TicketWish } from "../../core/ticket";
import { textOf } from "./meaning";
import { sideEffect, type TurnInput, type TurnPlan, toSeed } from "./planParts";

/** A conversation that begins, with the ticket that its instance asks for. */
export interface Opening {
  live: LiveConversation;
  ticket?: TicketWish;
}

/**
 * The number is taken before anything is written, so that helper and rules know it (`context.ticket`), and so that the
 * step which makes the ticket may be repeated. A turn that loses its race leaves a gap in the numbers.
 */
export async function withOpeningTicket(
  input: TurnInput,
  instance: InstanceSettings | undefined,
  live: LiveConversation,
): Promise<Opening> {
  if (instance?.records?.createTicket !== true || input.takeTicketNumber === undefined) return { live };
  const number = await input.takeTicketNumber();
  const subject = toSubject(textOf(input.inbound), `A message to ${instance.name}`);
  return { live: { ...live, context: { ...live.context, ticket: number } }, ticket: { number, subject } };
}

/** The ticket is made beside the turn. */
export function makeOpeningTicket(
  plan: TurnPlan,
  live: LiveConversation,
  ticket: TicketWish,
  now: number,
): void {
  const effect: EffectBody = {
    kind: "ticket",
    ticket,
    by: { kind: "system", id: "records" },
    item: toSeed(plan, live),
  };
  plan.effects.push(sideEffect(plan, `ticket~${ticket.number}`, effect, now));
}
