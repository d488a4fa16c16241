import type { ProfileLink } from "../../core/contactBook";
import { linkAt } from "../../core/conversationContact";
import { numberOf, threadOf } from "../../core/ids";
import type { Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { readProfile } from "../book/profiles";
import { ticketsOf } from "./list";
import { idsOfContact } from "./whose";

/** Conversations of a thread that are one person's. */
type Part = Pick<ProfileLink, "from" | "to">;

/**
 * Tickets of whoever a conversation is with: of their contact, with those merged into it, and of the conversations here that
 * are theirs. What somebody else had who used the number before is not among them. Newest first.
 */
export async function ticketsOfCustomer(store: Store, conversationId: string): Promise<Ticket[]> {
  const threadId = threadOf(conversationId);
  if (threadId === undefined) return [];
  const links = (await readProfile(store, threadId))?.doc.links ?? [];
  const link = linkAt(links, numberOf(conversationId));
  const part = link ?? unlinkedPart(links, numberOf(conversationId));
  const contactIds = link === undefined ? [] : await idsOfContact(store, link.contactId);
  const isTheirs = (id: string): boolean => threadOf(id) === threadId && isIn(part, numberOf(id));
  const found = await ticketsOf(store, { threadId, contactIds });
  return found.filter(
    ({ contactId, conversationId: first, conversations }) =>
      contactIds.includes(contactId ?? "") || [first ?? "", ...conversations].some(isTheirs),
  );
}

/** Around an unlinked conversation, up to those that are somebody's. */
function unlinkedPart(links: readonly ProfileLink[], n: number): Part {
  const before = links.flatMap(({ to }) => (to !== undefined && to < n ? [to] : []));
  const after = links.flatMap(({ from }) => (from > n ? [from] : []));
  return {
    from: Math.max(0, ...before) + 1,
    ...(after.length === 0 ? {} : { to: Math.min(...after) - 1 }),
  };
}

const isIn = ({ from, to = Number.POSITIVE_INFINITY }: Part, n: number): boolean => from <= n && n <= to;
