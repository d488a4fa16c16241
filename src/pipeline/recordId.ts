/** The id of a conversation's record in its thread. */
export function recordId(conversationId: string): string {
  return `conv~${conversationId.slice(conversationId.lastIndexOf(".") + 1)}`;
}
