import type { Contact } from "../core/contact";
import type { ContactBook, Profile } from "../core/contactBook";
import { NotFound } from "../core/errors";
import type { ThreadPart } from "../pipeline/erase/threadPart";

/** Whom an export or erasure is about: a contact, or one thread of a customer without one. */
export type Subject = { contactId: string } | { threadId: string };

/** A thread of a person, and what of it is theirs. */
export interface PersonThread {
  threadId: string;
  part: ThreadPart;
  profile?: Profile;
}

/** Everything that is one person. */
export interface Person {
  /** The contact that counts, and those merged into it. None: an unlinked thread. */
  contacts: Contact[];
  threads: PersonThread[];
}

/** So that a part without an end has one. */
const NO_END = Number.MAX_SAFE_INTEGER;

/** Throws NotFound. */
export async function findPerson(
  book: Pick<ContactBook, "read" | "resolve" | "spans" | "profile">,
  subject: Subject,
): Promise<Person> {
  if ("threadId" in subject) {
    const profile = (await book.profile(subject.threadId))?.doc;
    const { threadId } = subject;
    return { contacts: [], threads: [{ threadId, part: "all", ...(profile && { profile }) }] };
  }
  const contact = (await book.resolve(subject.contactId))?.doc;
  if (contact === undefined) throw new NotFound("NOT_FOUND", "There is no contact with this id.");
  const contacts = await withMerged(book, contact);
  const ids = new Set(contacts.map(({ contactId }) => contactId));
  const profiles = new Map<string, Profile>();
  for (const id of ids)
    for (const { profile } of await book.spans(id)) profiles.set(profile.threadId, profile);
  const threads = [...profiles.values()].map((profile) => ({
    threadId: profile.threadId,
    part: partOf(profile, ids),
    profile,
  }));
  return { contacts, threads: threads.filter(({ part }) => part === "all" || part.length > 0) };
}

/** Merged ones may have been survivors before. */
async function withMerged(book: Pick<ContactBook, "read">, contact: Contact): Promise<Contact[]> {
  const found = new Map([[contact.contactId, contact]]);
  for (const { merged } of found.values())
    for (const id of merged) {
      const other = found.has(id) ? undefined : (await book.read(id))?.doc;
      if (other !== undefined) found.set(id, other);
    }
  return [...found.values()];
}

/** All of a thread that nobody else ever had and that is still theirs; else the conversations that were. */
function partOf({ links }: Profile, ids: ReadonlySet<string>): ThreadPart {
  const theirs = links.filter(({ contactId }) => ids.has(contactId));
  if (theirs.length === links.length && links.at(-1)?.to === undefined && links.length > 0) return "all";
  return theirs.map(({ from, to = NO_END }) => ({ from, to }));
}
