import type { Message } from "../../core/conversation";
import { hashId } from "../../core/ids";
import type { MediaStore } from "../../core/media";
import type { Doc, Op, Store, Stored } from "../../core/store";

const PAGE = 100;

/** Everything in a thread's partition, by page, as it stood when the page was read. */
export async function* threadPages(store: Store, threadId: string): AsyncGenerator<Stored[]> {
  let cursor: string | undefined;
  do {
    const page = await store.query("threads", "all", {
      partition: threadId,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** The files of a message: those it names, and those that a broken-off fetch may have left under their coming names. */
export function filesOf(message: Message): string[] {
  const named = (message.files ?? []).flatMap(({ mediaId }) => mediaId ?? []);
  const coming =
    message.direction === "in"
      ? (message.activity.attachments ?? []).map((_, index) => hashId("m", message.id, String(index)))
      : [];
  return [...new Set([...named, ...coming])];
}

/**
 * Deletes documents of a thread in the version that was read, their files first. Those that somebody changed meanwhile
 * stay: the caller looks again. How many went.
 */
export async function dropDocs(
  { store, media }: { store: Store; media: MediaStore },
  threadId: string,
  docs: readonly Stored[],
): Promise<number> {
  for (const { doc } of docs) for (const file of filesIn(doc)) await media.delete(file);
  for (let at = 0, gone = 0; ; at += PAGE) {
    const some = docs.slice(at, at + PAGE);
    if (some.length === 0) return gone;
    const ops = some.map(({ doc, etag }): Op => ({ do: "delete", id: doc.id, etag }));
    if ((await store.batch("threads", threadId, ops, "erase")).ok) gone += some.length;
    // One that changed must not keep the others.
    else for (const op of ops) if ((await store.batch("threads", threadId, [op], "erase")).ok) gone += 1;
  }
}

function filesIn(doc: Doc): readonly string[] {
  if (doc.type === "message") return filesOf(doc as Message);
  const { effect } = doc as { effect?: { kind: string; mediaIds?: string[] } };
  return effect?.kind === "dropMedia" ? (effect.mediaIds ?? []) : [];
}
