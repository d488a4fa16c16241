import { type AuditDoc, writeAudit } from "../core/audit";
import type { Clock } from "../core/clock";
import { newId } from "../core/ids";
import type { Store } from "../core/store";

/** How somebody proved who they are. */
export type Way = "password" | "token" | "demo" | "oidc" | "appService" | "link";

export interface SignInEntry {
  /** Who did it; "unknown" when nobody proved who they are. */
  by: string;
  action: AuditDoc["action"];
  kind: "signIn" | "tokens";
  /** Agent or token; "unknown" for a name that is none of ours. */
  objectId: string;
  /** Ids, roles and words of ours; never a name, an address or a secret. */
  after?: object;
}

/** Writes entries of sign-in. Throws StoreError: nobody gets in unseen. */
export function createSignInAudit({ store, clock }: { store: Store; clock: Clock }) {
  return async (entry: SignInEntry): Promise<void> => {
    const at = clock.now();
    const doc: AuditDoc = { ...entry, id: newId("a"), type: "audit", at, source: "console", revision: 0 };
    await writeAudit(store, doc, "signInAudit");
  };
}
