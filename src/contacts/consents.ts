import type { ConsentRecord } from "../core/consent";
import type { Store } from "../core/store";

/** The partition of a profile, and of what its person was told and agreed to. */
export const profileKey = (threadId: string): string => `profile~${threadId}`;

/** Keeps what a person was told or said; a repeated step keeps it once. Throws StoreError. */
export async function keepConsent(store: Store, record: ConsentRecord): Promise<void> {
  await store.batch("contacts", profileKey(record.threadId), [{ do: "create", doc: record }], "consent");
}
