import type { Effect, LiveConversation } from "../../core/conversation";
import { newId } from "../../core/ids";
import type { Customer } from "../../core/workItem";
import { sideEffect, type TurnPlan } from "../plan/planParts";
import { contactAt } from "./owner";

/** Facts that tell who somebody is, or are shown with them; how many follow them on X changes all the time. */
const TELLING = ["phone", "aliases", "name", "firstName", "lastName", "screenName", "locale"] as const;

/**
 * A turn's part in identification: a conversation that begins with an unknown customer asks who they are when its row is
 * made (after the customer agreed, where a privacy notice asks), a conversation in which the platform tells something new asks again. Any other message costs nothing.
 */
export function askWhoTheyAre(
  plan: TurnPlan,
  turn: { before: Customer; live: LiveConversation; begins: boolean; now: number },
): void {
  const { before, live, begins, now } = turn;
  const newContactId = newId("c");
  const isUnknown = contactAt(plan.head, live.n) === undefined;
  const asks = ({ effect: { kind } }: Effect): boolean => kind === "opened" || kind === "enqueue";
  if (begins && isUnknown && plan.effects.some(asks)) {
    plan.effects = plan.effects.map((owed) =>
      asks(owed) ? ({ ...owed, effect: { ...owed.effect, newContactId } } as Effect) : owed,
    );
  } else if ((begins && isUnknown) || tellsMore(before, plan.head.customer)) {
    const effect = { kind: "identify", newContactId } as const;
    plan.effects.push(sideEffect(plan, `identify~${plan.inbound.id}`, effect, now));
  }
}

const tellsMore = (before: Customer, now: Customer): boolean =>
  TELLING.some((fact) => JSON.stringify(before[fact]) !== JSON.stringify(now[fact]));
