import { type ConversationDoc, ROUTING_GROUP, type SurveyResult, type WorkItem } from "../core/conversation";
import { threadOf } from "../core/ids";
import type { Doc, Store } from "../core/store";
import { transact } from "../core/transact";
import { itemId } from "../routing/workItems";
import { recordId } from "./recordId";

/**
 * Keeps what a customer said of a conversation: on its row while it is live, else on its record and its row of history.
 * Done twice is done once.
 */
export async function keepSurvey(
  { store }: { store: Store },
  conversationId: string,
  result: SurveyResult,
): Promise<void> {
  const isLive = await transact(store, "routing", ROUTING_GROUP, "survey", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    if (item === undefined) return false;
    tx.put<WorkItem>({ ...item, survey: result, version: item.version + 1 });
    return true;
  });
  const threadId = threadOf(conversationId);
  if (isLive || threadId === undefined) return;
  const closedAt = await transact(store, "threads", threadId, "survey", async (tx) => {
    const record = await tx.read<ConversationDoc>(recordId(conversationId));
    if (record?.last === undefined) return undefined;
    tx.put<ConversationDoc>({ ...record, last: { ...record.last, survey: result } });
    return record.closedAt;
  });
  if (closedAt === undefined) return;
  const day = new Date(closedAt).toISOString().slice(0, 10);
  await transact(store, "history", day, "survey", async (tx) => {
    const row = await tx.read<Doc & { survey?: SurveyResult }>(`closed~${conversationId}`);
    if (row !== undefined) tx.put({ ...row, survey: result });
  });
}
