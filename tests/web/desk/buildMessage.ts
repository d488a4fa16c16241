import type { MessageView } from "../../../src/desk/contract";

/** A customer's message that was worked. */
export function buildMessage(part: Partial<MessageView> & { seq: number }): MessageView {
  const at = `2026-11-21T10:00:${String(part.seq).padStart(2, "0")}.000Z`;
  return {
    id: `m${part.seq}`,
    conversationId: "t.1",
    direction: "in",
    author: { kind: "customer", id: "7", name: "Gilda" },
    text: "Hello",
    kind: "message",
    event: null,
    attachments: [],
    place: null,
    choices: [],
    replyToId: null,
    reaction: null,
    editedAt: null,
    deletedAt: null,
    occurredAt: at,
    storedAt: at,
    status: "worked",
    error: null,
    clientId: null,
    ...part,
  };
}
