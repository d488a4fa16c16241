import type { Activity } from "../../core/activity";
import type {
  Channel,
  ChannelClient,
  DeliveryStatus,
  Instance,
  PlatformRequest,
  SendContext,
} from "../../core/channel";
import type { Head, OutboundMessage } from "../../core/conversation";
import { ChannelError, messageOf, StoreError } from "../../core/errors";
import { MEDIA_SCHEME, type OutboundMedia } from "../../core/media";
import type { MediaPort, PipelinePorts } from "../ports";

/** One outbound message with all that sending it needs. */
export interface Transmission {
  requests: PlatformRequest[];
  context: SendContext;
  client: ChannelClient;
  channel: Channel;
}

/** Prepares the platform calls. Throws ChannelError, in words for the agent, when the message cannot be sent at all. */
export async function prepare(
  ports: PipelinePorts,
  head: Head,
  message: OutboundMessage,
): Promise<Transmission> {
  const { context, client, channel } = await sendContext(ports, head, message);
  if (message.activity.attachments !== undefined)
    context.media = await mediaOf(ports.media, message.activity);
  return { channel, client, context, requests: channel.toRequests(message.activity, context) };
}

/** Whom a call to the platform is for, and with whose credentials. Throws ChannelError CHANNEL_AUTH. */
export async function sendContext(
  ports: PipelinePorts,
  head: Head,
  message: Pick<OutboundMessage, "id" | "author" | "sessionValues">,
): Promise<Pick<Transmission, "context" | "client" | "channel">> {
  const channel = ports.channels.get(head.channel);
  const client = ports.clients.get(head.channel);
  const account = ports.accounts.accountNow(head.accountId) ?? (await ports.accounts.account(head.accountId));
  const instance = account?.instances.find((candidate) => candidate.id === head.instanceId);
  if (channel === undefined || client === undefined || account === undefined || instance === undefined) {
    throw new ChannelError(
      "CHANNEL_AUTH",
      `The account of ${head.instanceId} is not configured or lacks a secret.`,
      { retryable: true, scope: "instance" },
    );
  }
  const context: SendContext = {
    account,
    instance: withSessionValues(instance, message.sessionValues),
    customerId: head.customer.id,
    messageId: message.id,
    author: message.author,
    lastInboundAt: head.lastInboundAt,
    ...(head.lastInboundId === undefined ? {} : { lastInboundId: head.lastInboundId }),
    now: ports.clock.now(),
  };
  return { channel, client, context };
}

/** The agent's session goes by the settings it opened with (S46). */
function withSessionValues(instance: Instance, values: Record<string, string> | undefined): Instance {
  return values === undefined ? instance : { ...instance, values: { ...instance.values, ...values } };
}

/** Stored files that the attachments name. Throws ChannelError CHANNEL_REFUSED when one is gone. */
async function mediaOf(media: MediaPort, activity: Activity): Promise<ReadonlyMap<string, OutboundMedia>> {
  const found = new Map<string, OutboundMedia>();
  for (const { contentUrl = "", name } of activity.attachments ?? []) {
    if (!contentUrl.startsWith(MEDIA_SCHEME)) continue;
    const id = contentUrl.slice(MEDIA_SCHEME.length);
    const info = await media.store.info(id);
    if (info === undefined) {
      const words = `The file ${name ?? id} is not there any more. Attach it again.`;
      throw new ChannelError("CHANNEL_REFUSED", words, { retryable: false });
    }
    found.set(contentUrl, { ...info, url: media.urlOf(id), read: () => readAll(media, id) });
  }
  return found;
}

async function readAll(media: MediaPort, id: string): Promise<Buffer> {
  const opened = await media.store.open(id);
  if (opened === undefined)
    throw new ChannelError("CHANNEL_REFUSED", "The file is not there any more.", { retryable: false });
  const chunks: Buffer[] = [];
  for await (const chunk of opened.stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The last status that a channel reports by itself. */
export function lastStatus(channel: Channel | undefined): DeliveryStatus {
  const abilities = channel?.definition.abilities;
  if (abilities?.read) return "read";
  return abilities?.delivered ? "delivered" : "accepted";
}

/** Anything thrown while sending, as a ChannelError; an outage of our storage is waited out, any other fault of ours counts as final so that it is seen. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  // Only files are read here, and before anything is sent: their storage will be back.
  if (error instanceof StoreError)
    return new ChannelError(
      "CHANNEL_UNAVAILABLE",
      "Our storage of files does not answer. It is tried again.",
      {
        retryable: true,
        cause: error,
      },
    );
  return new ChannelError("CHANNEL_REFUSED", `It could not be sent: ${messageOf(error)}`, {
    retryable: false,
    cause: error,
  });
}
