import type { Actor } from "../../core/actor";
import type { Ticket, TicketChange } from "../../core/ticket";

/** So many changes are kept; the oldest go first. */
export const MOST_CHANGES = 200;
/** Characters of a value; 200 changes shall fit in a document. */
const LONGEST_VALUE = 200;

/** Fields that are told when they change. */
const TOLD = [
  "state",
  "priority",
  "owner",
  "unit",
  "group",
  "activity",
  "subject",
  "description",
  "contactId",
] as const satisfies readonly (keyof Ticket)[];

/** What differs between two versions, as texts for people; {} when nothing does. */
export function differences(before: Ticket, after: Ticket): TicketChange["changes"] {
  const changes: Record<string, { from: string | null; to: string | null }> = {};
  const tell = (name: string, from: unknown, to: unknown): void => {
    if (from !== to) changes[name] = { from: asText(from), to: asText(to) };
  };
  for (const key of TOLD) tell(key, before[key], after[key]);
  const fields = new Set([...Object.keys(before.fields ?? {}), ...Object.keys(after.fields ?? {})]);
  for (const name of fields) tell(`fields.${name}`, before.fields?.[name], after.fields?.[name]);
  tell("external", externalText(before), externalText(after));
  for (const id of after.conversations)
    if (!before.conversations.includes(id)) tell("conversation", undefined, id);
  return changes;
}

/** The next version, with what changed in its history. */
export function withHistory(before: Ticket, after: Ticket, change: { at: number; by: Actor }): Ticket {
  const changes = differences(before, after);
  const told = Object.keys(changes).length === 0 ? [] : [{ ...change, changes }];
  return {
    ...after,
    history: [...before.history, ...told].slice(-MOST_CHANGES),
    version: before.version + 1,
    updatedAt: change.at,
  };
}

const externalText = ({ external }: Ticket): string | undefined =>
  external === undefined ? undefined : [external.id, external.url ?? ""].join(" ").trim();

function asText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = String(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
