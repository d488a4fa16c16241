import type { Store } from "../../core/store";
import { familyOf, resolveContact } from "../book/records";
import { listTickets } from "./list";

/** Under which contacts the tickets of one may stand: its own id, and those of contacts that were merged into it. */
export async function idsOfContact(store: Store, contactId: string): Promise<string[]> {
  const contact = await resolveContact(store, contactId);
  if (contact === undefined) return [contactId];
  return (await familyOf(store, contact.doc)).map((each) => each.contactId);
}

/** So many tickets a contact has, with those merged into it; counting ends at `most`. Throws StoreError. */
export async function countTickets(store: Store, contactId: string, most: number): Promise<number> {
  let count = 0;
  for (const id of await idsOfContact(store, contactId)) {
    if (count >= most) break;
    count += (await listTickets(store, { contactId: id, limit: most - count })).items.length;
  }
  return count;
}
