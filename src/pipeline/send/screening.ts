import type { Head, OutboundMessage } from "../../core/conversation";
import { ChannelError } from "../../core/errors";
import type { OutgoingFacts } from "../../core/plugin";
import type { PipelinePorts } from "../ports";

/**
 * Lets plugins look at a message before it stands in the outbox: the message, maybe with another text. Throws
 * ChannelError PLUGIN_REFUSED with the plugin's words. Without such a plugin it costs nothing.
 */
export async function screened(
  ports: PipelinePorts,
  head: Head,
  message: OutboundMessage,
): Promise<OutboundMessage> {
  const look = ports.plugins?.hooks.beforeSending;
  if (look === undefined) return message;
  const { answer } = await look(toOutgoing(ports, head, message), `${message.id}~beforeSending`);
  if (answer.refuse !== undefined)
    throw new ChannelError("PLUGIN_REFUSED", answer.refuse, { retryable: false });
  if (answer.text === undefined || answer.text === message.activity.text) return message;
  return { ...message, activity: { ...message.activity, text: answer.text } };
}

/** The same for what nobody waits for: a refused message stays in the transcript as not delivered, with the reason. */
export async function screenedOrFailed(
  ports: PipelinePorts,
  head: Head,
  message: OutboundMessage,
): Promise<OutboundMessage> {
  try {
    return await screened(ports, head, message);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { id, threadId, author } = message;
    ports.log.info(
      { threadId, messageId: id, author: author.kind, code: error.code },
      "a plugin refused a message",
    );
    const { open: _open, due: _due, ...rest } = message;
    return { ...rest, status: "failed", error: { code: error.code, message: error.message } };
  }
}

function toOutgoing(ports: PipelinePorts, head: Head, message: OutboundMessage): OutgoingFacts {
  const { live, threadId, channel, instanceId, customer } = head;
  const { id, kind } = message.author;
  return {
    conversationId: message.conversationId ?? "",
    threadId,
    channel,
    instanceId,
    workstreamId: live?.workstreamId ?? ports.settings.current().instances.get(instanceId)?.workstream ?? "",
    customer: { ...customer },
    context: live?.context ?? {},
    text: message.activity.text ?? "",
    author: { kind, ...(id === undefined ? {} : { id }) },
  };
}
