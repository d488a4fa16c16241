import type { Contact } from "../../core/contact";
import type { Store } from "../../core/store";

/** Merges of merges: more in a row than people make. */
const MOST_MERGES = 20;

/** The contact that counts; merges are followed. Undefined when there is none. */
export async function contactOf(store: Store, contactId: string): Promise<Contact | undefined> {
  let id: string | undefined = contactId;
  for (let step = 0; step < MOST_MERGES && id !== undefined; step++) {
    const found: Contact | undefined = (await store.read<Contact>("contacts", `contact~${id}`, "contact"))
      ?.doc;
    if (found?.state !== "merged") return found;
    id = found.mergedInto;
  }
  return undefined;
}

/** Under which contacts the tickets of one may stand: its own id, and those of contacts that were merged into it. */
export async function idsOfContact(store: Store, contactId: string): Promise<string[]> {
  const contact = await contactOf(store, contactId);
  return [...new Set([contact?.contactId ?? contactId, ...(contact?.merged ?? [])])];
}
