import type { Store } from "../../core/store";
import { familyOf, resolveContact } from "../book/records";

/** Under which contacts the tickets of one may stand: its own id, and those of contacts that were merged into it. */
export async function idsOfContact(store: Store, contactId: string): Promise<string[]> {
  const contact = await resolveContact(store, contactId);
  if (contact === undefined) return [contactId];
  return (await familyOf(store, contact.doc)).map((each) => each.contactId);
}
