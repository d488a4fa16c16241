import type { Contact } from "../../core/contact";
import { NotFound } from "../../core/errors";
import type { Doc, Store, Stored } from "../../core/store";
import { contactKey } from "./keys";

/** Longer chains of merges than any that people make; a ring would never end. */
const MOST_HOPS = 50;

export function readContact(store: Store, contactId: string): Promise<Stored<Contact> | undefined> {
  return store.read<Contact>("contacts", contactKey(contactId), "contact");
}

/** Throws NotFound. */
export async function needContact(store: Store, contactId: string): Promise<Stored<Contact>> {
  return (await readContact(store, contactId)) ?? missing("contact");
}

export function missing(what: "contact" | "profile" | "merge"): never {
  throw new NotFound("NOT_FOUND", `There is no such ${what}.`);
}

/** The contact that counts: follows merges. */
export async function resolveContact(store: Store, contactId: string): Promise<Stored<Contact> | undefined> {
  let found = await readContact(store, contactId);
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    if (found?.doc.state !== "merged" || found.doc.mergedInto === undefined) return found;
    found = await readContact(store, found.doc.mergedInto);
  }
  return undefined;
}

/** The contact with all that stand for it, themselves or through others; itself first. */
export async function familyOf(store: Store, contact: Contact): Promise<Contact[]> {
  const family = [contact];
  for (const member of family) {
    const found = await Promise.all(member.merged.map((id) => readContact(store, id)));
    // The one that stands for another is the truth; the other's list only finds it.
    for (const other of found)
      if (other?.doc.state === "merged" && other.doc.mergedInto === member.contactId) family.push(other.doc);
  }
  return family;
}

/** Documents of a partition whose ids begin so, all of them. */
export async function allBeginning<T extends Doc>(
  store: Store,
  partition: string,
  beginning: string,
): Promise<Stored<T>[]> {
  const found: Stored<T>[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query<T>("contacts", "all", {
      partition,
      ...rangeOf(beginning),
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** Bounds of all ids that begin so. `after` is no id of ours: each goes on after its beginning. */
export const rangeOf = (beginning: string): { after: string; upTo: string } => ({
  after: beginning,
  upTo: `${beginning}\u{10ffff}`,
});
