import type { MessageView } from "../../desk/contract";

/** How far back a delivery mark may still change. */
const LOOK_BACK = 100;

const FINAL = new Set<MessageView["status"]>(["worked", "read", "failed"]);

/** The seq to read after: before the oldest recent message whose status can still change. */
export function refreshFrom(messages: MessageView[]): number {
  const recent = messages.slice(-LOOK_BACK).filter((message) => message.seq > 0);
  const unfinished = recent.find((message) => !FINAL.has(message.status));
  return unfinished === undefined ? (recent.at(-1)?.seq ?? 0) : unfinished.seq - 1;
}

/** Known messages with the fresh ones put in or in place, in order. */
export function mergeTranscript(known: MessageView[], fresh: MessageView[]): MessageView[] {
  if (fresh.length === 0) return known;
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  return inOrder([...byId.values()]);
}

/** By seq; a message not worked yet (seq 0) stands where it was stored. */
function inOrder(messages: MessageView[]): MessageView[] {
  const ordered = messages.filter((message) => message.seq > 0).sort((a, b) => a.seq - b.seq);
  for (const message of messages) {
    if (message.seq > 0) continue;
    const next = ordered.findIndex((other) => other.storedAt > message.storedAt);
    ordered.splice(next < 0 ? ordered.length : next, 0, message);
  }
  return ordered;
}
