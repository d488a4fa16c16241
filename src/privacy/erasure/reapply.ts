import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import type { ContainerName, Store } from "../../core/store";
import type { Person, PersonThread } from "../person";
import { createErasureDocs, type ErasureDoc, type ReceiptDoc } from "./erasureDocs";
import { noCounts } from "./preview";
import type { Pseudonyms } from "./pseudonyms";
import { toErasure } from "./toErasure";

const PAGE = 500;

/**
 * A store was restored from a backup that is older than these receipts: whom they are about is found by pseudonym, and
 * erased again under the same id. A receipt that the store has, or is at, needs nothing. How many were begun.
 */
export async function reapply(
  { store, book, pseudonyms }: { store: Store; book: Pick<ContactBook, "profile">; pseudonyms: Pseudonyms },
  receipts: readonly ReceiptDoc[],
): Promise<number> {
  const docs = createErasureDocs(store);
  const missing: ReceiptDoc[] = [];
  for (const receipt of receipts)
    if ((await docs.receipt(receipt.id)) === undefined && (await docs.read(receipt.id)) === undefined)
      missing.push(receipt);
  if (missing.length === 0) return 0;
  const contacts = await matches(store, "contacts", {
    wanted: new Set(missing.flatMap((receipt) => receipt.contacts)),
    idOf: (partition) => (partition.startsWith("contact~") ? partition.slice("contact~".length) : undefined),
    aliasOf: pseudonyms.contact,
  });
  const threads = await matches(store, "threads", {
    wanted: new Set(missing.flatMap((receipt) => receipt.threads.map(({ alias }) => alias))),
    idOf: (partition) => partition,
    aliasOf: pseudonyms.thread,
  });
  for (const receipt of missing)
    await docs.create(await toAgain({ store, book, pseudonyms }, receipt, { contacts, threads }));
  return missing.length;
}

/** Pseudonym -> id, of what is there. Everything is looked through once: a pseudonym does not tell what it stands for. */
async function matches(
  store: Store,
  container: ContainerName,
  find: {
    wanted: ReadonlySet<string>;
    idOf(partition: string): string | undefined;
    aliasOf(id: string): string;
  },
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  for (let cursor: string | undefined; find.wanted.size > 0; ) {
    const page = await store.feed(container, cursor, PAGE);
    for (const { partition } of page.changes) {
      if (seen.has(partition)) continue;
      seen.add(partition);
      const id = find.idOf(partition);
      const alias = id === undefined ? undefined : find.aliasOf(id);
      if (id !== undefined && alias !== undefined && find.wanted.has(alias)) found.set(alias, id);
    }
    cursor = page.cursor;
    if (page.changes.length === 0) break;
  }
  return found;
}

async function toAgain(
  { store, book, pseudonyms }: { store: Store; book: Pick<ContactBook, "profile">; pseudonyms: Pseudonyms },
  receipt: ReceiptDoc,
  { contacts, threads }: { contacts: Map<string, string>; threads: Map<string, string> },
): Promise<ErasureDoc> {
  const person: Person = { contacts: [], threads: [] };
  for (const alias of receipt.contacts) {
    const id = contacts.get(alias);
    const contact = id && (await store.read<Contact>("contacts", `contact~${id}`, "contact"))?.doc;
    if (contact) person.contacts.push(contact);
  }
  for (const { alias, part } of receipt.threads) {
    const threadId = threads.get(alias);
    if (threadId === undefined) continue;
    const profile = (await book.profile(threadId))?.doc;
    const thread: PersonThread = { threadId, part, ...(profile && { profile }) };
    person.threads.push(thread);
  }
  const { id, by, at, counts } = receipt;
  return {
    ...toErasure(person, { id, by, at, reason: "restored", counts: counts ?? noCounts(), pseudonyms }),
    pseudonym: receipt.pseudonym,
    // What the receipt says of places that the backup does not have.
    again: { contacts: receipt.contacts, threads: receipt.threads, channels: receipt.channels },
  };
}
