import { contactKey } from "../../contacts/book/keys";
import { bringInLine } from "../../contacts/book/lookups";
import { owe } from "../../contacts/book/owing";
import type { Contact } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { hashId } from "../../core/ids";
import { hasHead } from "../person";
import type { PrivacyPorts } from "../ports";
import { eraseAudit } from "./eraseAudit";
import { eraseContact, erasePartOfProfile, eraseProfile, eraseProfileRef, takeContact } from "./eraseRecords";
import { eraseTickets } from "./eraseTickets";
import { createErasureDocs, type ErasureDoc } from "./erasureDocs";
import type { Pseudonyms } from "./pseudonyms";

/** Of whom it is not known since when they are there: nothing of ours is older. */
const LONGEST_MS = 3_650 * 24 * 60 * 60 * 1000;

/** What a thread waits for, in words. */
const WAITS = {
  sending: "A message is on its way to its platform.",
  steps: "A step of the conversation is still under way.",
  busy: "The customer goes on writing.",
} as const;

/**
 * The steps of an erasure. Each may be done again from its beginning: a killed server leaves one half done. They return the
 * changed erasure, with `waiting` when the step cannot be finished yet.
 */
export function createSteps(
  ports: PrivacyPorts,
  book: Pick<ContactBook, "profile" | "read">,
  names: Pseudonyms,
) {
  const { store, clock } = ports;
  const docs = createErasureDocs(store);

  async function profilesGo({ threads, contactIds }: ErasureDoc): Promise<void> {
    for (const { threadId, part } of threads) {
      const alias = names.thread(threadId);
      if (part !== "all") {
        await erasePartOfProfile(store, { threadId, part, alias }, contactIds);
        continue;
      }
      const links = (await book.profile(threadId))?.doc.links ?? [];
      for (const { contactId } of links) await eraseProfileRef(store, contactId, threadId);
      await eraseProfile(store, threadId, alias);
    }
  }

  /** Webhooks and plugins hear of it, so that others can erase their copies. */
  async function tell(id: string, contactId: string, at: number): Promise<void> {
    const key = contactKey(contactId);
    const event = { id: hashId("event", id, contactId), type: "contact.erased" as const, at, contactId };
    const owed = { ...owe(key, at, { kind: "tell", event }), id: `owed~${event.id}` };
    await store.batch("contacts", key, [{ do: "create", doc: owed }], "eraseRecords");
  }

  /** What was found under which the contacts stand is known to the erasure, before it is looked for in vain. */
  async function keepKeys(id: string, keys: readonly string[], found: readonly string[]) {
    const all = [...new Set([...keys, ...found])];
    if (all.length === keys.length) return keys;
    await docs.change(id, (known) => ({ ...known, keys: all }));
    return all;
  }

  /** A contact that was made by itself while its thread was not erased yet is this person, too. */
  async function lateContacts(erasure: ErasureDoc, threadId: string): Promise<Contact[]> {
    if (erasure.contactIds.length === 0) return [];
    const late: Contact[] = [];
    for (const { contactId } of (await book.profile(threadId))?.doc.links ?? []) {
      const contact = (await book.read(contactId))?.doc;
      if (contact !== undefined && contact.createdAt >= erasure.at && contact.createdBy.kind !== "agent")
        late.push(contact);
    }
    return late;
  }

  /** What was written back before the thread was erased. Whoever has begun anew since keeps their new profile. */
  async function dropLate(erasure: ErasureDoc, threadId: string): Promise<ErasureDoc> {
    if (await hasHead(store, threadId)) return erasure;
    let { keys } = erasure;
    for (const late of await lateContacts(erasure, threadId)) {
      keys = await keepKeys(erasure.id, keys, late.keys);
      await eraseContact(store, late.contactId, keys);
    }
    await eraseProfile(store, threadId, names.thread(threadId));
    return { ...erasure, keys };
  }

  return {
    async contacts(erasure: ErasureDoc): Promise<ErasureDoc> {
      await profilesGo(erasure);
      let { keys } = erasure;
      for (const contactId of erasure.contactIds) {
        await takeContact(store, contactId, async (found) => {
          keys = await keepKeys(erasure.id, keys, found);
        });
        await eraseContact(store, contactId, keys);
        await tell(erasure.id, contactId, erasure.at);
      }
      return { ...erasure, keys };
    },

    async threads(erasure: ErasureDoc): Promise<ErasureDoc> {
      const done: string[] = [];
      let waiting: string | undefined;
      let known = erasure;
      for (const { threadId, part, ...thread } of erasure.threads) {
        if (thread.done) continue;
        const result = await ports.pipeline.eraser.erase(threadId, part, names.thread(threadId));
        if (result !== "done") {
          waiting = WAITS[result];
          continue;
        }
        // Now, not when the other threads are done: by then the customer may write again and find it.
        if (part === "all") known = await dropLate(known, threadId);
        done.push(threadId);
      }
      const threads = erasure.threads.map((thread) =>
        done.includes(thread.threadId) ? { ...thread, done: true as const } : thread,
      );
      return { ...known, threads, ...(waiting === undefined ? {} : { waiting }) };
    },

    /** What came back between the first two steps; whoever wrote after them keeps their new profile. */
    async profiles(erasure: ErasureDoc): Promise<ErasureDoc> {
      let known = erasure;
      for (const { threadId, part } of erasure.threads)
        if (part === "all") known = await dropLate(known, threadId);
      for (const contactId of erasure.contactIds)
        await bringInLine(store, { kind: "index", contactId, keys: known.keys });
      return known;
    },

    async tickets(erasure: ErasureDoc): Promise<ErasureDoc> {
      await eraseTickets(store, erasure);
      return erasure;
    },

    /** All together: each day of the audit is read once for everybody. */
    async audit(erasures: readonly ErasureDoc[]): Promise<ErasureDoc[]> {
      const people = erasures.map((erasure) => ({
        since: erasure.since ?? clock.now() - LONGEST_MS,
        aliases: aliasesOf(erasure, names),
      }));
      const found = await eraseAudit(store, clock.now(), people);
      return erasures.map((erasure, index) => ({
        ...erasure,
        counts: {
          ...erasure.counts,
          auditEntries: erasure.counts.auditEntries + (found[index] ?? 0),
        },
      }));
    },
  };
}

const aliasesOf = ({ contactIds, threads }: ErasureDoc, names: Pseudonyms): Map<string, string> =>
  new Map([
    ...contactIds.map((id) => [id, names.contact(id)] as const),
    ...threads
      .filter(({ part }) => part === "all")
      .map(({ threadId }) => [threadId, names.thread(threadId)] as const),
  ]);
