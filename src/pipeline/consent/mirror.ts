import { isDeepStrictEqual } from "node:util";
import type { Head } from "../../core/conversation";
import type { Store } from "../../core/store";
import { transact } from "../../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { itemId, putItem } from "../../routing/workItems";
import { toConsentFacts } from "./facts";

/**
 * The conversation's row shows what the head knows of opting out and of the notice: as it is now, so that an older step
 * never hides a newer one. Throws StoreError.
 */
export async function mirrorConsent(
  store: Store,
  { threadId, conversationId }: { threadId: string; conversationId: string },
): Promise<void> {
  const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
  if (head === undefined || conversationId === "") return;
  const facts = toConsentFacts(head);
  await transact(store, "routing", ROUTING_GROUP, "consent", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    if (item === undefined || isSame(item, facts)) return;
    const gone = (["optedOut", "notice"] as const).filter((key) => facts[key] === undefined);
    putItem(tx, item, facts, gone);
  });
}

const isSame = (item: WorkItem, facts: ReturnType<typeof toConsentFacts>): boolean =>
  item.optedOut === facts.optedOut && isDeepStrictEqual(item.notice, facts.notice);
