import { createHmac, randomBytes } from "node:crypto";
import { StoreError } from "../../core/errors";
import type { Doc, Store } from "../../core/store";

interface KeyDoc extends Doc {
  type: "key";
  /** base64url, 32 bytes. */
  value: string;
}

/** What stands for an erased person: the same for the same, and nobody without the key can tell who it was. */
export interface Pseudonyms {
  /** Of a contact: "p~…". */
  contact(contactId: string): string;
  /** Of a thread: "e~…"; it is no thread's id. */
  thread(threadId: string): string;
  /** Proof that a text is ours. */
  sign(text: string): string;
  /** base64url: a restored store needs it to recognise whom its receipts are about. */
  readonly key: string;
}

/**
 * The pseudonyms of this deployment. The key is made once and kept in the store; `known` is the one of an older store
 * that this one was restored from, which had none yet. Throws StoreError.
 */
export async function openPseudonyms(store: Store, known?: string): Promise<Pseudonyms> {
  const kept = await store.read<KeyDoc>("leases", "keys", "privacy");
  if (kept !== undefined) return toPseudonyms(kept.doc.value);
  const value = known ?? randomBytes(32).toString("base64url");
  const doc: KeyDoc = { id: "privacy", type: "key", value };
  if ((await store.batch("leases", "keys", [{ do: "create", doc }], "privacyKey")).ok)
    return toPseudonyms(value);
  // Another server was first.
  const theirs = await store.read<KeyDoc>("leases", "keys", "privacy");
  if (theirs === undefined)
    throw new StoreError("STORE_UNAVAILABLE", "The key of pseudonyms cannot be read.");
  return toPseudonyms(theirs.doc.value);
}

export function toPseudonyms(value: string): Pseudonyms {
  const key = Buffer.from(value, "base64url");
  const hash = (kind: string, text: string): string =>
    createHmac("sha256", key).update(`${kind}\u0000${text}`).digest("base64url").slice(0, 27);
  return {
    contact: (contactId) => `p~${hash("contact", contactId)}`,
    thread: (threadId) => `e~${hash("thread", threadId)}`,
    sign: (text) => hash("sign", text),
    key: value,
  };
}
