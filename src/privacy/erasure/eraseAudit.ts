import { threadOf, toConversationId } from "../../core/ids";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { dayOf, daysBefore, nextDay } from "../retention/progress";

interface AuditEntry extends Doc {
  at: number;
  kind?: string;
  objectId?: string;
  before?: unknown;
  after?: unknown;
}

type Aliases = ReadonlyMap<string, string>;

/** Entries of these may name a contact. In others the same word is an agent, a queue or a text. */
const OF_CONTACTS: ReadonlySet<string | undefined> = new Set(["contacts", "privacy"]);

/** Whom entries shall not name any more, and since when they may (ms). */
export interface AuditedPerson {
  since: number;
  /** Id -> pseudonym. */
  aliases: Aliases;
}

/**
 * Audit entries about one of these ids name its pseudonym, and hold nothing of what it was; where one is a value of an entry
 * about something else, only that value is replaced. Who did it stays. How many of each person. Each day's partition since
 * the first of them is read, since nothing says on which days somebody changed a record. Throws StoreError.
 */
export async function eraseAudit(
  store: Store,
  now: number,
  people: readonly AuditedPerson[],
): Promise<number[]> {
  const counts = people.map(() => 0);
  const aliases = new Map(people.flatMap((person) => [...person.aliases]));
  // Servers' clocks differ a little, and entries are written a little later than what they tell of.
  const first = daysBefore(dayOf(Math.min(...people.map(({ since }) => since))), 1);
  for (let day = first; people.length > 0 && day <= dayOf(now); day = nextDay(day))
    for (let cursor: string | undefined; ; ) {
      const page = await store.query<AuditEntry>("audit", "entries", {
        partition: day,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { doc } of page.items) {
        if (toErased(doc, aliases) === doc) continue;
        await eraseEntry(store, { day, id: doc.id }, aliases);
        for (const [index, person] of people.entries())
          if (toErased(doc, person.aliases) !== doc) counts[index] = (counts[index] ?? 0) + 1;
      }
      if (page.next === undefined) break;
      cursor = page.next;
    }
  return counts;
}

async function eraseEntry(
  store: Store,
  { day, id }: { day: string; id: string },
  aliases: Aliases,
): Promise<void> {
  await transact(store, "audit", day, "eraseAudit", async (tx) => {
    const entry = await tx.read<AuditEntry>(id);
    if (entry === undefined) return;
    const next = toErased(entry, aliases);
    if (next !== entry) tx.put(next);
  });
}

/** The same entry when it names none of them. */
function toErased(entry: AuditEntry, aliases: Aliases): AuditEntry {
  const aliasOf = (text: string): string | undefined => {
    const threadId = threadOf(text) ?? text;
    if (!OF_CONTACTS.has(entry.kind) && !isThread(threadId)) return undefined;
    const alias = aliases.get(threadId);
    return alias === undefined ? undefined : alias + text.slice(threadId.length);
  };
  const alias = entry.objectId === undefined ? undefined : aliasOf(entry.objectId);
  if (alias !== undefined) return { ...entry, objectId: alias, before: null, after: null };
  const before = replaced(entry.before, aliasOf);
  const after = replaced(entry.after, aliasOf);
  if (before === entry.before && after === entry.after) return entry;
  return { ...entry, before, after };
}

const isThread = (id: string): boolean => threadOf(toConversationId(id, 1)) === id;

/** The same value when nothing in it is replaced. */
function replaced(value: unknown, aliasOf: (text: string) => string | undefined): unknown {
  if (typeof value === "string") return aliasOf(value) ?? value;
  if (Array.isArray(value)) {
    const next = value.map((each) => replaced(each, aliasOf));
    return next.some((each, at) => each !== value[at]) ? next : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  // Names of fields are no ids.
  const next = entries.map(
    ([key, each]) => [key, key === "fields" ? each : replaced(each, aliasOf)] as const,
  );
  return next.some(([, each], at) => each !== entries[at]?.[1]) ? Object.fromEntries(next) : value;
}
