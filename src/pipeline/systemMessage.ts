import type { Activity } from "../core/activity";
import type { Head, OutboundMessage } from "../core/conversation";
import { toOutboundMessage, toOutgoingActivity } from "./messages";

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
      ...toOutgoingActivity(head, text),
      ...(suggestedActions === undefined ? {} : { suggestedActions }),
    },
    now,
  });
}
