import { listConsents } from "../../contacts/consent/consents";
import { isoTime } from "../../core/clock";
import type { ConsentRecord } from "../../core/consent";
import type { ContactBook } from "../../core/contactBook";
import { covers, partAround, type Range } from "../../core/conversationContact";
import { numberOf } from "../../core/ids";
import type { Principal, Route } from "../../core/route";
import type { Store } from "../../core/store";
import { idOf, limitOf, needPrincipal } from "../caller";
import { type ConsentView, consentView, page } from "../contract";
import type { ItemFacts } from "../present";

/** What the customer of a conversation was told, agreed to or refused; nothing of a former owner of their number. */
export const consentRoute = (ports: {
  store: Store;
  contacts: Pick<ContactBook, "profile">;
  /** Throws NotFound unless the caller may see the conversation, live or closed. */
  find(principal: Principal, id: string): Promise<ItemFacts>;
}): Route => ({
  method: "GET",
  path: "/api/desk/conversations/:id/consents",
  access: "agent",
  summary: "What the customer was told, agreed to or refused, and when; the oldest first.",
  schema: { reply: page(consentView) },
  async handle(request) {
    const { threadId, conversationId } = await ports.find(needPrincipal(request), idOf(request));
    const part = await partOf(ports.contacts, threadId, conversationId);
    const cursor = request.query.get("cursor") ?? undefined;
    const found = await listConsents(ports.store, threadId, {
      limit: limitOf(request),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const items = found.items.filter(
      (record) => record.conversationId === undefined || covers(part, numberOf(record.conversationId)),
    );
    return { status: 200, body: { items: items.map(present), next: found.next ?? null } };
  },
});

/** The conversations of whoever has, or had, the address in this one. */
async function partOf(
  contacts: Pick<ContactBook, "profile">,
  threadId: string,
  conversationId: string,
): Promise<Range> {
  const profile = (await contacts.profile(threadId))?.doc;
  if (profile === undefined) return { from: 1 };
  return partAround(profile.links, numberOf(conversationId));
}

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
