import { listConsents } from "../contacts/consent/consents";
import { isoTime } from "../core/clock";
import type { ConsentRecord } from "../core/consent";
import type { Principal, Route } from "../core/route";
import type { Store } from "../core/store";
import { idOf, limitOf, needPrincipal } from "./caller";
import { type ConsentView, consentView, page } from "./contract";
import type { ItemFacts } from "./present";

/** What the customer of a conversation was told, agreed to or refused. */
export const consentRoute = (ports: {
  store: Store;
  /** Throws NotFound unless the caller may see the conversation, live or closed. */
  find(principal: Principal, id: string): Promise<ItemFacts>;
}): Route => ({
  method: "GET",
  path: "/api/desk/conversations/:id/consents",
  access: "agent",
  summary: "What the customer was told, agreed to or refused, and when; the oldest first.",
  schema: { reply: page(consentView) },
  async handle(request) {
    const { threadId } = await ports.find(needPrincipal(request), idOf(request));
    const cursor = request.query.get("cursor") ?? undefined;
    const found = await listConsents(ports.store, threadId, {
      limit: limitOf(request),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { status: 200, body: { items: found.items.map(present), next: found.next ?? null } };
  },
});

function present(record: ConsentRecord): ConsentView {
  return {
    id: record.id,
    kind: record.kind,
    noticeId: record.noticeId ?? null,
    version: record.version ?? null,
    language: record.language ?? null,
    text: record.text ?? null,
    conversationId: record.conversationId ?? null,
    messageId: record.messageId ?? null,
    at: isoTime(record.at),
  };
}
