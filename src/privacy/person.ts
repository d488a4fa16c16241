import type { Contact } from "../core/contact";
import type { ContactBook, Profile } from "../core/contactBook";
import type { Head } from "../core/conversation";
import { unlinkedRanges } from "../core/conversationContact";
import { Conflict, NotFound } from "../core/errors";
import type { Store } from "../core/store";
import type { ThreadPart } from "../pipeline/erase/threadPart";

/** Whom an export or erasure is about: a contact, or what of a thread is no contact's. */
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

export interface PersonPorts {
  store: Store;
  book: Pick<ContactBook, "read" | "resolve" | "spans" | "profile">;
}

/** Throws NotFound, and Conflict PROFILE_LINKED for a thread of which every conversation is a contact's. */
export async function findPerson({ store, book }: PersonPorts, subject: Subject): Promise<Person> {
  if ("threadId" in subject) return { contacts: [], threads: [await findThread({ store, book }, subject)] };
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

/** What of a thread is no contact's: that of contacts goes with them. */
async function findThread(
  { store, book }: PersonPorts,
  { threadId }: { threadId: string },
): Promise<PersonThread> {
  const profile = (await book.profile(threadId))?.doc;
  if (profile === undefined && !(await hasHead(store, threadId)))
    throw new NotFound("NOT_FOUND", "There is no customer with this threadId.");
  const links = profile?.links ?? [];
  const part = unlinkedRanges(links).map(({ from, to = NO_END }) => ({ from, to }));
  if (part.length === 0) {
    const contactId = links.at(-1)?.contactId ?? "";
    const message = `All of it belongs to a contact: name ${contactId} as contactId instead.`;
    throw new Conflict("PROFILE_LINKED", message, { details: { contactId } });
  }
  return { threadId, part: links.length === 0 ? "all" : part, ...(profile && { profile }) };
}

/** True when somebody has written in the thread. */
export const hasHead = async (store: Store, threadId: string): Promise<boolean> =>
  (await store.read<Head>("threads", threadId, "head")) !== undefined;

/** Merged ones may have been survivors before. */
async function withMerged(book: PersonPorts["book"], contact: Contact): Promise<Contact[]> {
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
