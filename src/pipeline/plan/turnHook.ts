import type { Head, LiveConversation, TraceEntry } from "../../core/conversation";
import { textOf } from "./meaning";
import type { TurnInput } from "./planParts";

/** A conversation before anybody hears the message, and what plugins could not tell. */
interface Prepared {
  live: LiveConversation;
  trace: TraceEntry[];
}

/**
 * The conversation with the variables that plugins add before anybody hears the message; the very same object where they
 * have nothing to say. Repeated turns ask again under the same id.
 */
export async function withVariables(input: TurnInput, head: Head, live: LiveConversation): Promise<Prepared> {
  const { hooks, inbound } = input;
  if (hooks?.beforeTurn === undefined || input.giveUp !== undefined) return { live, trace: [] };
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
  const { answer, faults } = await hooks.beforeTurn(facts, `${inbound.id}~beforeTurn`);
  return {
    live: Object.keys(answer).length === 0 ? live : { ...live, context: { ...live.context, ...answer } },
    trace: faults.map((text) => ({ at: input.now, kind: "fault", text })),
  };
}
