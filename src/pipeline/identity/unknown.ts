import type { Effect, LiveConversation } from "../../core/conversation";
import { newId } from "../../core/ids";
import type { Customer } from "../../core/workItem";
import { sideEffect, type TurnPlan } from "../planParts";
import { contactAt } from "./owner";

/** Facts that tell who somebody is, or are shown with them; how many follow them on X changes all the time. */
const TELLING = ["phone", "aliases", "name", "firstName", "lastName", "screenName", "locale"] as const;

/**
 * A turn's part in identification: a conversation that begins with an unknown customer asks who they are when its row is
 * made (behind a gate of consent: when it is let through), a conversation in which the platform tells something new asks
 * again. Any other message costs nothing.
 */
export function askWhoTheyAre(
  plan: TurnPlan,
  turn: { before: Customer; live: LiveConversation; fresh: boolean; begins: boolean; now: number },
): void {
  const { before, live, fresh, begins, now } = turn;
  const newContactId = newId("c");
  const isUnknown = contactAt(plan.head, live.n) === undefined;
  const makesRow = ({ effect: { kind } }: Effect): boolean => kind === "opened" || kind === "enqueue";
  if (isUnknown && (fresh || (begins && plan.effects.some(makesRow)))) {
    plan.effects = plan.effects.map((owed) =>
      owed.effect.kind === "opened" || owed.effect.kind === "enqueue"
        ? { ...owed, effect: { ...owed.effect, newContactId } }
        : owed,
    );
  } else if ((begins && isUnknown) || tellsMore(before, plan.head.customer)) {
    const effect = { kind: "identify", newContactId } as const;
    plan.effects.push(sideEffect(plan, `identify~${plan.inbound.id}`, effect, now));
  }
}

const tellsMore = (before: Customer, now: Customer): boolean =>
  TELLING.some((fact) => JSON.stringify(before[fact]) !== JSON.stringify(now[fact]));
