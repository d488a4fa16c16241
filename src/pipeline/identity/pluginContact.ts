import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { Conflict, InputError, messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { CustomerFacts } from "../../core/plugin";
import type { FoundContact, PluginRecords } from "../../core/runningPlugins";

/** An external id is rarely the beginning of so many words that the one who has it is not among these. */
const MOST_FOUND = 200;

export interface PluginContactPorts {
  book: Pick<ContactBook, "search" | "resolve" | "create">;
  findContact: NonNullable<PluginRecords["findContact"]>;
  log: Log;
}

/**
 * Whom a plugin takes a customer for: the contact that has its external id, else one made of what it says. What cannot be
 * used is passed over and told. Throws StoreError.
 */
export async function askPlugins(
  { book, findContact, log }: PluginContactPorts,
  facts: CustomerFacts,
  newContactId: string,
): Promise<Contact | undefined> {
  const { threadId, conversationId } = facts;
  const { answer, faults } = await findContact(facts, `findContact~${conversationId}`);
  for (const fault of faults) log.warn({ threadId, fault }, "a plugin could not say who a customer is");
  if (answer === undefined) return undefined;
  const known = await byExternalId(book, answer.fields.externalId);
  if (known !== undefined) return known;
  try {
    return await make(book, answer, newContactId);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { plugin } = answer;
    log.warn({ threadId, plugin, error: messageOf(error) }, "a plugin's contact cannot be kept");
    return undefined;
  }
}

async function byExternalId(
  book: Pick<ContactBook, "search">,
  externalId: string | undefined,
): Promise<Contact | undefined> {
  if (externalId === undefined) return undefined;
  const found = await book.search(externalId, { limit: MOST_FOUND });
  return found.items.find((contact) => contact.externalId === externalId && contact.state === "active");
}

/** Made once for one id: a step that is repeated finds it. */
async function make(
  book: Pick<ContactBook, "resolve" | "create">,
  { plugin, fields }: FoundContact,
  contactId: string,
): Promise<Contact | undefined> {
  try {
    return (await book.create(fields, { kind: "plugin", id: plugin }, contactId)).doc;
  } catch (error) {
    if (error instanceof Conflict) return (await book.resolve(contactId))?.doc;
    throw error;
  }
}
