import { isDeepStrictEqual } from "node:util";
import type { AuditDoc } from "../core/audit";
import { type Clock, isoTime } from "../core/clock";
import type { Contact } from "../core/contact";
import { fieldsOf } from "../core/contactSchema";
import { messageOf } from "../core/errors";
import { hashId } from "../core/ids";
import type { Log } from "../core/log";
import type { Store } from "../core/store";

const RETRY_MS = 15_000;

interface ContactChange {
  by: string;
  action: AuditDoc["action"];
  before: Contact | undefined;
  after: Contact;
}

/**
 * Audit entries of contacts: who, which contact, which fields. Never a value: the audit outlives the person's data. One for
 * each version, however often it is tried; a store that fails meanwhile delays it.
 */
export function createContactAudit({ store, clock, log }: { store: Store; clock: Clock; log: Log }) {
  async function write(entry: AuditDoc): Promise<void> {
    try {
      const day = isoTime(entry.at).slice(0, 10);
      await store.batch("audit", day, [{ do: "create", doc: entry }], "settings");
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        "an audit entry of a contact could not be written yet; trying again",
      );
      clock.after(RETRY_MS, () => void write(entry));
    }
  }

  return {
    /** Ends when it is written, or will be tried again. Never throws. */
    async record({ by, action, before, after }: ContactChange): Promise<void> {
      const changed = changedFields(before, after);
      await write({
        id: hashId("a", "contact", after.contactId, String(after.version)),
        type: "audit",
        at: clock.now(),
        by,
        source: "console",
        action,
        kind: "contacts",
        objectId: after.contactId,
        revision: after.version,
        after: { fields: changed },
      });
    },
  };
}
export type ContactAudit = ReturnType<typeof createContactAudit>;

/** An empty list is as good as none. */
function changedFields(before: Contact | undefined, after: Contact): string[] {
  const was = before === undefined ? {} : filled(before);
  const is = filled(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = names.filter((name) => !isDeepStrictEqual(was[name], is[name]));
  return [...changed, ...(before !== undefined && before.state !== after.state ? ["state"] : [])].sort();
}

function filled(contact: Contact): Record<string, unknown> {
  const entries = Object.entries(fieldsOf(contact));
  return Object.fromEntries(
    entries.filter(([, value]) => typeof value !== "object" || Object.keys(value).length > 0),
  );
}
