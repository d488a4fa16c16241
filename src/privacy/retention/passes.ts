import { dropTicket } from "../../contacts/tickets/change";
import type { ConsentRecord } from "../../core/consent";
import type { Contact } from "../../core/contact";
import type { Message } from "../../core/conversation";
import type { Change, Store, Stored } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import type { PrivacyPorts } from "../ports";
import type { Budget, Worked } from "./budget";
import { DAY_MS, type KindProgress } from "./progress";

const PAGE = 100;

/** Documents of `contacts` that a pass looks at; each says whether it removed something. */
export type PassWork = (change: Required<Change>) => Promise<boolean>;

/**
 * Goes through all of `contacts` once a day, in the order of last writes, since neither consents nor untouched contacts
 * stand under a day. Ends early when the budget does; the next run goes on there.
 */
export async function workPass(
  store: Store,
  known: KindProgress,
  { now, budget }: { now: number; budget: Budget },
  work: PassWork,
): Promise<Worked> {
  if (known.cursor === undefined && now - (known.passedAt ?? 0) < DAY_MS)
    return { removed: 0, isDone: true, next: known };
  let { cursor } = known;
  let removed = 0;
  while (budget.take(PAGE)) {
    const page = await store.feed("contacts", cursor, PAGE);
    for (const change of page.changes)
      if (change.doc !== undefined && (await work(change as Required<Change>))) removed += 1;
    cursor = page.cursor;
    if (page.changes.length === 0) {
      const { cursor: _cursor, ...rest } = known;
      return { removed, isDone: true, next: { ...rest, passedAt: now } };
    }
  }
  return { removed, isDone: false, next: { ...known, ...(cursor === undefined ? {} : { cursor }) } };
}

/** Closed tickets whose time is over, with their links. */
export function ticketPass(store: Store, before: number): PassWork {
  return async ({ doc }) => {
    const ticket = doc as Ticket;
    if (doc.type !== "ticket" || ticket.state !== "closed") return false;
    if ((ticket.closedAt ?? ticket.updatedAt) >= before) return false;
    await dropTicket(store, ticket.id);
    return true;
  };
}

/** Records of consent whose time is over; the newest of its profile stays. */
export function consentPass(store: Store, before: number): PassWork {
  return async ({ doc, partition }) => {
    const record = doc as ConsentRecord;
    if (doc.type !== "consent" || record.at >= before) return false;
    const newest = await newestConsent(store, partition);
    if (newest === undefined || newest.id === record.id) return false;
    return (await store.batch("contacts", partition, [{ do: "delete", id: doc.id }], "retire")).ok;
  };
}

async function newestConsent(store: Store, partition: string): Promise<ConsentRecord | undefined> {
  let newest: ConsentRecord | undefined;
  for (let cursor: string | undefined; ; ) {
    const page = await store.query<ConsentRecord>("contacts", "all", {
      partition,
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc } of page.items) if (doc.type === "consent" && doc.at >= (newest?.at ?? 0)) newest = doc;
    if (page.next === undefined) return newest;
    cursor = page.next;
  }
}

/** Contacts that nobody changed since `before`; `erase` says whether it took the contact on. */
export function contactPass(before: number, erase: (contact: Contact) => Promise<boolean>): PassWork {
  return async ({ doc }) => {
    const contact = doc as Contact;
    if (doc.type !== "contact" || contact.state === "merged" || contact.updatedAt >= before) return false;
    return erase(contact);
  };
}

/** Dead letters older than `before`. */
export async function workDead(
  { store, pipeline }: PrivacyPorts,
  known: KindProgress,
  { before, budget }: { before: number; budget: Budget },
): Promise<Worked> {
  let removed = 0;
  for (;;) {
    // Newest first: what comes after the bound is older.
    const page = await store.query<Message>("threads", "dead", { after: before, limit: PAGE });
    if (page.items.length === 0) return { removed, isDone: true, next: known };
    for (const stored of page.items as Stored<Message>[]) {
      if (!budget.take(2)) return { removed, isDone: false, next: known };
      await pipeline.retirement.deadLetter(stored);
      removed += 1;
    }
  }
}
