import { type AuditDoc, writeAudit } from "../core/audit";
import type { Clock } from "../core/clock";
import { newId } from "../core/ids";
import type { Store } from "../core/store";

/** Audit entries of exports and erasures. Throws StoreError: what cannot be written down is not handed out. */
export function createPersonAudit({ store, clock }: { store: Store; clock: Clock }) {
  return async ({ by, action, objectId }: { by: string; action: "export" | "erase"; objectId: string }) => {
    const at = clock.now();
    const entry: AuditDoc = {
      ...{ id: newId("a"), type: "audit", at, by, action, source: "console" },
      ...{ kind: "privacy", objectId, revision: 0 },
    };
    await writeAudit(store, entry, "privacyAudit");
  };
}
