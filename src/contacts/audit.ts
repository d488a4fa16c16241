import { type AuditDoc, writeAudit } from "../core/audit";
import { hashId } from "../core/ids";
import type { RecordEvent, RecordEventType } from "../core/owed";
import type { Store } from "../core/store";

const ACTIONS: Partial<Record<RecordEventType, AuditDoc["action"]>> = {
  "contact.created": "create",
  "contact.changed": "change",
  "contact.linked": "link",
  "contact.unlinked": "unlink",
  "contact.merged": "merge",
  "contact.unmerged": "unmerge",
};

/**
 * The audit entry of what a person or the configuration file did to a contact: who, which contact, which fields. Never a
 * value: the audit outlives the person's data. What rules, plugins and the system do by themselves is in the traces. One
 * entry for each event, however often it is told. Throws StoreError.
 */
export async function auditRecord(store: Store, event: RecordEvent): Promise<void> {
  const entry = toEntry(event);
  if (entry !== undefined) await writeAudit(store, entry, "recordAudit");
}

function toEntry({ id, type, at, contactId, by, ...event }: RecordEvent): AuditDoc | undefined {
  const action = ACTIONS[type];
  if (action === undefined || contactId === undefined || by === undefined) return undefined;
  if (by.kind !== "agent" && by.kind !== "file") return undefined;
  const { changed, threadId, mergedInto } = event;
  return {
    id: hashId("a", id),
    type: "audit",
    at,
    by: by.kind === "file" ? "file" : by.id,
    source: by.kind === "file" ? "file" : "console",
    action,
    kind: "contacts",
    objectId: contactId,
    revision: event.version ?? 0,
    after: {
      ...(changed === undefined ? {} : { fields: changed }),
      ...(threadId === undefined ? {} : { profile: threadId }),
      ...(mergedInto === undefined ? {} : { mergedInto }),
    },
  };
}
