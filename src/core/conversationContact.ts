import type { Contact } from "./contact";
import type { ContactBook, ProfileLink } from "./contactBook";
import { numberOf, threadOf } from "./ids";

/** Whose a conversation is, as the book of contacts has it now. */

/** The link that covers conversation `n` of a profile. */
export const linkAt = (links: readonly ProfileLink[], n: number): ProfileLink | undefined =>
  links.find(({ from, to = Number.POSITIVE_INFINITY }) => from <= n && n <= to);

/** Conversations of a profile by their numbers; without `to` to the newest. */
export type Range = Pick<ProfileLink, "from" | "to">;

/** The conversations around unlinked one `n` that are nobody's either. */
export function unlinkedAround(links: readonly ProfileLink[], n: number): Range {
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

function once<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (key) => {
    const answer = asked.get(key) ?? ask(key);
    asked.set(key, answer);
    return answer;
  };
}
