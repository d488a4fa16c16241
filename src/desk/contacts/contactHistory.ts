import type { ProfileSpan } from "../../core/contactBook";
import type { ConversationDoc } from "../../core/conversation";
import { covers, type Range } from "../../core/conversationContact";
import { InputError } from "../../core/errors";
import { numberOf, toConversationId } from "../../core/ids";
import type { Page, Store } from "../../core/store";
import { recordId } from "../../pipeline/recordId";

/** Of a contact with very many profiles, those linked last; each costs a read. */
const MAX_SPANS = 20;

/** A part of a thread's conversations. */
export interface ThreadSpan extends Range {
  threadId: string;
}

/** The parts of a contact's history that are looked at, those linked last first. */
export function toThreadSpans(spans: readonly ProfileSpan[]): ThreadSpan[] {
  return spans
    .toSorted((a, b) => b.link.at - a.link.at)
    .slice(0, MAX_SPANS)
    .map(({ profile, link }) => ({
      threadId: profile.threadId,
      from: link.from,
      ...(link.to === undefined ? {} : { to: link.to }),
    }));
}

/** Where a page begins: after this conversation. */
interface Place {
  at: number;
  id: string;
}

/** Conversations of several spans together, newest first: one query for each span and page. Throws InputError. */
export async function readHistory(
  store: Store,
  spans: readonly ThreadSpan[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ConversationDoc>> {
  const place = cursor === undefined ? undefined : readCursor(cursor);
  const found = await Promise.all(spans.map((span) => readSpan(store, span, place, limit + 1)));
  const all = found.flat().sort((a, b) => (isBefore(a, placeOf(b)) ? 1 : -1));
  const items = all.slice(0, limit);
  const last = items.at(-1);
  return all.length <= limit || last === undefined
    ? { items }
    : { items, next: `${last.openedAt}.${last.conversationId}` };
}

async function readSpan(
  store: Store,
  span: ThreadSpan,
  place: Place | undefined,
  limit: number,
): Promise<ConversationDoc[]> {
  const newest = span.to === undefined ? undefined : await openedAt(store, span.threadId, span.to);
  const from = Math.min(place?.at ?? Number.MAX_SAFE_INTEGER, newest ?? Number.MAX_SAFE_INTEGER);
  const found: ConversationDoc[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query<ConversationDoc>("threads", "conversations", {
      partition: span.threadId,
      // What began in the same millisecond as the last one shown may not have been shown yet.
      ...(from === Number.MAX_SAFE_INTEGER ? {} : { after: from + 1 }),
      limit: limit + 1,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const docs = page.items.map(({ doc }) => doc).filter(({ type }) => type === "conversation");
    found.push(
      ...docs.filter(
        (doc) => covers(span, numberOf(doc.conversationId)) && (place === undefined || isBefore(doc, place)),
      ),
    );
    // The newest may all be somebody else's: the record of the span's last one may have gone by its time.
    const isPast = docs.some(({ conversationId }) => numberOf(conversationId) < span.from);
    cursor = isPast || found.length >= limit ? undefined : page.next;
  } while (cursor !== undefined);
  return found;
}

/** The conversation after which a span ends may be one that never was: then nothing is left out. */
async function openedAt(store: Store, threadId: string, n: number): Promise<number | undefined> {
  const id = recordId(toConversationId(threadId, n));
  return (await store.read<ConversationDoc>("threads", threadId, id))?.doc.openedAt;
}

const placeOf = (doc: ConversationDoc): Place => ({ at: doc.openedAt, id: doc.conversationId });

/** Older; of the same moment, the one that came first in its thread: a total order over threads. */
function isBefore(doc: ConversationDoc, place: Place): boolean {
  if (doc.openedAt !== place.at) return doc.openedAt < place.at;
  const [mine, its] = [numberOf(doc.conversationId), numberOf(place.id)];
  return mine === its ? doc.conversationId > place.id : mine < its;
}

function readCursor(cursor: string): Place {
  const [, at = "", id = ""] = /^(\d{1,15})\.(t~[\w-]{27}\.\d{1,9})$/.exec(cursor) ?? [];
  if (id === "")
    throw new InputError(
      "INPUT_INVALID",
      "The cursor is not one that an earlier page ended with. Start from the first page.",
    );
  return { at: Number(at), id };
}
