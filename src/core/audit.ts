import { isoTime } from "./clock";
import type { SettingsKind } from "./settings";
import type { Doc, Store } from "./store";

/** What an audit entry may tell of. Those from `signIn` on are about ways in, not about settings. */
export const AUDIT_ACTIONS = [
  "create",
  "change",
  "delete",
  "export",
  "erase",
  "link",
  "unlink",
  "merge",
  "unmerge",
  "signIn",
  "signInFailed",
  "signOutEverywhere",
  "invite",
  "setUp",
  "changePassword",
] as const;

/** A finished audit entry, in the `audit` container under its day. */
export interface AuditDoc extends Doc {
  type: "audit";
  at: number;
  /** Id of an agent or a machine token; "operator", "file", "system", or "unknown" where nobody proved who they are. */
  by: string;
  action: (typeof AUDIT_ACTIONS)[number];
  source: "console" | "file";
  kind: SettingsKind | "contacts" | "privacy" | "signIn" | "tokens";
  objectId: string;
  revision: number;
  /** Values carry secret references, never secrets; of contacts, the names of fields and nothing more. */
  before?: unknown;
  after?: unknown;
}

/** Writes a finished entry, once however often it is tried. `purpose`: of the store operation. Throws StoreError. */
export async function writeAudit(store: Store, entry: AuditDoc, purpose: string): Promise<void> {
  await store.batch("audit", isoTime(entry.at).slice(0, 10), [{ do: "create", doc: entry }], purpose);
}
