import { covers, linkAt, partAround } from "../../core/conversationContact";
import { numberOf, threadOf } from "../../core/ids";
import type { Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { readProfile } from "../book/profiles";
import { ticketsOf } from "./list";
import { idsOfContact } from "./whose";

/**
 * Tickets of whoever a conversation is with: of their contact, with those merged into it, and of the conversations here that
 * are theirs. What somebody else had who used the number before is not among them. Newest first.
 */
export async function ticketsOfCustomer(store: Store, conversationId: string): Promise<Ticket[]> {
  const threadId = threadOf(conversationId);
  if (threadId === undefined) return [];
  const links = (await readProfile(store, threadId))?.doc.links ?? [];
  const link = linkAt(links, numberOf(conversationId));
  const part = partAround(links, numberOf(conversationId));
  const contactIds = link === undefined ? [] : await idsOfContact(store, link.contactId);
  const isTheirs = (id: string): boolean => threadOf(id) === threadId && covers(part, numberOf(id));
  const found = await ticketsOf(store, { threadId, contactIds });
  return found.filter(
    ({ contactId, conversationId: first, conversations }) =>
      contactIds.includes(contactId ?? "") || [first ?? "", ...conversations].some(isTheirs),
  );
}
