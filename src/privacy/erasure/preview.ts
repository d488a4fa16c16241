import { createHash } from "node:crypto";
import { profileKey } from "../../contacts/consent/consents";
import type { ConversationDoc, Message } from "../../core/conversation";
import { Conflict, InputError } from "../../core/errors";
import type { Store } from "../../core/store";
import { filesOf, threadPages } from "../../pipeline/erase/threadDocs";
import { conversationOf, isIn } from "../../pipeline/erase/threadPart";
import type { Person, Subject } from "../person";
import { ticketsOf } from "./eraseTickets";
import { COUNTED, type Counts } from "./erasureDocs";
import type { Pseudonyms } from "./pseudonyms";

const VALID_MS = 60 * 60_000;

export const noCounts = (): Counts => Object.fromEntries(COUNTED.map((kind) => [kind, 0])) as Counts;

/** What an erasure of the person would remove. Throws StoreError. */
export async function countPerson(store: Store, person: Person): Promise<Counts> {
  const counts = { ...noCounts(), contacts: person.contacts.length };
  const add = (kind: keyof Counts, count = 1): void => {
    counts[kind] += count;
  };
  for (const { threadId, part, profile } of person.threads) {
    if (profile !== undefined) add("profiles");
    for await (const page of threadPages(store, threadId))
      for (const { doc } of page) {
        const conversationId = conversationOf(doc);
        const isMeant = part === "all" || (conversationId !== undefined && isIn(part, conversationId));
        if (!isMeant) continue;
        if (doc.type === "conversation" && (doc as ConversationDoc).threadId === threadId)
          add("conversations");
        if (doc.type !== "message") continue;
        add("messages");
        const message = doc as Message;
        if (message.direction === "in" && message.deadAt !== undefined) add("deadLetters");
        add("files", message.files === undefined ? 0 : namedFiles(message));
      }
    const consents = await store.query("contacts", "all", { partition: profileKey(threadId), limit: 1000 });
    add("consents", consents.items.filter(({ doc }) => doc.type === "consent").length);
  }
  for await (const _ticket of ticketsOf(store, owners(person))) add("tickets");
  return counts;
}

const namedFiles = (message: Message): number =>
  filesOf({ ...message, activity: { ...message.activity, attachments: [] } } as Message).length;

/** Whose tickets are meant. */
export const owners = ({ contacts, threads }: Person) => ({
  contactIds: contacts.map(({ contactId }) => contactId),
  threads,
});

/** Lets an erasure begin, for an hour, while it still means the same contacts and threads. */
export function previewToken(subject: Subject, person: Person, now: number, pseudonyms: Pseudonyms): string {
  const until = now + VALID_MS;
  return `${until}.${pseudonyms.sign(meaningOf(subject, person, until))}`;
}

/** Throws InputError for a token that is none or too old, Conflict when the person has other threads or contacts by now. */
export function checkToken(
  token: string,
  { subject, person, now }: { subject: Subject; person: Person; now: number },
  pseudonyms: Pseudonyms,
): void {
  const until = Number(token.split(".", 1)[0]);
  if (!Number.isSafeInteger(until) || until < now)
    throw new InputError(
      "INPUT_INVALID",
      "confirm: the preview is more than an hour old; ask for a new one.",
    );
  if (token !== `${until}.${pseudonyms.sign(meaningOf(subject, person, until))}`)
    throw new Conflict(
      "CHANGED_MEANWHILE",
      "It is no longer what the preview showed: ask for a new one, look at it, then confirm.",
    );
}

function meaningOf(subject: Subject, { contacts, threads }: Person, until: number): string {
  const parts = threads.map(({ threadId, part }) => [threadId, part]).sort();
  const ids = contacts.map(({ contactId }) => contactId).sort();
  return createHash("sha256")
    .update(JSON.stringify([subject, ids, parts, until]))
    .digest("hex");
}
