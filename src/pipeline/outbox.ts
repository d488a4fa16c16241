import type { Channel } from "../core/channel";
import type { Head, OutboundMessage } from "../core/conversation";
import { ChannelError, Conflict, InputError, NotFound } from "../core/errors";
import { hashId, newId, threadOf } from "../core/ids";
import type { Stored } from "../core/store";
import type { Deliverer } from "./deliver";
import { toOutboundMessage } from "./messages";
import type { PipelinePorts } from "./ports";
import type { Threads } from "./threads";
import { prepare } from "./transmit";

export interface AgentText {
  conversationId: string;
  agent: { id: string; name: string };
  text: string;
  /** Made by the client: the same one twice is one message. */
  clientId?: string | undefined;
}

const MAX_RACES = 20;

/** What people say: checked, written and only then sent. */
export function createOutbox(ports: PipelinePorts, parts: { threads: Threads; deliverer: Deliverer }) {
  return {
    /**
     * Adds an agent's message to the thread's outbox; resolves when it is durable.
     * Throws ChannelError (CHANNEL_WINDOW_CLOSED with the sentence to show), Conflict, NotFound, StoreError.
     */
    async add(text: AgentText): Promise<OutboundMessage> {
      const threadId = threadOf(text.conversationId);
      if (threadId === undefined) throw new NotFound("NOT_FOUND", "There is no such conversation.");
      return parts.threads.serially(threadId, () => write(threadId, text));
    },
  };

  async function write(threadId: string, text: AgentText): Promise<OutboundMessage> {
    const id =
      text.clientId === undefined
        ? newId("out")
        : hashId("out", text.conversationId, text.agent.id, text.clientId);
    for (let race = 0; race < MAX_RACES; race++) {
      const head = await parts.threads.head(threadId);
      if (head?.doc.live?.id !== text.conversationId) return alreadySent(threadId, id);
      const message = toAgentMessage(id, head.doc, text, ports.clock.now());
      await checkSendable(ports, head.doc, message);
      const next: Head = { ...head.doc, seq: message.seq ?? head.doc.seq };
      const [begun] = parts.deliverer.begin(next, [message]);
      const doc = begun ?? message;
      const result = await parts.threads.commit(head, next, [{ do: "create", doc }], "agentMessage");
      if (result.ok) {
        parts.deliverer.add(next, [{ doc, etag: result.etags[1] ?? "" }]);
        return doc;
      }
      if (result.reason === "exists") return alreadySent(threadId, id);
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  async function alreadySent(threadId: string, id: string): Promise<OutboundMessage> {
    const known: Stored<OutboundMessage> | undefined = await ports.store.read("threads", threadId, id);
    if (known !== undefined) return known.doc;
    throw new Conflict("WRONG_STATE", "This conversation is closed; nothing can be sent in it any more.");
  }
}

function toAgentMessage(id: string, head: Head, text: AgentText, now: number): OutboundMessage {
  if (text.text.trim() === "") throw new InputError("INPUT_INVALID", "There is nothing to send.");
  return toOutboundMessage({
    id,
    threadId: head.threadId,
    conversationId: text.conversationId,
    seq: head.seq + 1,
    instanceId: head.instanceId,
    channel: head.channel,
    author: { kind: "agent", id: text.agent.id, name: text.agent.name },
    activity: {
      type: "message",
      channelId: head.channel,
      from: { id: head.instanceExternalId, role: "bot" },
      recipient: { id: head.customer.id, role: "user" },
      conversation: { id: head.threadId },
      text: text.text,
    },
    now,
    clientId: text.clientId,
  });
}

/** Refuses now, in words, what the channel would refuse later: a shut window, a message it cannot carry. */
async function checkSendable(ports: PipelinePorts, head: Head, message: OutboundMessage): Promise<void> {
  try {
    await prepare(ports, head, message);
  } catch (error) {
    // An account that is unusable now may be mended before the message is given up: it is held, not refused.
    if (!(error instanceof ChannelError && error.retryable)) throw error;
  }
}

/** The end of the reply window (ms); undefined where the channel has none or the customer never wrote. */
export function windowEnd(
  channel: Channel | undefined,
  lastInboundAt: number | undefined,
): number | undefined {
  const hours = channel?.definition.window?.hours;
  return hours === undefined || lastInboundAt === undefined
    ? undefined
    : lastInboundAt + hours * 60 * 60 * 1000;
}
