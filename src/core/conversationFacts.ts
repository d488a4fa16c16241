import type { ConversationFacts } from "./plugin";
import type { WorkItemSeed } from "./workItem";

/** What plugins may know of a conversation that stands in the line, or is to. */
export function toFacts(
  conversationId: string,
  seed: Pick<
    WorkItemSeed,
    "threadId" | "channel" | "instanceId" | "workstreamId" | "customer" | "context" | "lastText"
  >,
): ConversationFacts {
  const { threadId, channel, instanceId, workstreamId, customer, context = {}, lastText: text } = seed;
  return {
    conversationId,
    threadId,
    channel,
    instanceId,
    workstreamId,
    customer: { ...customer },
    context,
    text,
  };
}
