import type { Activity } from "../core/activity";
import type { Head, OutboundMessage } from "../core/conversation";
import { toOutboundMessage } from "./messages";

/** A message that nobody wrote. */
export function toSystemMessage(said: {
  head: Head;
  conversationId: string;
  id: string;
  text: string;
  now: number;
  suggestedActions?: Activity["suggestedActions"];
}): OutboundMessage {
  const { head, conversationId, id, text, now, suggestedActions } = said;
  return toOutboundMessage({
    id,
    threadId: head.threadId,
    conversationId,
    seq: head.seq + 1,
    instanceId: head.instanceId,
    channel: head.channel,
    author: { kind: "system" },
    activity: {
      type: "message",
      channelId: head.channel,
      from: { id: head.instanceExternalId, role: "bot" },
      recipient: { id: head.customer.id, role: "user" },
      conversation: { id: head.threadId },
      text,
      ...(suggestedActions === undefined ? {} : { suggestedActions }),
    },
    now,
  });
}
