import type { Head, InboundMessage, OutboundMessage } from "../core/conversation";
import type { Store, Stored } from "../core/store";
import type { Threads } from "./threads";

const PAGE = 1_000;

/** A thread's unfinished documents, as they stand now. */
export interface OpenThread {
  head: Stored<Head> | undefined;
  /** By the platform's time. */
  inbox: Stored<InboundMessage>[];
  /** In order. */
  outbox: Stored<OutboundMessage>[];
}

/** One request for all that a server needs to go on with a thread; the head is remembered. Throws StoreError. */
export async function openThread(store: Store, threads: Threads, threadId: string): Promise<OpenThread> {
  const open: OpenThread = { head: undefined, inbox: [], outbox: [] };
  let cursor: string | undefined;
  do {
    const page = await store.query<Head | InboundMessage | OutboundMessage>("threads", "open", {
      partition: threadId,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const stored of page.items) {
      if (stored.doc.type === "head") open.head = stored as Stored<Head>;
      else if (stored.doc.direction === "in") open.inbox.push(stored as Stored<InboundMessage>);
      else open.outbox.push(stored as Stored<OutboundMessage>);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  if (open.head !== undefined) threads.remember(open.head);
  return open;
}
