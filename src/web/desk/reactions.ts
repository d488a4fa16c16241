import type { MessageView } from "../../desk/contract";

/** A reaction that stands on a message, with who put it there. */
export interface ReactionMark {
  emoji: string;
  authors: string[];
}

/**
 * Reactions by the id of the message they are on. Each person has one per message: a later one takes the place of an
 * earlier one, and one that is taken back leaves nothing.
 */
export function collectReactions(
  messages: readonly MessageView[],
  nameOf: (message: MessageView) => string,
): Map<string, ReactionMark[]> {
  const standing = new Map<string, Map<string, { emoji: string; name: string }>>();
  for (const message of messages) {
    if (message.reaction === null || message.replyToId === null) continue;
    const { emoji, removed } = message.reaction;
    const onTarget = standing.get(message.replyToId) ?? new Map<string, { emoji: string; name: string }>();
    standing.set(message.replyToId, onTarget);
    const author = `${message.author.kind} ${message.author.id ?? ""}`;
    if (!removed) onTarget.set(author, { emoji, name: nameOf(message) });
    // Some platforms do not say which one was taken back.
    else if (emoji === "" || onTarget.get(author)?.emoji === emoji) onTarget.delete(author);
  }
  return new Map([...standing].map(([target, byAuthor]) => [target, toMarks([...byAuthor.values()])]));
}

function toMarks(reactions: { emoji: string; name: string }[]): ReactionMark[] {
  const marks = new Map<string, string[]>();
  for (const { emoji, name } of reactions) marks.set(emoji, [...(marks.get(emoji) ?? []), name]);
  return [...marks].map(([emoji, authors]) => ({ emoji, authors }));
}
