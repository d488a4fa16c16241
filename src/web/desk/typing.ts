import { useSyncExternalStore } from "react";

/** How long one sign of typing lasts; platforms repeat it while somebody types. */
const SHOWN_MS = 6_000;

const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

/** The customer of this conversation is typing. */
export function noteTyping(conversationId: string): void {
  clearTimeout(timers.get(conversationId));
  timers.set(
    conversationId,
    setTimeout(() => endTyping(conversationId), SHOWN_MS),
  );
  tell();
}

/** Their message has come, or nothing more came. */
export function endTyping(conversationId: string): void {
  clearTimeout(timers.get(conversationId));
  if (timers.delete(conversationId)) tell();
}

export function useTyping(conversationId: string): boolean {
  return useSyncExternalStore(subscribe, () => timers.has(conversationId));
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function tell(): void {
  for (const listener of listeners) listener();
}
