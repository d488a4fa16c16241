import type { Doc, Store } from "../../core/store";
import { dayOf, daysBefore, nextDay } from "../retention/progress";

interface AuditEntry extends Doc {
  at: number;
  objectId?: string;
  before?: unknown;
  after?: unknown;
}

/**
 * Audit entries that name one of these ids name its pseudonym, and hold nothing of what it was. How many. Each day's
 * partition is read, since nothing says on which days somebody changed a record. Throws StoreError.
 */
export async function eraseAudit(
  store: Store,
  now: number,
  aliases: ReadonlyMap<string, string>,
): Promise<number> {
  let count = 0;
  for (let day = daysBefore(dayOf(now), 36_500); day <= dayOf(now); day = nextDay(day))
    for (let cursor: string | undefined; ; ) {
      const page = await store.query<AuditEntry>("audit", "entries", {
        partition: day,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { doc, etag } of page.items) {
        const next = toErased(doc, aliases);
        if (next === doc) continue;
        await store.batch("audit", day, [{ do: "replace", doc: next, etag }], "eraseAudit");
        count += 1;
      }
      if (page.next === undefined) break;
      cursor = page.next;
    }
  return count;
}

function toErased(entry: AuditEntry, aliases: ReadonlyMap<string, string>): AuditEntry {
  const text = JSON.stringify(entry);
  const [, alias] = [...aliases].find(([id]) => text.includes(id)) ?? [];
  if (alias === undefined) return entry;
  const { before: _before, after: _after, ...kept } = entry;
  const named = JSON.stringify(kept);
  const replaced = [...aliases].reduce((out, [id, to]) => out.replaceAll(id, to), named);
  return { ...(JSON.parse(replaced) as AuditEntry), id: entry.id, before: null, after: null };
}
