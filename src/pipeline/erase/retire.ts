import type { ConversationDoc, Head, Message } from "../../core/conversation";
import { numberOf, threadOf } from "../../core/ids";
import type { Stored } from "../../core/store";
import { transact } from "../../core/transact";
import type { HistoryRow } from "../effects/effects";
import type { PipelinePorts } from "../ports";
import { recordId } from "../recordId";
import type { Threads } from "../threads";
import { toBareRow } from "./figures";
import { bareRow, dayOf, markHours } from "./rows";
import { dropDocs } from "./threadDocs";

const PAGE = 200;

/** What becomes of closed conversations when their time is over. Done twice is done once; all throw StoreError. */
export function createRetirement(ports: PipelinePorts, { threads }: { threads: Threads }) {
  const { store, clock } = ports;
  const media = ports.media.store;

  /** Messages that still wait for their platform stay until that is settled. */
  async function dropMessages(threadId: string, conversationId: string): Promise<number> {
    for (let gone = 0; ; ) {
      const page = await store.query<Message>("threads", "transcript", {
        partition: threadId,
        equals: { conversationId },
        limit: PAGE,
      });
      const done = page.items.filter(({ doc }) => doc.open === undefined);
      await markHours(
        store,
        done.map(({ doc }) => doc),
      );
      const dropped = await dropDocs({ store, media }, threadId, done as Stored[]);
      if (dropped === 0) return gone;
      gone += dropped;
    }
  }

  /** The helper's state and the last choices are words of the last conversation. */
  async function quietHead(threadId: string, conversationId: string): Promise<void> {
    await threads.serially(threadId, async () => {
      const head = await store.read<Head>("threads", threadId, "head");
      if (head === undefined || head.doc.live !== undefined) return;
      if (head.doc.conversations !== numberOf(conversationId)) return;
      const { choices, dialog, helperEnded, asked, survey, ...rest } = head.doc;
      if ([choices, dialog, helperEnded, asked, survey].every((part) => part === undefined)) return;
      // Whoever was faster has begun something new.
      await threads.commit(head, rest, [], "retire");
    });
  }

  return {
    /** Its messages, files and trace go, figures stay. How many messages went. */
    async transcript(row: HistoryRow): Promise<number> {
      const { conversationId, closedAt } = row;
      const threadId = threadOf(conversationId);
      if (threadId === undefined) return 0;
      const gone = await dropMessages(threadId, conversationId);
      await transact(store, "threads", threadId, "retire", async (tx) => {
        const record = await tx.read<ConversationDoc>(recordId(conversationId));
        if (record === undefined) return;
        const last = toBareRow(row, clock.now());
        tx.put<ConversationDoc>({
          ...record,
          trace: [],
          last: last as unknown as ConversationDoc["last"] & {},
        });
      });
      await quietHead(threadId, conversationId);
      // Last: a row that is bare is not looked at again.
      await bareRow(store, { conversationId, closedAt }, clock.now());
      return gone;
    },

    /** Nothing tells of the conversation any more. True: it was its thread's last, and nothing is under way there. */
    async row(row: HistoryRow): Promise<boolean> {
      const threadId = threadOf(row.conversationId);
      if (threadId !== undefined)
        await store.batch(
          "threads",
          threadId,
          [{ do: "delete", id: recordId(row.conversationId) }],
          "retire",
        );
      await store.batch("history", dayOf(row.closedAt), [{ do: "delete", id: row.id }], "retire");
      if (threadId === undefined) return false;
      const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
      return head?.live === undefined && head?.conversations === numberOf(row.conversationId);
    },

    /** A message that nobody could work goes; one that stands in a transcript is only no dead letter any more. */
    async deadLetter(stored: Stored<Message>): Promise<void> {
      const { doc, etag } = stored;
      if (doc.seq === undefined) {
        await markHours(store, [doc]);
        await dropDocs({ store, media }, doc.threadId, [stored]);
        return;
      }
      const { deadAt: _deadAt, ...rest } = doc as Message & { deadAt?: number };
      await store.batch("threads", doc.threadId, [{ do: "replace", doc: rest, etag }], "retire");
    },
  };
}
