import type { Inbound } from "../core/channel";
import { toThreadId } from "../core/ids";
import type { Threads } from "./threads";

/** Customers who are typing: told to whoever listens, never stored. */
export function createTyping(threads: Pick<Threads, "head">) {
  const listeners = new Set<(conversationId: string) => void>();
  return {
    /** From a webhook. Without a live conversation nobody looks, so nobody is told. */
    tell(item: Extract<Inbound, { kind: "typing" }>): void {
      if (listeners.size === 0) return;
      threads.head(toThreadId(item.channel, item.instanceExternalId, item.customerId)).then(
        (head) => {
          const id = head?.doc.live?.id;
          if (id !== undefined) for (const listener of listeners) listener(id);
        },
        // It is gone in a moment anyway.
        () => {},
      );
    },
    /** Returns the way to stop. */
    listen(listener: (conversationId: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Typing = ReturnType<typeof createTyping>;
