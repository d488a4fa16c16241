import type { MessageView } from "../../desk/contract";

/** How far back a delivery mark or a file may still change. */
const LOOK_BACK = 100;

const FINAL = new Set<MessageView["status"]>(["worked", "read", "failed"]);

/** The seq to read after: before the oldest recent message that can still change by itself. */
export function refreshFrom(messages: MessageView[]): number {
  const recent = messages.slice(-LOOK_BACK).filter((message) => message.seq > 0);
  const unfinished = recent.find((message) => !FINAL.has(message.status) || hasPendingFile(message));
  return unfinished === undefined ? (recent.at(-1)?.seq ?? 0) : unfinished.seq - 1;
}

const hasPendingFile = (message: MessageView): boolean =>
  message.attachments.some((file) => file.state === "pending");

/** Known messages with the fresh ones put in or in place, in order. */
export function mergeTranscript(known: MessageView[], fresh: MessageView[]): MessageView[] {
  if (fresh.length === 0) return known;
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  return inOrder([...byId.values()]);
}

/**
 * Known messages that `fresh` edits or deletes: they must be read again, since an increment holds only the event that
 * says so.
 */
export function staleTargets(known: readonly MessageView[], fresh: readonly MessageView[]): MessageView[] {
  // An event that was known before it was worked had changed nothing yet.
  const done = new Set(known.filter((message) => FINAL.has(message.status)).map((message) => message.id));
  const read = new Set(fresh.map((message) => message.id));
  const touched = new Set(
    fresh.filter((message) => changesAnother(message) && !done.has(message.id)).map((one) => one.replyToId),
  );
  return known.filter((message) => touched.has(message.id) && !read.has(message.id) && message.seq > 0);
}

/** An edit or a deletion: what it says stands in the message that it is about. */
export function changesAnother(message: MessageView): boolean {
  return message.kind === "event" && (message.event === "edit" || message.event === "delete");
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

/** What the customer wrote last. */
export function newestInbound(messages: readonly MessageView[]): MessageView | undefined {
  return messages.findLast((message) => message.direction === "in" && message.kind === "message");
}
