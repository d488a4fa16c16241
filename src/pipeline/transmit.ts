import type { Channel, ChannelClient, DeliveryStatus, PlatformRequest, SendContext } from "../core/channel";
import type { Head, OutboundMessage } from "../core/conversation";
import { ChannelError, messageOf } from "../core/errors";
import type { PipelinePorts } from "./ports";

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
  const channel = ports.channels.get(head.channel);
  const client = ports.clients.get(head.channel);
  const account = ports.accounts.accountNow(head.accountId) ?? (await ports.accounts.account(head.accountId));
  const instance = account?.instances.find((candidate) => candidate.id === head.instanceId);
  if (channel === undefined || client === undefined || account === undefined || instance === undefined) {
    throw new ChannelError(
      "CHANNEL_AUTH",
      `The account of ${head.instanceId} is not configured or lacks a secret.`,
      {
        retryable: true,
        scope: "instance",
      },
    );
  }
  const context: SendContext = {
    account,
    instance,
    customerId: head.customer.id,
    messageId: message.id,
    author: message.author,
    lastInboundAt: head.lastInboundAt,
    now: ports.clock.now(),
  };
  return { channel, client, context, requests: channel.toRequests(message.activity, context) };
}

/** The last status that a channel reports by itself. */
export function lastStatus(channel: Channel | undefined): DeliveryStatus {
  const abilities = channel?.definition.abilities;
  if (abilities?.read) return "read";
  return abilities?.delivered ? "delivered" : "accepted";
}

/** Anything thrown while sending, as a ChannelError; a fault of ours counts as final so that it is seen. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  return new ChannelError("CHANNEL_REFUSED", `It could not be sent: ${messageOf(error)}`, {
    retryable: false,
    cause: error,
  });
}
