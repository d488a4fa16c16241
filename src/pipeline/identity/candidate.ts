import type { Contact } from "../../core/contact";
import type { ContactBook, Profile, ProfileLink } from "../../core/contactBook";
import { toThreadId } from "../../core/ids";
import type { RecordsSettings } from "../../core/settings";
import { presentLink } from "./links";
import { makeContact } from "./newContact";

/** A contact that a profile may be linked to without an agent. */
export interface Candidate {
  contact: Contact;
  how: Exclude<ProfileLink["how"], "agent">;
}

export interface CandidatePorts {
  book: ContactBook;
  /** Of the instance. */
  records: RecordsSettings | undefined;
  /** The instance's own id at its platform. */
  instanceExternalId: string;
}

/**
 * Whom an unlinked profile belongs to, for certain: another id of the same person on this channel, or the only contact
 * with the mobile phone that the platform tells. Several with that number are for an agent to choose from; a name never
 * counts. With nobody found a contact is made where the instance's settings ask for one. Throws StoreError.
 */
export async function findCandidate(
  ports: CandidatePorts,
  profile: Profile,
  newContactId: string,
): Promise<Candidate | undefined> {
  const { book, records } = ports;
  const known = await byAlias(ports, profile);
  if (known !== undefined) return { contact: known, how: "automatic" };
  const found = await byPhone(book, profile);
  if (found.length > 1) return undefined;
  const [contact] = found.filter((one) => !isRefused(profile, one));
  if (contact !== undefined) return { contact, how: "phone" };
  if (records?.createContact !== true) return undefined;
  const made = await makeContact(book, newContactId, profile.customer, records);
  return made === undefined ? undefined : { contact: made, how: "created" };
}

/** Threads of the same person's other ids on this instance. */
export const aliasThreads = (profile: Profile, instanceExternalId: string): string[] =>
  (profile.customer.aliases ?? []).map((id) => toThreadId(profile.channel, instanceExternalId, id));

async function byAlias(
  { book, instanceExternalId }: CandidatePorts,
  profile: Profile,
): Promise<Contact | undefined> {
  for (const threadId of aliasThreads(profile, instanceExternalId)) {
    const other = await book.profile(threadId);
    const link = other === undefined ? undefined : presentLink(other.doc);
    const contact = link === undefined ? undefined : (await book.resolve(link.contactId))?.doc;
    const isFree = contact?.state === "active" && !isRefused(profile, contact) && !isFormer(profile, contact);
    if (isFree) return contact;
  }
  return undefined;
}

/** A former owner of the number may still have it in their record: it is not theirs any more. */
async function byPhone(book: ContactBook, profile: Profile): Promise<Contact[]> {
  const { phone } = profile.customer;
  if (phone === undefined) return [];
  const found = await book.byPhone(phone, { mobileOnly: true });
  return found.filter((contact) => !isFormer(profile, contact));
}

const isRefused = ({ refused }: Profile, contact: Contact): boolean =>
  refused.some((id) => standsFor(contact, id));

const isFormer = ({ links }: Profile, contact: Contact): boolean =>
  links.some(({ to, contactId }) => to !== undefined && standsFor(contact, contactId));

/** Merged contacts are meant with the one that counts. */
const standsFor = ({ contactId, merged }: Contact, id: string): boolean =>
  contactId === id || merged.includes(id);
