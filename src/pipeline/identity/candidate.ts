import type { Contact } from "../../core/contact";
import type { ContactBook, Profile, ProfileLink } from "../../core/contactBook";
import { toThreadId } from "../../core/ids";
import type { RecordsSettings } from "../../core/settings";
import type { Customer } from "../../core/workItem";
import { presentLink } from "./links";
import { makeContact } from "./newContact";

/** A contact that a profile may be linked to without an agent. */
export interface Candidate {
  contact: Contact;
  how: Exclude<ProfileLink["how"], "agent">;
}

/** Who is to be identified, as the platform tells of them now: a profile may still show a former owner of the number. */
export interface Unknown {
  customer: Customer;
  /** Of a contact that is made. */
  newContactId: string;
}

export interface CandidatePorts {
  book: ContactBook;
  /** Of the instance. */
  records: RecordsSettings | undefined;
  /** The instance's own id at its platform. */
  instanceExternalId: string;
  /** Whom plugins take the customer for; absent where they are not asked. Throws StoreError. */
  askPlugins?(): Promise<Contact | undefined>;
}

/**
 * Whom an unlinked profile belongs to, for certain: another id of the same person on this channel, or the only contact
 * with the mobile phone that the platform tells, or whom a plugin takes them for. Several with that number are else for an
 * agent to choose from; a name never counts. With nobody found a contact is made where the instance's settings ask for
 * one. Throws StoreError.
 */
export async function findCandidate(
  ports: CandidatePorts,
  profile: Profile,
  { customer, newContactId }: Unknown,
): Promise<Candidate | undefined> {
  const { book, records } = ports;
  const others = await othersOf(book, profile);
  const known = await byAlias(ports, { profile, customer, others });
  if (known !== undefined) return { contact: known, how: "automatic" };
  const found = await byPhone(book, others, customer.phone);
  const [contact] = found.filter((one) => !others.refused.has(one.contactId));
  if (found.length === 1 && contact !== undefined) return { contact, how: howFound(contact, newContactId) };
  const told = await ports.askPlugins?.();
  if (told !== undefined && isFree(told, others)) return { contact: told, how: "plugin" };
  if (found.length > 1) return undefined;
  if (records?.createContact !== true) return undefined;
  const made = await makeContact(book, newContactId, customer, records);
  return made === undefined ? undefined : { contact: made, how: "created" };
}

/** One that an earlier try of this very step made may be found by its phone already. */
function howFound({ contactId, createdBy }: Contact, newContactId: string): Candidate["how"] {
  if (contactId !== newContactId) return "phone";
  return createdBy.kind === "plugin" ? "plugin" : "created";
}

/** Threads of the same person's other ids on this instance. */
export const aliasThreads = (
  { aliases = [] }: Customer,
  where: { channel: string; instanceExternalId: string },
): string[] => aliases.map((id) => toThreadId(where.channel, where.instanceExternalId, id));

async function byAlias(
  { book, instanceExternalId }: CandidatePorts,
  { profile, customer, others }: { profile: Profile; customer: Customer; others: Others },
): Promise<Contact | undefined> {
  for (const threadId of aliasThreads(customer, { channel: profile.channel, instanceExternalId })) {
    const other = await book.profile(threadId);
    const link = other === undefined ? undefined : presentLink(other.doc);
    const contact = link === undefined ? undefined : (await book.resolve(link.contactId))?.doc;
    if (contact !== undefined && isFree(contact, others)) return contact;
  }
  return undefined;
}

/** A former owner of the number may still have it in their record: it is not theirs any more. */
async function byPhone(book: ContactBook, others: Others, phone: string | undefined): Promise<Contact[]> {
  if (phone === undefined) return [];
  const found = await book.byPhone(phone, { mobileOnly: true });
  return found.filter(({ contactId }) => !others.former.has(contactId));
}

/** Who it is not: contacts that an agent refused, and former owners; those that count now, however often they were merged. */
interface Others {
  refused: ReadonlySet<string>;
  former: ReadonlySet<string>;
}

async function othersOf(book: ContactBook, { refused, links }: Profile): Promise<Others> {
  const ended = links.filter(({ to }) => to !== undefined).map(({ contactId }) => contactId);
  return { refused: await countingOnes(book, refused), former: await countingOnes(book, ended) };
}

async function countingOnes(book: ContactBook, ids: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all([...new Set(ids)].map((id) => book.resolve(id)));
  return new Set([...ids, ...found.flatMap((stored) => stored?.doc.contactId ?? [])]);
}

const isFree = ({ state, contactId }: Contact, { refused, former }: Others): boolean =>
  state === "active" && !refused.has(contactId) && !former.has(contactId);
