import { isDeepStrictEqual } from "node:util";
import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import type { OwedStep } from "../../core/owed";
import type { Doc, Op, Store } from "../../core/store";
import { emailKey, phoneKey, placeOf, wordsIn } from "./keys";
import { readPhone } from "./phone";
import { readContact, resolveContact } from "./records";

/** A look-up document: in the partition of a key, it names a contact that had the key when it was written. */
export interface Lookup extends Doc {
  type: "lookup";
  contactId: string;
  /** Of a word: all words of the contact, so that a search reads only the contacts that fit. */
  words?: readonly string[];
}

const MOST_FOUND = 10;
/** Of one number or address; a company's switchboard may have many. */
const MOST_READ = 200;
const AT_ONCE = 16;
const MOST_ROUNDS = 20;

/**
 * The owed step "index": the contact's look-ups stand, others of `keys` are gone. It looks again after it has written, for a
 * slower one of two must not bring back what the quicker took away.
 */
export async function bringInLine(
  store: Store,
  { contactId, keys }: Extract<OwedStep, { kind: "index" }>,
): Promise<void> {
  const ever = new Set(keys);
  let wanted: readonly string[] | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const now = (await readContact(store, contactId))?.doc.keys ?? [];
    if (isDeepStrictEqual(now, wanted)) return;
    for (const key of now) ever.add(key);
    wanted = now;
    await write(store, contactId, { wanted, gone: [...ever].filter((key) => !now.includes(key)) });
  }
}

async function write(
  store: Store,
  contactId: string,
  { wanted, gone }: { wanted: readonly string[]; gone: readonly string[] },
): Promise<void> {
  const words = wordsIn(wanted);
  const shelves = new Map<string, Op[]>();
  const put = (key: string, toOp: (id: string) => Op): void => {
    const { partition, id } = placeOf(key, contactId);
    const ops = shelves.get(partition) ?? [];
    shelves.set(partition, [...ops, toOp(id)]);
  };
  for (const key of wanted)
    put(key, (id) => ({
      do: "upsert",
      doc: toLookup(id, contactId, partitionHasWords(key) ? words : undefined),
    }));
  // One by one: a batch with a deletion of what is gone already would be refused.
  const deletions = gone.map((key): [string, Op[]] => {
    const { partition, id } = placeOf(key, contactId);
    return [partition, [{ do: "delete", id }]];
  });
  const batches = [...shelves, ...deletions];
  for (let at = 0; at < batches.length; at += AT_ONCE)
    await Promise.all(
      batches
        .slice(at, at + AT_ONCE)
        .map(([partition, ops]) => store.batch("contacts", partition, ops, "index")),
    );
}

const partitionHasWords = (key: string): boolean => wordsIn([key]).length > 0;

function toLookup(id: string, contactId: string, words: readonly string[] | undefined): Lookup {
  return { id, type: "lookup", contactId, ...(words === undefined ? {} : { words }) };
}

/** Contacts by phone number or e-mail address; each is read, for a look-up may be behind. */
export function createLookups(store: Store): Pick<ContactBook, "byPhone" | "byEmail"> {
  async function active(key: string, has: (contact: Contact) => boolean): Promise<Contact[]> {
    const { items } = await store.query<Lookup>("contacts", "all", { partition: key, limit: MOST_READ });
    const found = new Map<string, Contact>();
    for (const { doc } of items) {
      const contact = (await resolveContact(store, doc.contactId))?.doc;
      if (contact?.state === "active" && has(contact)) found.set(contact.contactId, contact);
      if (found.size >= MOST_FOUND) break;
    }
    return [...found.values()];
  }

  return {
    async byPhone(given, { mobileOnly = false } = {}) {
      const read = await readPhone(given);
      if ("fault" in read) return [];
      return active(phoneKey(read.number), ({ phones }) =>
        phones.some(({ number, kind }) => number === read.number && (!mobileOnly || kind === "mobile")),
      );
    },
    async byEmail(given) {
      const address = given.trim().toLowerCase();
      return address === "" ? [] : active(emailKey(address), ({ emails }) => emails.includes(address));
    },
  };
}
