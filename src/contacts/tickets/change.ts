import type { Actor } from "../../core/actor";
import { Conflict, InputError, StoreError } from "../../core/errors";
import type { Doc, Op, Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { withHistory } from "./history";
import { needPartition, noTicket, readTicket } from "./keep";
import type { TicketPorts } from "./ports";
import { needMove, needOpen } from "./states";
import { tellOwed } from "./tell";

/** What is to be changed; what is left out stays, null takes away. */
export interface TicketEdit {
  state?: Ticket["state"] | undefined;
  priority?: Ticket["priority"] | undefined;
  owner?: string | null | undefined;
  unit?: string | null | undefined;
  group?: string | null | undefined;
  activity?: string | null | undefined;
  subject?: string | undefined;
  description?: string | null | undefined;
  /** Field by field. */
  fields?: Readonly<Record<string, string | number | null>> | undefined;
  external?: { id: string; url?: string | undefined } | null | undefined;
}

/** Who changes it, and which versions are meant; any when left out. */
export interface TicketChangeBy {
  by: Actor;
  versions?: readonly string[] | undefined;
}

const MAX_RACES = 50;
const MOST_NOTES = 200;
const MOST_FIELDS = 50;
const MOST_CONVERSATIONS = 50;

/**
 * Changes a ticket; one that reads the same afterwards is not written. Throws NotFound, Conflict CHANGED_MEANWHILE with the
 * present version in `details`, Conflict WRONG_STATE.
 */
export function changeTicket(
  ports: TicketPorts,
  number: string,
  edit: TicketEdit,
  change: TicketChangeBy,
): Promise<Ticket> {
  return update(ports, number, change, (before, at) => {
    const after = edited(before, edit, at);
    if (sameText(before, after)) return undefined;
    needOpen(before);
    needMove(before, after.state);
    return { ticket: after };
  });
}

/** `id`: of the note, so that the same is added once. Throws NotFound, InputError. */
export function addNote(
  ports: TicketPorts,
  number: string,
  note: { id: string; text: string; by: Actor },
): Promise<Ticket> {
  return update(ports, number, note, (before, at) => {
    if (before.notes.some(({ id }) => id === note.id)) return undefined;
    if (before.notes.length >= MOST_NOTES)
      throw new InputError("INPUT_INVALID", `A ticket has at most ${MOST_NOTES} notes; make a new one.`);
    return { ticket: { ...before, notes: [...before.notes, { ...note, at }] } };
  });
}

/** A later conversation is about the ticket, too; twice is once. Throws NotFound, InputError, Conflict WRONG_STATE. */
export function linkConversation(
  ports: TicketPorts,
  number: string,
  { conversationId, threadId, by }: { conversationId: string; threadId: string; by: Actor },
): Promise<Ticket> {
  return update(ports, number, { by }, (before) => {
    if (before.conversationId === conversationId || before.conversations.includes(conversationId))
      return undefined;
    needOpen(before);
    if (before.conversations.length >= MOST_CONVERSATIONS)
      throw new InputError(
        "INPUT_INVALID",
        `A ticket has at most ${MOST_CONVERSATIONS} later conversations; make a new one.`,
      );
    return {
      ticket: { ...before, conversations: [...before.conversations, conversationId] },
      also: toLink(before, conversationId, threadId),
    };
  });
}

/** By which a conversation finds tickets that were made elsewhere: in the ticket's partition, as old as the ticket. */
export interface TicketLink extends Doc {
  type: "ticketLink";
  number: string;
  conversationId: string;
  threadId: string;
  createdAt: number;
}

/** Of the link of a ticket and a later conversation. */
export const linkId = (number: string, conversationId: string): string => `link~${number}~${conversationId}`;

function toLink({ number, createdAt }: Ticket, conversationId: string, threadId: string): TicketLink {
  const id = linkId(number, conversationId);
  return { id, type: "ticketLink", number, conversationId, threadId, createdAt };
}

/** Whose ticket it is, as the profile says; a closed one follows, too. */
export function setContact(
  ports: TicketPorts,
  number: string,
  contactId: string | undefined,
  by: Actor,
): Promise<Ticket> {
  return update(ports, number, { by }, (before) =>
    before.contactId === contactId ? undefined : { ticket: put(before, "contactId", contactId) },
  );
}

/** Deletes a ticket with its links; what it owes is told no more. One that is gone already is no error. */
export async function dropTicket(store: Store, number: string): Promise<void> {
  for (let race = 0; race < MAX_RACES; race++) {
    const stored = await readTicket(store, number);
    if (stored === undefined) return;
    const ops: Op[] = [
      { do: "delete", id: number, etag: stored.etag },
      ...stored.doc.conversations.map((id): Op => ({ do: "delete", id: linkId(number, id) })),
    ];
    const result = await store.batch("contacts", needPartition(number), ops, "ticketDropped");
    if (result.ok) return;
  }
  throw lost(number);
}

type Next = { ticket: Ticket; also?: Doc } | undefined;

async function update(
  { store, clock }: TicketPorts,
  number: string,
  { by, versions }: TicketChangeBy,
  decide: (before: Ticket, at: number) => Next,
): Promise<Ticket> {
  const partition = needPartition(number);
  for (let race = 0; race < MAX_RACES; race++) {
    const stored = await readTicket(store, number);
    if (stored === undefined) throw noTicket(number);
    const before = stored.doc;
    if (versions !== undefined) needVersion(before, versions);
    const at = clock.now();
    const next = decide(before, at);
    if (next === undefined) return before;
    const ticket = withHistory(before, next.ticket, { at, by });
    const told = tellOwed(partition, at, "ticket.changed", ticket);
    const ops: Op[] = [
      { do: "replace", doc: ticket, etag: stored.etag },
      { do: "create", doc: told },
      ...(next.also === undefined ? [] : [{ do: "upsert", doc: next.also } as const]),
    ];
    if ((await store.batch("contacts", partition, ops, "ticketChange")).ok) return ticket;
  }
  throw lost(number);
}

function needVersion({ number, version }: Ticket, versions: readonly string[]): void {
  if (versions.includes("*") || versions.includes(String(version))) return;
  throw new Conflict(
    "CHANGED_MEANWHILE",
    `Somebody else changed ticket ${number} first. Read it again and repeat.`,
    { details: { version } },
  );
}

const lost = (number: string): StoreError =>
  new StoreError("STORE_UNAVAILABLE", `Ticket ${number}: lost ${MAX_RACES} races in a row.`);

const PLAIN = ["state", "priority", "owner", "unit", "group", "activity", "subject", "description"] as const;

function edited(before: Ticket, edit: TicketEdit, at: number): Ticket {
  let after = before;
  for (const key of PLAIN) if (edit[key] !== undefined) after = put(after, key, edit[key] ?? undefined);
  if (edit.fields !== undefined) after = put(after, "fields", mergedFields(before.fields, edit.fields));
  if (edit.external !== undefined) {
    const { id, url } = edit.external ?? {};
    after = put(
      after,
      "external",
      id === undefined ? undefined : { id, ...(url === undefined ? {} : { url }) },
    );
  }
  return after.state === "closed" && before.state !== "closed" ? { ...after, closedAt: at } : after;
}

function mergedFields(
  before: Ticket["fields"],
  edit: NonNullable<TicketEdit["fields"]>,
): Ticket["fields"] | undefined {
  const kept = Object.entries({ ...before, ...edit }).filter(([, value]) => value !== null);
  if (kept.length > MOST_FIELDS)
    throw new InputError("INPUT_INVALID", `A ticket has at most ${MOST_FIELDS} fields.`);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Ticket["fields"]);
}

/** A copy with the field set; undefined takes it away. */
function put<K extends keyof Ticket>(ticket: Ticket, key: K, value: Ticket[K] | undefined): Ticket {
  const { [key]: _before, ...rest } = ticket;
  return (value === undefined ? rest : { ...rest, [key]: value }) as Ticket;
}

const sameText = (a: Ticket, b: Ticket): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
