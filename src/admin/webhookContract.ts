import { z } from "zod";

/** What the states, deliveries and tests of webhooks give. */

const attemptView = z.object({ at: z.string(), status: z.number().nullable(), text: z.string() });

/** How a webhook, or a plugin that keeps records elsewhere, is doing. */
export const receiverView = z.object({
  /** A webhook's id, or "plugin~<name>". */
  id: z.string(),
  kind: z.enum(["webhook", "plugin"]),
  /** "failing": it has failed five times or more in a row and rests in between; "off": it answered 410. */
  state: z.enum(["ok", "failing", "off"]),
  /** Why, when it is off. */
  reason: z.string().nullable(),
  lastSuccessAt: z.string().nullable(),
  lastFailure: attemptView.nullable(),
  /** Deliveries that wait; 1000: that many or more. */
  waiting: z.number(),
  /** Nothing is sent before. */
  restUntil: z.string().nullable(),
});
export type ReceiverView = z.infer<typeof receiverView>;

/** One event on its way to a webhook. */
export const deliveryView = z.object({
  id: z.string(),
  state: z.enum(["waiting", "done", "dead"]),
  /** Holds ids only: what is sent is read from the record when it is sent. */
  event: z.object({
    id: z.string(),
    type: z.string(),
    at: z.string(),
    contactId: z.string().nullable(),
    number: z.string().nullable(),
    threadId: z.string().nullable(),
    conversationId: z.string().nullable(),
  }),
  attempts: z.number(),
  createdAt: z.string(),
  /** Of one that waits. */
  nextAttemptAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  last: attemptView.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

/** What a test event came to. */
export const webhookTestView = z.object({
  ok: z.boolean(),
  /** HTTP; null: no answer. */
  status: z.number().nullable(),
  text: z.string(),
});
export type WebhookTestView = z.infer<typeof webhookTestView>;
