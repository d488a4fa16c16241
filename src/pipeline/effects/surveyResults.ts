import type { ConversationDoc } from "../../core/conversation";
import { threadOf } from "../../core/ids";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { ROUTING_GROUP, type SurveyResult, type WorkItem } from "../../core/workItem";
import { itemId } from "../../routing/workItems";
import { recordId } from "../recordId";

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
    if (isNews(result, item.survey)) tx.put<WorkItem>({ ...item, survey: result, version: item.version + 1 });
    return true;
  });
  const threadId = threadOf(conversationId);
  if (isLive || threadId === undefined) return;
  const closedAt = await transact(store, "threads", threadId, "survey", async (tx) => {
    const record = await tx.read<ConversationDoc>(recordId(conversationId));
    if (record?.last === undefined) return undefined;
    if (isNews(result, record.last.survey))
      tx.put<ConversationDoc>({ ...record, last: { ...record.last, survey: result } });
    return record.closedAt;
  });
  if (closedAt === undefined) return;
  const day = new Date(closedAt).toISOString().slice(0, 10);
  await transact(store, "history", day, "survey", async (tx) => {
    const row = await tx.read<Doc & { survey?: SurveyResult }>(`closed~${conversationId}`);
    if (row !== undefined && isNews(result, row.survey)) tx.put({ ...row, survey: result });
  });
}

/** Answers are kept one by one: an older step that is repeated must not undo a newer one. */
function isNews(result: SurveyResult, known: SurveyResult | undefined): boolean {
  if (known === undefined || result.at > known.at) return true;
  const count = ({ answers }: SurveyResult) => Object.keys(answers).length;
  return result.at === known.at && count(result) > count(known);
}
