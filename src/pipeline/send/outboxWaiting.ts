import type { Head, OutboundMessage } from "../../core/conversation";
import type { Stored } from "../../core/store";

/** What waits to be sent by this process, by channel. */
export interface OutboxWaiting {
  messages: Record<string, number>;
  /** How long the oldest of them has waited (s). */
  oldestSeconds: Record<string, number>;
}

/** Counts the messages of lanes that no platform has accepted yet. */
export function outboxWaiting(
  lanes: Iterable<{ head: Head; queue: readonly Stored<OutboundMessage>[] }>,
  now: number,
): OutboxWaiting {
  const waiting: OutboxWaiting = { messages: {}, oldestSeconds: {} };
  for (const { head, queue } of lanes)
    for (const { doc } of queue) {
      const { messages, oldestSeconds } = waiting;
      messages[head.channel] = (messages[head.channel] ?? 0) + 1;
      const seconds = Math.max(0, now - doc.storedAt) / 1000;
      oldestSeconds[head.channel] = Math.max(oldestSeconds[head.channel] ?? 0, seconds);
    }
  return waiting;
}
