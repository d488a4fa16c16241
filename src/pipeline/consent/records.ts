import { consentId } from "../../contacts/consent/consents";
import type { ConsentRecord } from "../../core/consent";
import { sideEffect, type TurnInput, type TurnPlan } from "../plan/planParts";

type Told = Omit<ConsentRecord, "id" | "type" | "threadId" | "conversationId" | "contactId" | "at" | "ttl">;

/** Owes a record beside the profile, under an id that a repeated turn makes again. */
export function keepRecord(plan: TurnPlan, { inbound, now }: TurnInput, told: Told): void {
  const { threadId, contact } = plan.head;
  const { conversationId } = plan.inbound;
  const record: ConsentRecord = {
    id: consentId(told.kind, inbound.id, inbound.storedAt),
    type: "consent",
    threadId,
    ...told,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(contact === undefined ? {} : { contactId: contact.id }),
    at: now,
  };
  plan.effects.push(sideEffect(plan, `consent~${told.kind}~${inbound.id}`, { kind: "consent", record }, now));
}
