import { type Contact, type ContactFacts, toContactFacts } from "./contact";
import type { ContactBook, ProfileLink } from "./contactBook";
import { numberOf, threadOf } from "./ids";

/** The link that covers conversation `n` of a profile. */
export const linkAt = (links: readonly ProfileLink[], n: number): ProfileLink | undefined =>
  links.find((link) => covers(link, n));

/** Conversations of a profile by their numbers; without `to` to the newest. */
export type Range = Pick<ProfileLink, "from" | "to">;

export const covers = ({ from, to }: Range, n: number): boolean => n >= from && (to === undefined || n <= to);

/** The conversations of whoever has, or had, the address in conversation `n`: of its link, or around it nobody's. */
export function partAround(links: readonly ProfileLink[], n: number): Range {
  const { from, to } = linkAt(links, n) ?? unlinkedAround(links, n);
  return { from, ...(to === undefined ? {} : { to }) };
}

/** The conversations around unlinked one `n` that are nobody's either. */
function unlinkedAround(links: readonly ProfileLink[], n: number): Range {
  const before = links.flatMap(({ to }) => (to !== undefined && to < n ? [to] : []));
  const after = links.flatMap(({ from }) => (from > n ? [from] : []));
  return {
    from: Math.max(0, ...before) + 1,
    ...(after.length === 0 ? {} : { to: Math.min(...after) - 1 }),
  };
}

/** All conversations of a profile that are nobody's. */
export function unlinkedRanges(links: readonly ProfileLink[]): Range[] {
  const starts = [1, ...links.flatMap(({ to }) => (to === undefined ? [] : [to + 1]))];
  const free = starts.filter((n) => linkAt(links, n) === undefined);
  return free.map((n) => unlinkedAround(links, n));
}

/** The contact that counts for a conversation; undefined while none is linked. Throws StoreError. */
export type FindContact = (conversationId: string) => Promise<Contact | undefined>;

/** For a list: each profile and each contact is read once, however many conversations are theirs. */
export function createContactFinder(book: Pick<ContactBook, "profile" | "resolve">): FindContact {
  const profileOf = once((threadId: string) => book.profile(threadId));
  const contactOf = once((contactId: string) => book.resolve(contactId));
  return async (conversationId) => {
    const profile = await profileOf(threadOf(conversationId) ?? "");
    const link = profile === undefined ? undefined : linkAt(profile.doc.links, numberOf(conversationId));
    return link === undefined ? undefined : (await contactOf(link.contactId))?.doc;
  };
}

/** The row with its contact as the book has it now: links are mended later, and a row may keep an old one, or none. */
export async function withPresentContact<T extends { conversationId: string; contact?: ContactFacts }>(
  row: T,
  find: FindContact,
): Promise<Omit<T, "contact"> & { contact?: ContactFacts }> {
  const { contact: _then, ...rest } = row;
  const contact = await find(row.conversationId);
  return contact === undefined ? rest : { ...rest, contact: toContactFacts(contact) };
}

function once<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (key) => {
    const answer = asked.get(key) ?? ask(key);
    asked.set(key, answer);
    return answer;
  };
}
