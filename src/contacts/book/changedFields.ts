import { isDeepStrictEqual } from "node:util";
import type { Contact } from "../../core/contact";
import { fieldsOf } from "../../core/contactSchema";

/** Names of the fields in which two versions differ, with "state"; an empty list is as good as none. */
export function changedFields(before: Contact | undefined, after: Contact): string[] {
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
