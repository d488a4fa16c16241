import { z } from "zod";
import { DELIVERY_STATES, type Delivery } from "../contacts/webhooks/delivery";
import { FAILURES_UNTIL_REST } from "../contacts/webhooks/retry";
import type { Outcome } from "../contacts/webhooks/target";
import type { ReceiverStatus, Webhooks } from "../contacts/webhooks/webhooks";
import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import type { ApiRequest, Route } from "../core/route";
import { listQuery, listView } from "./contract";
import {
  type DeliveryView,
  deliveryView,
  type ReceiverView,
  receiverView,
  type WebhookTestView,
  webhookTestView,
} from "./webhookContract";

const deliveriesQuery = listQuery.extend({ state: z.enum(DELIVERY_STATES).optional() });

type Ports = Pick<Webhooks, "statuses" | "list" | "replay" | "test">;

/** How webhooks are doing, what waits for them and what was given up; their settings have the routes of every kind. */
export function webhookRoutes(webhooks: Ports): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/webhookStates",
      access: "admin",
      summary: "How webhooks, and plugins that keep records elsewhere, are doing.",
      schema: { reply: listView(receiverView) },
      async handle() {
        const items = (await webhooks.statuses()).map(toReceiver);
        return { status: 200, body: { items, next: null } };
      },
    },
    {
      method: "GET",
      path: "/api/admin/webhooks/:id/deliveries",
      access: "admin",
      summary: "Deliveries of a webhook, the newest first: all, or those of one state.",
      schema: { query: deliveriesQuery, reply: listView(deliveryView) },
      async handle(request) {
        const { limit = 100, state, cursor } = checkInput(deliveriesQuery, Object.fromEntries(request.query));
        const page = await webhooks.list(idOf(request), {
          limit,
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { status: 200, body: { items: page.items.map(toView), next: page.next ?? null } };
      },
    },
    {
      method: "POST",
      path: "/api/admin/webhooks/:id/deliveries/:deliveryId/replay",
      access: "admin",
      summary: "Sends a delivery again that was given up, or that came through already.",
      schema: { reply: deliveryView },
      async handle(request) {
        const again = await webhooks.replay(idOf(request), request.params.deliveryId ?? "");
        return { status: 200, body: toView(again) };
      },
    },
    {
      method: "POST",
      path: "/api/admin/webhooks/:id/test",
      access: "admin",
      summary: "Sends a test event at once; one that comes through switches the webhook on again.",
      schema: { reply: webhookTestView },
      async handle(request) {
        return { status: 200, body: toTestView(await webhooks.test(idOf(request))) };
      },
    },
  ];
}

const idOf = (request: ApiRequest): string => request.params.id ?? "";
const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : isoTime(ms));

function toReceiver({ id, kind, state, waiting }: ReceiverStatus): ReceiverView {
  const { off, failures, lastSuccessAt, lastFailure, restUntil } = state;
  return {
    id,
    kind,
    state: off === undefined ? (failures < FAILURES_UNTIL_REST ? "ok" : "failing") : "off",
    reason: off?.reason ?? null,
    lastSuccessAt: timeOrNull(lastSuccessAt),
    lastFailure: toAttempt(lastFailure),
    waiting,
    restUntil: timeOrNull(restUntil),
  };
}

function toView(delivery: Delivery): DeliveryView {
  const { id, type, at, contactId, number, threadId, conversationId } = delivery.event;
  return {
    id: delivery.id,
    state: delivery.state,
    event: {
      id,
      type,
      at: isoTime(at),
      contactId: contactId ?? null,
      number: number ?? null,
      threadId: threadId ?? null,
      conversationId: conversationId ?? null,
    },
    attempts: delivery.attempts,
    createdAt: isoTime(delivery.createdAt),
    nextAttemptAt: timeOrNull(delivery.sendAt),
    endedAt: timeOrNull(delivery.endedAt),
    last: toAttempt(delivery.last),
  };
}

function toAttempt(attempt: Delivery["last"]) {
  if (attempt === undefined) return null;
  return { at: isoTime(attempt.at), status: attempt.status ?? null, text: attempt.text };
}

function toTestView(outcome: Outcome): WebhookTestView {
  const text = outcome.kind === "done" ? "It came through." : outcome.text;
  return { ok: outcome.kind === "done", status: outcome.status ?? null, text };
}
