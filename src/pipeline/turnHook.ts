import type { Head, LiveConversation } from "../core/conversation";
import { textOf } from "./meaning";
import type { TurnInput } from "./planParts";

/**
 * The conversation with the variables that plugins add before anybody hears the message; the very same object where they
 * have nothing to say. Repeated turns ask again under the same id.
 */
export async function withVariables(
  input: TurnInput,
  head: Head,
  live: LiveConversation,
): Promise<LiveConversation> {
  const { hooks, inbound } = input;
  if (hooks?.beforeTurn === undefined || input.giveUp !== undefined) return live;
  const facts = {
    conversationId: live.id,
    threadId: head.threadId,
    channel: head.channel,
    instanceId: head.instanceId,
    workstreamId: live.workstreamId,
    customer: { ...head.customer },
    context: live.context ?? {},
    text: inbound.activity.text ?? textOf(inbound),
  };
  const { answer } = await hooks.beforeTurn(facts, `${inbound.id}~beforeTurn`);
  return Object.keys(answer).length === 0 ? live : { ...live, context: { ...live.context, ...answer } };
}
