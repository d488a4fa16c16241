import { pagesOf } from "../core/pagesOf";
import type { Doc, Store } from "../core/store";
import { ROUTING_GROUP, type WorkItem } from "../core/workItem";

import type { RoutedRow } from "../routing/rules/dryRun";
import { daysOf, type Period } from "./period";

/**
 * Conversations of a period, each once: live ones that were routed in it (or opened, while the helper has them), then
 * those that were closed in it, the last day first. Throws StoreError.
 */
export async function* routedRows(store: Store, period: Period): AsyncGenerator<RoutedRow> {
  const seen = new Set<string>();
  const live = { partition: ROUTING_GROUP, equals: { type: "item" } };
  for await (const page of pagesOf<WorkItem>(store, "routing", "items", live))
    for (const item of page) {
      if (!isIn(period, item.routed?.at ?? item.openedAt)) continue;
      seen.add(item.conversationId);
      yield item;
    }
  for (const day of daysOf(period)) {
    const pages = pagesOf<RoutedRow & Doc>(store, "history", "closed", { partition: day });
    // Live ones may have been closed since they were read.
    for await (const page of pages) yield* page.filter(({ conversationId }) => !seen.has(conversationId));
  }
}

const isIn = ({ from, to }: Period, at: number): boolean => {
  const day = new Date(at).toISOString().slice(0, 10);
  return day >= from && day <= to;
};
