import { hash, randomFillSync } from "node:crypto";

/**
 * Document ids are ASCII without `/ \ ? #` (Cosmos refuses those), so natural keys are hashed:
 * `<prefix>~<base64url(sha256(parts))>`, cut to 27 characters (160 bits).
 */
export function hashId(prefix: string, ...parts: string[]): string {
  const digest = hash("sha256", parts.join("\u0000"), "base64url").slice(0, 27);
  return prefix === "" ? digest : `${prefix}~${digest}`;
}

/** One customer with one instance, for ever. `instanceId` and `customerId` are the platform's own ids. */
export function toThreadId(channel: string, instanceId: string, customerId: string): string {
  return hashId("t", channel, instanceId, customerId);
}

/** Conversation `n` of a thread; its partition is always known from it. */
export function toConversationId(threadId: string, n: number): string {
  return `${threadId}.${n}`;
}

/** Its place among the thread's conversations, from 1; 0 when the text is no conversation's id. */
export function numberOf(conversationId: string): number {
  return Number(/\.(\d{1,9})$/.exec(conversationId)?.[1] ?? 0);
}

/** The thread of a conversation id; undefined when the text is not one. */
export function threadOf(conversationId: string): string | undefined {
  return /^(t~[A-Za-z0-9_-]{27})\.\d{1,9}$/.exec(conversationId)?.[1];
}

const ID_BYTES = 16;
/** Random bytes for the next ids: asking the system for many at once costs about what asking for few does. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;

/** A fresh random id, 128 bits. */
export function newId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return `${prefix}~${pool.toString("base64url", used - ID_BYTES, used)}`;
}

/** Could this name something of ours? What could not is not there; the store would refuse it as a fault of ours. */
export function isName(text: string): boolean {
  return text.length <= 200 && /^[^/\\?#\p{Cc}\p{Cs}]+$/u.test(text);
}
