import { numberOf } from "../../core/ids";
import type { Doc } from "../../core/store";

/** What of a thread is meant: all of it, or the conversations with these numbers (both ends inclusive). */
export type ThreadPart = "all" | readonly { from: number; to: number }[];

export function isIn(part: ThreadPart, conversationId: string): boolean {
  const n = numberOf(conversationId);
  return part === "all" || part.some(({ from, to }) => n >= from && n <= to);
}

/** The conversation that a document of a thread belongs to, where it names one. */
export const conversationOf = (doc: Doc): string | undefined =>
  (doc as { conversationId?: string }).conversationId;
