import { contactKey } from "../../contacts/book/keys";
import { bringInLine } from "../../contacts/book/lookups";
import { readContact } from "../../contacts/book/records";
import { profileKey } from "../../contacts/consent/consents";
import type { ConsentRecord } from "../../core/consent";
import type { Profile } from "../../core/contactBook";
import { StoreError } from "../../core/errors";
import type { Owed } from "../../core/owed";
import type { Doc, Op, Store, Stored } from "../../core/store";
import { transact } from "../../core/transact";
import { isIn, type ThreadPart } from "../../pipeline/erase/threadPart";

const PAGE = 100;
const MOST_RACES = 100;

/**
 * Takes a contact away, so that nobody changes it any more. `keep` makes every key durable that it may stand under, also
 * those of look-ups that are still owed, before the contact is gone. Done twice is done once; throws StoreError.
 */
export async function takeContact(
  store: Store,
  contactId: string,
  keep: (keys: readonly string[]) => Promise<void>,
): Promise<void> {
  const key = contactKey(contactId);
  for (let race = 0; race < MOST_RACES; race++) {
    const stored = await readContact(store, contactId);
    // Read after the contact: a change in between makes its deletion fail.
    await keep([...(stored?.doc.keys ?? []), ...(await owedKeys(store, key))]);
    if (stored === undefined) return;
    const op: Op = { do: "delete", id: stored.doc.id, etag: stored.etag };
    if ((await store.batch("contacts", key, [op], "eraseRecords")).ok) return;
  }
  throw new StoreError("STORE_UNAVAILABLE", `An erasure lost ${MOST_RACES} races in a row for a contact.`);
}

async function owedKeys(store: Store, partition: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of pagesOf(store, partition))
    for (const { doc } of page) {
      const { step } = doc as Owed;
      if (doc.type === "owed" && step.kind === "index") keys.push(...step.keys);
    }
  return keys;
}

/** A contact with its look-ups, its merges and what it owes. Done twice is done once; throws StoreError. */
export async function eraseContact(store: Store, contactId: string, keys: readonly string[]): Promise<void> {
  await dropPartition(store, contactKey(contactId), () => true);
  // Without its contact a look-up is not written any more: what stands is taken away.
  await bringInLine(store, { kind: "index", contactId, keys });
}

/** What else lists a profile that goes: its contact's partition. */
export async function eraseProfileRef(store: Store, contactId: string, threadId: string): Promise<void> {
  const op: Op = { do: "delete", id: `profile~${threadId}` };
  await store.batch("contacts", contactKey(contactId), [op], "eraseRecords");
}

/**
 * A profile with what its person was told and agreed to. Of the latter a proof stays under the pseudonym: what, which
 * version, when. Done twice is done once.
 */
export async function eraseProfile(store: Store, threadId: string, alias: string): Promise<void> {
  const key = profileKey(threadId);
  for await (const page of pagesOf(store, key))
    for (const { doc } of page)
      if (doc.type === "consent") await keepProof(store, doc as ConsentRecord, alias);
  await dropPartition(store, key, () => true);
}

/** The same for a profile that is somebody else's by now: only what was theirs. */
export async function erasePartOfProfile(
  store: Store,
  { threadId, part, alias }: { threadId: string; part: Exclude<ThreadPart, "all">; alias: string },
  contactIds: readonly string[],
): Promise<void> {
  const key = profileKey(threadId);
  const isTheirs = (record: ConsentRecord) =>
    record.conversationId !== undefined && isIn(part, record.conversationId);
  for await (const page of pagesOf(store, key))
    for (const { doc } of page)
      if (doc.type === "consent" && isTheirs(doc as ConsentRecord))
        await keepProof(store, doc as ConsentRecord, alias);
  await dropPartition(
    store,
    key,
    (doc) =>
      (doc.type === "consent" && isTheirs(doc as ConsentRecord)) ||
      (doc.type === "owed" && names(doc, contactIds)),
  );
  await unlinkProfile(store, { threadId, part }, contactIds);
}

async function unlinkProfile(
  store: Store,
  { threadId, part }: { threadId: string; part: Exclude<ThreadPart, "all"> },
  contactIds: readonly string[],
): Promise<void> {
  await transact(store, "contacts", profileKey(threadId), "eraseRecords", async (tx) => {
    const profile = await tx.read<Profile>("profile");
    if (profile === undefined) return;
    const last = profile.links.at(-1);
    // What the platform told last was of them, unless somebody else has it by now.
    const isTheirs =
      last === undefined ||
      contactIds.includes(last.contactId) ||
      part.some(({ to }) => to === Number.MAX_SAFE_INTEGER);
    if (!isTheirs && !names(profile, contactIds)) return;
    tx.put<Profile>({
      ...profile,
      customer: isTheirs ? { id: profile.customer.id } : profile.customer,
      links: profile.links.filter(({ contactId }) => !contactIds.includes(contactId)),
      refused: profile.refused.filter((contactId) => !contactIds.includes(contactId)),
      version: profile.version + 1,
    });
  });
}

interface ConsentProof extends Doc {
  type: "consentProof";
  kind: ConsentRecord["kind"];
  noticeId?: string;
  version?: string;
  language?: string;
  at: number;
}

async function keepProof(store: Store, record: ConsentRecord, alias: string): Promise<void> {
  const { kind, noticeId, version, language, at } = record;
  const doc: ConsentProof = {
    id: `${kind}~${at}`,
    type: "consentProof",
    kind,
    ...(noticeId === undefined ? {} : { noticeId }),
    ...(version === undefined ? {} : { version }),
    ...(language === undefined ? {} : { language }),
    at,
  };
  await store.batch("contacts", `proof~${alias}`, [{ do: "upsert", doc }], "eraseRecords");
}

async function* pagesOf(store: Store, partition: string): AsyncGenerator<Stored[]> {
  for (let cursor: string | undefined; ; ) {
    const page = await store.query("contacts", "all", {
      partition,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items;
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

async function dropPartition(store: Store, partition: string, isMeant: (doc: Doc) => boolean): Promise<void> {
  for await (const page of pagesOf(store, partition)) {
    const ops = page.filter(({ doc }) => isMeant(doc)).map(({ doc }): Op => ({ do: "delete", id: doc.id }));
    if (ops.length === 0) continue;
    if ((await store.batch("contacts", partition, ops, "eraseRecords")).ok) continue;
    // Something of it is gone already.
    for (const op of ops) await store.batch("contacts", partition, [op], "eraseRecords");
  }
}

const names = (doc: Doc, ids: readonly string[]): boolean => {
  const text = JSON.stringify(doc);
  return ids.some((id) => text.includes(JSON.stringify(id)));
};
