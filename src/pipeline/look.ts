import type { Store } from "../core/store";
import { type OpenThread, openThread } from "./openThread";
import type { Deliverer } from "./send/deliver";
import type { Threads } from "./threads";

/**
 * Looks at a thread before something is done to it. Where servers share a store, others may have worked on it: what
 * they are still sending stands in front of what we send.
 */
export function createLook(
  store: Store,
  parts: { threads: Threads; deliverer: Pick<Deliverer, "add"> },
): (threadId: string) => Promise<Pick<OpenThread, "head" | "inbox">> {
  return async (threadId) => {
    if (store.exclusive) return { head: await parts.threads.head(threadId), inbox: [] };
    const open = await openThread(store, parts.threads, threadId);
    if (open.head !== undefined) parts.deliverer.add(open.head.doc, open.outbox, "elsewhere");
    return open;
  };
}

export type Look = ReturnType<typeof createLook>;
