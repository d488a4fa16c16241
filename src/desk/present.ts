import type { Channel } from "../core/channel";
import { isoTime } from "../core/clock";
import type { AgentLoad, Customer, Message, Offer, WorkItem } from "../core/conversation";
import { windowEnd } from "../pipeline/outbox";
import { textOf } from "../pipeline/turnPlan";
import type { ConversationView, MessageView, OfferView, PresenceView } from "./contract";

/** What leaves the server, and nothing else: presenters alone decide. */
const iso = (ms: number | undefined): string | null => (ms === undefined ? null : isoTime(ms));

export type ItemFacts = Omit<WorkItem, "type" | "due" | "sk" | "offerId" | "offeredTo"> & {
  offeredTo?: string;
};

export function toConversationView(item: ItemFacts, channel: Channel | undefined): ConversationView {
  return {
    id: item.conversationId,
    state: item.state,
    holder: item.holder,
    channel: item.channel,
    instanceId: item.instanceId,
    workstreamId: item.workstreamId,
    queueId: item.queueId ?? null,
    agentId: item.agentId ?? null,
    offeredTo: item.offeredTo ?? null,
    distribution: item.distribution,
    customer: toCustomerView(item.customer),
    openedAt: isoTime(item.openedAt),
    queuedAt: iso(item.queuedAt),
    lastAt: isoTime(item.lastAt),
    lastText: item.lastText,
    windowClosesAt: iso(windowEnd(channel, item.lastInboundAt)),
    window: { state: "none", closesAt: null, text: null },
    abilities: toAbilities(channel),
    health: { state: "ok", text: null },
    version: item.version,
  };
}

const toCustomerView = (customer: Customer) => ({
  id: customer.id,
  name: customer.name ?? null,
  screenName: customer.screenName ?? null,
  phone: customer.phone ?? null,
  locale: customer.locale ?? null,
  timezone: customer.timezone ?? null,
  followers: customer.followers ?? null,
  friends: customer.friends ?? null,
});

function toAbilities(channel: Channel | undefined): ConversationView["abilities"] {
  const {
    attachments = false,
    quickReplies = false,
    templates = false,
    typing = false,
  } = channel?.definition.abilities ?? {};
  return { attachments, quickReplies, templates, typing };
}

export function toMessageView(message: Message): MessageView {
  const { author, activity } = message;
  const isText = activity.type === "message";
  const error = message.direction === "out" ? message.error : message.deadReason;
  return {
    id: message.id,
    seq: message.seq ?? 0,
    conversationId: message.conversationId ?? "",
    direction: author.kind === "customer" ? "in" : "out",
    author: { kind: author.kind, id: author.id ?? null, name: author.name ?? null },
    text: isText ? (activity.text ?? "") : eventText(message),
    kind: isText ? "message" : "event",
    event: isText ? null : (activity.name ?? activity.type).replace(/^switchboard\./, ""),
    attachments: [],
    place: null,
    choices: [],
    replyToId: null,
    reaction: null,
    editedAt: iso(message.editedAt),
    deletedAt: iso(message.deletedAt),
    occurredAt: isoTime(message.occurredAt),
    storedAt: isoTime(message.storedAt),
    // What was said from another tool came in by webhook: the platform has it.
    status: author.kind === "external" ? "accepted" : message.status,
    error:
      error === undefined
        ? null
        : { code: error.code, message: error.message, platformCode: platformCodeOf(error) },
    clientId: message.direction === "out" ? (message.clientId ?? null) : null,
  };
}

function platformCodeOf(error: { platformCode?: string } | { code: string }): string | null {
  return "platformCode" in error ? (error.platformCode ?? null) : null;
}

function eventText(message: Message): string {
  const { activity } = message;
  if (activity.text !== undefined && activity.text !== "") return activity.text;
  const reason = textOf(message).slice(1, -1);
  return activity.name === "switchboard.unsupported"
    ? `Sent something this version cannot show: ${reason}.`
    : reason;
}

export function toOfferView(offer: Offer): OfferView {
  return {
    id: offer.id,
    conversationId: offer.conversationId,
    queueId: offer.queueId,
    agentId: offer.agentId,
    createdAt: isoTime(offer.createdAt),
    expiresAt: isoTime(offer.expiresAt),
    customer: toCustomerView(offer.customer),
    channel: offer.channel,
    lastText: offer.lastText,
  };
}

export function toPresenceView(agent: AgentLoad, capacity: number): PresenceView {
  return { agentId: agent.agentId, presence: agent.presence, used: agent.used, capacity };
}
