import type { ConsentRecord } from "../../core/consent";
import { hashId } from "../../core/ids";
import type { Owed } from "../../core/owed";
import type { Page, Store } from "../../core/store";
import { OWED_GRACE_MS } from "../owed";

/** The partition of a profile, and of what its person was told and agreed to. */
export const profileKey = (threadId: string): string => `profile~${threadId}`;

/** The id of a record: sorts by time, and is the same when its message is worked again. */
export const consentId = (kind: ConsentRecord["kind"], messageId: string, at: number): string =>
  `consent~${String(Math.max(0, Math.trunc(at))).padStart(15, "0")}~${hashId("", kind, messageId)}`;

/**
 * Keeps what a person was told or said, and owes it to those who want to hear; a repeated step keeps it once. Throws
 * StoreError.
 */
export async function keepConsent(store: Store, record: ConsentRecord): Promise<void> {
  const key = profileKey(record.threadId);
  const ops = [record, toTold(record, key)].map((doc) => ({ do: "create" as const, doc }));
  await store.batch("contacts", key, ops, "consent");
}

/** One record; undefined when there is none (any more). Throws StoreError. */
export async function readConsent(
  store: Store,
  threadId: string,
  id: string,
): Promise<ConsentRecord | undefined> {
  return (await store.read<ConsentRecord>("contacts", profileKey(threadId), id))?.doc;
}

/** What the customer of a thread was told, agreed to or refused; the oldest first. Throws StoreError. */
export async function listConsents(
  store: Store,
  threadId: string,
  { limit = 100, cursor }: { limit?: number; cursor?: string } = {},
): Promise<Page<ConsentRecord>> {
  const page = await store.query<ConsentRecord>("contacts", "all", {
    partition: profileKey(threadId),
    after: "consent~",
    upTo: "consent~~",
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const items = page.items.map(({ doc }) => doc);
  return page.next === undefined ? { items } : { items, next: page.next };
}

function toTold(record: ConsentRecord, key: string): Owed {
  const { id, threadId, conversationId, contactId, at } = record;
  return {
    id: `owed~tell~${id}`,
    type: "owed",
    key,
    due: at + OWED_GRACE_MS,
    attempts: 0,
    step: {
      kind: "tell",
      event: {
        id: hashId("consent", threadId, id),
        type: "consent.changed",
        at,
        threadId,
        consentId: id,
        ...(conversationId === undefined ? {} : { conversationId }),
        ...(contactId === undefined ? {} : { contactId }),
      },
    },
  };
}
