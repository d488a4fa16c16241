import { useEffect } from "react";
import { api } from "../api";
import { useTranscript } from "./queries";
import { newestInbound } from "./transcript";

/** The customer's newest message that was marked read, by conversation. */
const marked = new Map<string, string>();

/** Marks what the customer wrote as read while an agent has the conversation before their eyes. */
export function useReadMark(conversationId: string, mine: boolean): void {
  const { data: messages } = useTranscript(conversationId);
  const newest = newestInbound(messages ?? [])?.id;

  useEffect(() => {
    if (!mine || newest === undefined) return;
    const mark = () => {
      if (document.visibilityState !== "visible" || marked.get(conversationId) === newest) return;
      marked.set(conversationId, newest);
      // Not told is not lost: the next message tries again.
      api.read(conversationId).catch(() => marked.delete(conversationId));
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [conversationId, mine, newest]);
}
