import { isoTime } from "../../core/clock";
import type { ConversationDoc, Message } from "../../core/conversation";

/** A conversation as somebody reads it: a line a message, with its time and who said it. */
export function toConversationText(
  conversation: Pick<ConversationDoc, "conversationId" | "openedAt" | "closedAt">,
  messages: readonly Message[],
): string {
  const { conversationId, openedAt, closedAt } = conversation;
  const head = `Conversation ${conversationId}\nFrom ${isoTime(openedAt)} to ${closedAt === undefined ? "now" : isoTime(closedAt)}\n`;
  return `${head}\n${messages.map(toLine).join("\n")}\n`;
}

function toLine(message: Message): string {
  const { author, activity, occurredAt, deletedAt, editedAt, files = [] } = message;
  const who = "name" in author && author.name !== undefined ? author.name : author.kind;
  const text = activity.text ?? (activity.type === "message" ? "" : `(${activity.type})`);
  const marks = [
    ...files.map(({ name, contentType, state }) => `[file: ${name ?? contentType}, ${state}]`),
    ...(editedAt === undefined ? [] : ["(edited)"]),
    ...(deletedAt === undefined ? [] : ["(deleted by the customer)"]),
  ];
  return `${isoTime(occurredAt)}  ${who}: ${[text, ...marks].filter((part) => part !== "").join(" ")}`;
}
