import { randomBytes } from "node:crypto";
import { StoreError } from "../core/errors";
import type { Doc, Store } from "../core/store";

interface KeyDoc extends Doc {
  type: "key";
  /** base64url, 32 bytes. */
  value: string;
}

/**
 * The key that media addresses are signed with: made once and kept in the store, so that all servers share it and a
 * restart breaks no address. Who can read it can read the files' messages as well. Throws StoreError.
 */
export async function mediaKey(store: Store): Promise<Buffer> {
  const known = await store.read<KeyDoc>("leases", "keys", "media");
  if (known !== undefined) return Buffer.from(known.doc.value, "base64url");
  const doc: KeyDoc = { id: "media", type: "key", value: randomBytes(32).toString("base64url") };
  const made = await store.batch("leases", "keys", [{ do: "create", doc }], "mediaKey");
  if (made.ok) return Buffer.from(doc.value, "base64url");
  // Another server was first.
  const theirs = await store.read<KeyDoc>("leases", "keys", "media");
  if (theirs === undefined) throw new StoreError("STORE_UNAVAILABLE", "The key for media cannot be read.");
  return Buffer.from(theirs.doc.value, "base64url");
}
