import { ACTIVITY_EVENTS, type Activity } from "../core/activity";
import type { Author, Inbound } from "../core/channel";
import {
  type FileState,
  type Head,
  type InboundMessage,
  OPEN,
  type OutboundMessage,
} from "../core/conversation";
import { stamped } from "../core/correlation";
import { toThreadId } from "../core/ids";
import { toInstanceId } from "../core/settings";
import { inboundId } from "./plan/amend";

/** After this long an unfinished message is looked at again (by the sweep, after a crash). */
export const GRACE_MS = 10_000;

type Kept = Extract<Inbound, { kind: "activity" | "echo" | "unsupported" }>;

const HOUR_MS = 60 * 60 * 1000;
let lastHour = { number: -1, text: "" };

/** The counts page's key. */
export function toHour(instanceId: string, at: number): string {
  const number = Math.floor(at / HOUR_MS);
  if (number !== lastHour.number) lastHour = { number, text: new Date(at).toISOString().slice(0, 13) };
  return `${instanceId}@${lastHour.text}`;
}

/** The inbox entry of one webhook item: its id is made from the provider's, so a repeat finds it taken. */
export function toInboundMessage(item: Kept, accountId: string, now: number): InboundMessage {
  const instance = item.instanceExternalId ?? accountId;
  const customerId = item.customerId ?? "";
  const threadId = toThreadId(item.channel, instance, customerId);
  const occurredAt = item.occurredAt ?? now;
  const author: Author = item.kind === "echo" ? { kind: "external" } : authorOf(item, customerId);
  return {
    id: inboundId(item.channel, instance, item.key),
    type: "message",
    direction: "in",
    status: "received",
    threadId,
    channel: item.channel,
    accountId,
    instanceExternalId: instance,
    customerId,
    ...(item.kind !== "activity" || item.profile === undefined ? {} : { profile: item.profile }),
    author,
    activity:
      item.kind === "unsupported"
        ? toUnsupportedActivity(item, threadId, occurredAt)
        : plainActivity(item.activity, threadId, occurredAt),
    occurredAt,
    storedAt: now,
    open: OPEN.inbox(occurredAt),
    hour: toHour(toInstanceId(item.channel, instance), now),
    attempts: 0,
    due: now + GRACE_MS,
    ...stamped(),
  };
}

function authorOf(item: Kept, customerId: string): Author {
  const name = item.kind === "unsupported" ? undefined : item.activity.from.name;
  return name === undefined
    ? { kind: "customer", id: customerId }
    : { kind: "customer", id: customerId, name };
}

function plainActivity(activity: Activity, threadId: string, occurredAt: number): Activity {
  return {
    ...activity,
    conversation: { id: threadId },
    timestamp: activity.timestamp ?? new Date(occurredAt).toISOString(),
  };
}

function toUnsupportedActivity(
  item: Extract<Kept, { kind: "unsupported" }>,
  threadId: string,
  occurredAt: number,
): Activity {
  return {
    type: "event",
    name: ACTIVITY_EVENTS.unsupported,
    id: item.key,
    channelId: item.channel,
    timestamp: new Date(occurredAt).toISOString(),
    from: { id: item.customerId ?? "", role: "user" },
    recipient: { id: item.instanceExternalId ?? "", role: "bot" },
    conversation: { id: threadId },
    value: { reason: item.reason },
    channelData: item.raw,
  };
}

/** A text to the customer of a thread. */
export function toOutgoingActivity(head: Head, text: string): Activity {
  return {
    type: "message",
    channelId: head.channel,
    from: { id: head.instanceExternalId, role: "bot" },
    recipient: { id: head.customer.id, role: "user" },
    conversation: { id: head.threadId },
    text,
  };
}

interface OutboundSeed {
  id: string;
  threadId: string;
  conversationId: string;
  seq: number;
  instanceId: string;
  channel: string;
  author: Author;
  activity: Activity;
  now: number;
  clientId?: string | undefined;
  files?: FileState[] | undefined;
  sessionValues?: Record<string, string> | undefined;
}

/** An outbox entry, queued. */
export function toOutboundMessage(seed: OutboundSeed): OutboundMessage {
  return {
    id: seed.id,
    type: "message",
    direction: "out",
    status: "queued",
    threadId: seed.threadId,
    conversationId: seed.conversationId,
    seq: seed.seq,
    open: OPEN.outbox(seed.seq),
    author: seed.author,
    activity: seed.activity,
    occurredAt: seed.now,
    storedAt: seed.now,
    hour: toHour(seed.instanceId, seed.now),
    sentParts: 0,
    providerIds: [],
    attempts: 0,
    due: seed.now + GRACE_MS,
    ...stamped(),
    ...(seed.clientId === undefined ? {} : { clientId: seed.clientId }),
    ...(seed.files === undefined || seed.files.length === 0 ? {} : { files: seed.files }),
    ...(seed.sessionValues === undefined ? {} : { sessionValues: seed.sessionValues }),
  };
}
