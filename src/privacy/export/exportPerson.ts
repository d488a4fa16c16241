import { profileKey } from "../../contacts/consent/consents";
import { isoTime } from "../../core/clock";
import type { ContactBook } from "../../core/contactBook";
import type { ConversationDoc, Head, Message } from "../../core/conversation";
import { numberOf } from "../../core/ids";
import type { MediaStore } from "../../core/media";
import type { Doc, Store } from "../../core/store";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { filesOf, threadPages } from "../../pipeline/erase/threadDocs";
import { conversationOf, isIn } from "../../pipeline/erase/threadPart";
import { itemId } from "../../routing/workItems";
import { ticketsOf } from "../erasure/eraseTickets";
import { owners } from "../erasure/preview";
import type { Person, PersonThread } from "../person";
import { toConversationText } from "./conversationText";
import type { ZipEntry } from "./zip";

interface ExportPorts {
  store: Store;
  media: MediaStore;
  book: Pick<ContactBook, "merges">;
}

const README = `This archive holds what is kept about one person.

person.json                 the contact with those merged into it, and its profiles on the channels
consents.json               what the person was told, agreed to or refused
tickets.json                work that was done for the person
conversations/*.txt         every conversation, to be read
conversations/*.json        the same with all that is kept of it
conversations/dead.json     messages that could not be worked
media/                      files that were sent
`;

/** Everything on a person and nothing of anybody else, a file at a time. */
export async function* exportPerson(
  ports: ExportPorts,
  person: Person,
  now: number,
): AsyncGenerator<ZipEntry> {
  yield { path: "README.txt", content: `${README}\nMade at ${isoTime(now)}.\n` };
  yield { path: "person.json", content: json(await aboutPerson(ports, person)) };
  yield { path: "consents.json", content: json(await consentsOf(ports.store, person)) };
  yield { path: "tickets.json", content: json(await allTickets(ports.store, person)) };
  for (const [index, thread] of person.threads.entries())
    yield* conversationsOf(ports, thread, String(index + 1));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function aboutPerson({ store, book }: ExportPorts, { contacts, threads }: Person) {
  const ids = new Set(contacts.map(({ contactId }) => contactId));
  const merges = await Promise.all(contacts.map(({ contactId }) => book.merges(contactId)));
  return {
    contacts: contacts.map(({ keys: _keys, ...contact }) => contact),
    merges: merges.flat(),
    profiles: await Promise.all(
      threads.map(async ({ threadId, part, profile }) => ({
        threadId,
        channel: profile?.channel,
        instanceId: profile?.instanceId,
        links: (profile?.links ?? []).filter(({ contactId }) => ids.has(contactId)),
        // Whoever has the number by now is somebody else.
        ...(part === "all" ? await customerOf(store, threadId, profile?.customer) : {}),
      })),
    ),
  };
}

async function customerOf(store: Store, threadId: string, told: unknown) {
  const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
  const { customer, context, optedOut, notice } = {
    context: head?.live?.context,
    ...head,
  } as Partial<Head> & {
    context?: unknown;
  };
  return { customer: { ...(told as object | undefined), ...customer }, context, optedOut, notice };
}

async function consentsOf(store: Store, { threads }: Person): Promise<Doc[]> {
  const found: Doc[] = [];
  for (const { threadId, part } of threads)
    for (let cursor: string | undefined; ; ) {
      const page = await store.query("contacts", "all", {
        partition: profileKey(threadId),
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { doc } of page.items) {
        const conversationId = conversationOf(doc);
        const isTheirs = part === "all" || (conversationId !== undefined && isIn(part, conversationId));
        if (doc.type === "consent" && isTheirs) found.push(doc);
      }
      if (page.next === undefined) break;
      cursor = page.next;
    }
  return found;
}

async function allTickets(store: Store, person: Person): Promise<Doc[]> {
  const found: Doc[] = [];
  for await (const ticket of ticketsOf(store, owners(person))) found.push(ticket);
  return found;
}

/** A conversation at a time: its messages are in memory, no other's. */
async function* conversationsOf(
  ports: ExportPorts,
  { threadId, part }: PersonThread,
  folder: string,
): AsyncGenerator<ZipEntry> {
  const { store } = ports;
  const records: ConversationDoc[] = [];
  const loose: Message[] = [];
  for await (const page of threadPages(store, threadId))
    for (const { doc } of page) {
      const conversationId = conversationOf(doc);
      const isTheirs = part === "all" || (conversationId !== undefined && isIn(part, conversationId));
      if (!isTheirs) continue;
      if (doc.type === "conversation") records.push(doc as ConversationDoc);
      else if (doc.type === "message" && conversationId === undefined) loose.push(doc as Message);
    }
  for (const record of records) {
    const messages = await messagesOf(store, threadId, record.conversationId);
    const row = await store.read<WorkItem>("routing", ROUTING_GROUP, itemId(record.conversationId));
    const name = `conversations/${folder}-${numberOf(record.conversationId)}`;
    yield { path: `${name}.txt`, content: toConversationText(record, messages) };
    yield { path: `${name}.json`, content: json({ ...record, row: row?.doc, messages }) };
    for (const message of messages) yield* mediaOf(ports.media, message);
  }
  if (loose.length > 0) yield { path: `conversations/${folder}-dead.json`, content: json(loose) };
  for (const message of loose) yield* mediaOf(ports.media, message);
}

async function messagesOf(store: Store, threadId: string, conversationId: string): Promise<Message[]> {
  const found: Message[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.query<Message>("threads", "transcript", {
      partition: threadId,
      equals: { conversationId },
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items.map(({ doc }) => doc));
    if (page.next === undefined) return found;
    cursor = page.next;
  }
}

async function* mediaOf(media: MediaStore, message: Message): AsyncGenerator<ZipEntry> {
  for (const id of filesOf(message)) {
    const opened = await media.open(id);
    if (opened === undefined) continue;
    const ending = /\.[A-Za-z0-9]{1,8}$/.exec(opened.info.name ?? "")?.[0] ?? "";
    yield { path: `media/${id.replaceAll("~", "-")}${ending}`, content: opened.stream };
  }
}
