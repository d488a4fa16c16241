import type { DeliveryStatus, MessagePart } from "../../core/channel";
import type { OutboundMessage } from "../../core/conversation";

const RANK: Record<OutboundMessage["status"], number> = {
  queued: 0,
  sending: 1,
  accepted: 2,
  delivered: 3,
  read: 4,
  failed: 5,
};

export interface Progress {
  status: DeliveryStatus;
  providerIds?: readonly string[];
  sentParts?: number;
  /** The call that this is about, where the message needed several. */
  part?: MessagePart;
  error?: NonNullable<OutboundMessage["error"]>;
  now: number;
  /** The highest status the channel will ever report; later ones are not waited for. */
  last: DeliveryStatus;
}

/**
 * The message after news from the platform; undefined when it tells nothing new. A status only moves forward;
 * "failed" is final, and no longer believed once the customer has it.
 */
export function advance(message: OutboundMessage, news: Progress): OutboundMessage | undefined {
  const providerIds = [...new Set([...message.providerIds, ...(news.providerIds ?? [])])];
  if (news.part !== undefined && news.part.n < news.part.of && news.status !== "failed") {
    // The platform has a part: the message is not over before its last.
    const sentParts = Math.max(message.sentParts, news.part.n);
    const isKnown = sentParts === message.sentParts && providerIds.length === message.providerIds.length;
    return isKnown ? undefined : { ...message, providerIds, sentParts };
  }
  const behind =
    RANK[news.status] <= RANK[message.status] ||
    (news.status === "failed" && RANK[message.status] >= RANK.delivered);
  if (
    behind &&
    providerIds.length === message.providerIds.length &&
    (news.sentParts ?? 0) <= message.sentParts
  )
    return undefined;
  const {
    open: _open,
    due: _due,
    sending,
    ambiguousAt: _ambiguousAt,
    awaitingAt: _awaitingAt,
    error,
    ...rest
  } = message;
  const status = behind ? message.status : news.status;
  const acceptedAt = message.acceptedAt ?? news.now;
  const awaits = status !== "failed" && RANK[status] < RANK[news.last];
  return {
    ...rest,
    status,
    providerIds,
    sentParts: Math.max(message.sentParts, news.sentParts ?? 0),
    acceptedAt,
    // The platform's own time of the message lies between the call and its answer: "read up to" must find it.
    ...(awaits ? { awaitingAt: message.awaitingAt ?? sending?.since ?? acceptedAt } : {}),
    ...(status === "failed"
      ? {
          error: news.error ??
            error ?? { code: "CHANNEL_REFUSED", message: "The platform could not deliver it." },
        }
      : {}),
  };
}

/** True once nothing of the outbox is left to do for it. */
export function isSettled(message: OutboundMessage): boolean {
  return RANK[message.status] >= RANK.accepted;
}
