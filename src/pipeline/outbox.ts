import type { Activity } from "../core/activity";
import type { TemplateUse } from "../core/channel";
import type { FileState, Head, Message, OutboundMessage } from "../core/conversation";
import { ChannelError, Conflict, InputError, NotFound } from "../core/errors";
import { hashId, isName, newId, threadOf } from "../core/ids";
import { MEDIA_SCHEME } from "../core/media";
import type { Stored } from "../core/store";
import { isUploadOf } from "../core/uploadId";
import type { Look } from "./look";
import { toOutboundMessage, toOutgoingActivity } from "./messages";
import { choicesOf } from "./plan/choices";
import type { PipelinePorts } from "./ports";
import type { Deliverer } from "./send/deliver";
import { screened } from "./send/screening";
import { prepare } from "./send/transmit";
import type { Threads } from "./threads";

export interface AgentText {
  conversationId: string;
  agent: { id: string; name: string };
  text: string;
  /** Stored files, by their ids. */
  mediaIds?: readonly string[];
  /** To tap, or to answer by number. */
  choices?: readonly string[];
  /** Instead of free text, where the window is shut. */
  template?: TemplateUse;
  /** The message of this thread that it answers, by our id of it. */
  replyToId?: string | undefined;
  /** Settings of the instance as they were when the agent's session opened. */
  sessionValues?: Record<string, string> | undefined;
  /** Made by the client: the same one twice is one message. */
  clientId?: string | undefined;
}

const MAX_RACES = 20;

/** What people say: checked, written and only then sent. */
export function createOutbox(
  ports: PipelinePorts,
  parts: { threads: Threads; deliverer: Deliverer; look: Look },
) {
  return {
    /**
     * Adds an agent's message to the thread's outbox; resolves when it is durable.
     * Throws ChannelError (CHANNEL_WINDOW_CLOSED or PLUGIN_REFUSED with the sentence to show), Conflict, NotFound, StoreError.
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
    const content = await toContent(threadId, text);
    for (let race = 0; race < MAX_RACES; race++) {
      const { head } = await parts.look(threadId);
      if (head?.doc.live?.id !== text.conversationId) return alreadySent(threadId, id);
      if (content.files.length > 0) needAttachmentsOn(head.doc);
      const written = toAgentMessage({ id, head: head.doc, text, content, now: ports.clock.now() });
      const message = await screened(ports, head.doc, written);
      await checkSendable(ports, head.doc, message);
      // What the customer says next answers the agent, not a survey.
      const { survey: _survey, ...rest } = head.doc;
      const now = ports.clock.now();
      const live = { ...head.doc.live, answeredAt: head.doc.live.answeredAt ?? now };
      const next: Head = { ...rest, live, seq: message.seq ?? head.doc.seq };
      const choices = choicesOf(message.activity);
      if (choices.length > 0) next.choices = choices;
      const [begun] = parts.deliverer.begin(next, [message]);
      const doc = begun ?? message;
      const result = await parts.threads.commit(head, next, [{ do: "create", doc }], "agentMessage");
      if (result.ok) {
        tellWritten(head.doc, doc, now);
        parts.deliverer.add(next, [{ doc, etag: result.etags[1] ?? "" }]);
        return doc;
      }
      if (result.reason === "exists") return alreadySent(threadId, id);
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  function tellWritten({ channel, live }: Head, { id: messageId, threadId }: OutboundMessage, now: number) {
    const fields = { messageId, threadId, conversationId: live?.id, channel };
    ports.log.info(fields, "an agent's message was written");
    if (live === undefined || live.answeredAt !== undefined) return;
    ports.meter.time(
      "switchboard_first_answer_seconds",
      { channel },
      now - (live.peopleSince ?? live.openedAt),
    );
  }

  /** The parts of the activity beyond its text. Throws InputError for a file that is not there, or nothing to send. */
  async function toContent(threadId: string, text: AgentText): Promise<AgentContent> {
    const files: FileState[] = [];
    for (const mediaId of text.mediaIds ?? []) {
      // Somebody else's file, whose id was seen somewhere, is none of this agent's to send.
      const info = isUploadOf(mediaId, text.agent.id) ? await ports.media.store.info(mediaId) : undefined;
      if (info === undefined)
        throw new InputError("INPUT_INVALID", "A file was not uploaded, or is gone. Attach it again.");
      const { contentType, bytes, name } = info;
      files.push({ state: "stored", mediaId, contentType, bytes, ...(name === undefined ? {} : { name }) });
    }
    if (text.text.trim() === "" && files.length === 0 && text.template === undefined)
      throw new InputError("INPUT_INVALID", "There is nothing to send.");
    const replyToId = text.replyToId === undefined ? undefined : await platformIdOf(threadId, text.replyToId);
    return { files, ...(replyToId === undefined ? {} : { replyToId }) };
  }

  async function platformIdOf(threadId: string, messageId: string): Promise<string | undefined> {
    if (!isName(messageId)) return undefined;
    const stored = await ports.store.read<Message>("threads", threadId, messageId);
    if (stored?.doc.type !== "message") return undefined;
    return stored.doc.direction === "in" ? stored.doc.activity.id : stored.doc.providerIds[0];
  }

  function needAttachmentsOn(head: Head): void {
    const values = ports.settings.current().instances.get(head.instanceId)?.values;
    if (values?.agentAttachments === "off")
      throw new ChannelError(
        "CHANNEL_ATTACHMENTS_OFF",
        "File attachments from agents are switched off here. Send text, or ask an admin to switch them on.",
        { retryable: false },
      );
  }

  async function alreadySent(threadId: string, id: string): Promise<OutboundMessage> {
    const known: Stored<OutboundMessage> | undefined = await ports.store.read("threads", threadId, id);
    if (known !== undefined) return known.doc;
    throw new Conflict("WRONG_STATE", "This conversation is closed; nothing can be sent in it any more.");
  }
}

interface AgentContent {
  files: FileState[];
  /** The platform's id. */
  replyToId?: string;
}

function toAgentMessage(seed: {
  id: string;
  head: Head;
  text: AgentText;
  content: AgentContent;
  now: number;
}): OutboundMessage {
  const { id, head, text, content, now } = seed;
  const { conversationId, agent, clientId, sessionValues } = text;
  return toOutboundMessage({
    id,
    threadId: head.threadId,
    conversationId,
    seq: head.seq + 1,
    instanceId: head.instanceId,
    channel: head.channel,
    author: { kind: "agent", id: agent.id, name: agent.name },
    activity: toActivity(head, text, content),
    now,
    clientId,
    files: content.files,
    sessionValues,
  });
}

function toActivity(head: Head, text: AgentText, { files, replyToId }: AgentContent): Activity {
  const activity = toOutgoingActivity(head, text.text);
  if (replyToId !== undefined) activity.replyToId = replyToId;
  if (files.length > 0)
    activity.attachments = files.map(({ contentType, mediaId, name }) => ({
      contentType,
      contentUrl: `${MEDIA_SCHEME}${mediaId}`,
      ...(name === undefined ? {} : { name }),
    }));
  if (text.choices !== undefined && text.choices.length > 0)
    activity.suggestedActions = {
      actions: text.choices.map((title) => ({ type: "imBack", title, value: title })),
    };
  if (text.template !== undefined) activity.channelData = { template: text.template };
  return activity;
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
