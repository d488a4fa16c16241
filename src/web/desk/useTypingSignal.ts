import { useRef } from "react";
import { api } from "../api";

/** Platforms show it for longer than this, and count every call. */
const EVERY_MS = 5_000;

/** Tells the customer that the agent is writing; call it at each key. */
export function useTypingSignal(conversationId: string, able: boolean): () => void {
  const last = useRef(Number.NEGATIVE_INFINITY);
  return () => {
    const now = performance.now();
    if (!able || now - last.current < EVERY_MS) return;
    last.current = now;
    // It is only a courtesy: whatever is wrong shows when the message is sent.
    void api.typing(conversationId).catch(() => undefined);
  };
}
