import type { Channel, MessageTemplate } from "../core/channel";
import { isoTime } from "../core/clock";
import type { ShownNotice } from "../core/consent";
import type { SettingsSnapshot } from "../core/settings";
import { fillSlugs } from "../core/slugs";
import type { AgentLoad, Customer, Offer, SurveyResult, WorkItem } from "../core/workItem";
import { replyWindow, windowEnd } from "../pipeline/send/replyWindow";
import type { ConversationView, OfferView, PresenceView, TemplateView } from "./contract";
import type { Masking } from "./masking";

/** What leaves the server, and nothing else: presenters alone decide. */
const iso = (ms: number | undefined): string | null => (ms === undefined ? null : isoTime(ms));

export type ItemFacts = Omit<WorkItem, "type" | "due" | "sk" | "offerId" | "offeredTo"> & {
  offeredTo?: string;
};

/** What a row does not hold: channel, instance's settings and health, helper, what agents must not see, the time. */
export interface Surroundings {
  channel: Channel | undefined;
  values: Readonly<Record<string, string>> | undefined;
  health: { state: "ok" | "warning" | "error"; text?: string };
  masking: Masking;
  helper: ConversationView["helper"];
  /** What tells agents that the talk is recorded. */
  recordingNotice?: string | undefined;
  now: number;
}

export function toConversationView(item: ItemFacts, around: Surroundings): ConversationView {
  const { channel } = around;
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
    contact: item.contact === undefined ? null : { id: item.contact.id, name: item.contact.name },
    openedAt: isoTime(item.openedAt),
    queuedAt: iso(item.queuedAt),
    lastAt: isoTime(item.lastAt),
    lastText: around.masking.mask(item.lastText, "customer"),
    windowClosesAt: iso(windowEnd(channel, item.lastInboundAt)),
    window: toWindowView(item, around),
    abilities: toAbilities(channel, around.values),
    health: { state: around.health.state, text: around.health.text ?? null },
    dispositions: item.dispositions ?? [],
    survey: item.survey === undefined ? null : toSurveyView(item.survey, around.masking),
    helper: around.helper,
    summary: item.summary === undefined ? null : around.masking.mask(item.summary, "customer"),
    context: masked(item.context, around.masking),
    skills: item.skills ?? {},
    priority: item.priority ?? 100,
    previousId: item.previousId ?? null,
    optedOut: item.optedOut === undefined ? null : { since: isoTime(item.optedOut) },
    notice: item.notice === undefined ? null : toNoticeView(item.notice),
    recordingNotice: around.recordingNotice ?? null,
    version: item.version,
  };
}

const toNoticeView = ({
  noticeId,
  version,
  at,
  answer,
}: ShownNotice): NonNullable<ConversationView["notice"]> => ({
  id: noticeId,
  version,
  shownAt: isoTime(at),
  answer: answer ?? null,
});

function toSurveyView(
  { surveyId, answers, complete, at }: SurveyResult,
  masking: Masking,
): NonNullable<ConversationView["survey"]> {
  return { surveyId, answers: masked(answers, masking), complete, at: isoTime(at) };
}

/** Values that repeat what the customer said. */
function masked(
  values: Readonly<Record<string, string | number>> | undefined,
  masking: Masking,
): Record<string, string | number> {
  const shown = Object.entries(values ?? {}).map(([name, value]): [string, string | number] => [
    name,
    typeof value === "string" ? masking.mask(value, "customer") : value,
  ]);
  return Object.fromEntries(shown);
}

export const toCustomerView = (customer: Customer) => ({
  id: customer.id,
  name: customer.name ?? null,
  screenName: customer.screenName ?? null,
  phone: customer.phone ?? null,
  locale: customer.locale ?? null,
  timezone: customer.timezone ?? null,
  followers: customer.followers ?? null,
  friends: customer.friends ?? null,
});

function toWindowView(item: ItemFacts, around: Surroundings): ConversationView["window"] {
  const { channel, now } = around;
  // An open session goes by the settings it began with; without one, the next would begin with those of now.
  const values = item.holder === "agent" ? { ...around.values, ...item.sessionValues } : around.values;
  const window = replyWindow({ channel, values, lastInboundAt: item.lastInboundAt, now });
  if (window.state === "none") return { state: "none", closesAt: null, text: null };
  const text = window.state === "open" ? null : window.text;
  return { state: window.state, closesAt: isoTime(window.closesAt), text };
}

function toAbilities(
  channel: Channel | undefined,
  values: Surroundings["values"],
): ConversationView["abilities"] {
  const abilities = channel?.definition.abilities;
  return {
    attachments: abilities?.attachments === true && values?.agentAttachments !== "off",
    quickReplies: abilities?.quickReplies === true,
    templates: abilities?.templates === true,
    typing: abilities?.typing === true,
  };
}

export function toTemplateView(template: MessageTemplate): TemplateView {
  const { id, name, language, text, variables, approved, reason } = template;
  return { id, name, language, text, variables: [...variables], approved, reason: reason ?? null };
}

/** An offer as its work stream's notification shows it; without a work stream, plainly. */
export function toOfferView(
  offer: Offer,
  { masking, settings }: { masking: Masking; settings: SettingsSnapshot },
): OfferView {
  const notification = settings.workstreams.get(offer.workstreamId)?.notification;
  const values = {
    CustomerName: offer.customer.name ?? "",
    Language: offer.customer.locale ?? "",
    Channel: offer.channel,
    QueueName: settings.queues.get(offer.queueId)?.name ?? "",
  };
  const fill = (text: string): string => masking.mask(fillSlugs(text, values, offer.context), "customer");
  return {
    title: notification?.title === undefined ? null : fill(notification.title),
    fields: (notification?.fields ?? []).map(fill).filter((line) => line.trim() !== ""),
    desktop: notification?.desktop ?? "background",
    mayReject: notification?.reject ?? true,
    transferredBy: offer.transferredBy ?? null,
    id: offer.id,
    conversationId: offer.conversationId,
    queueId: offer.queueId,
    agentId: offer.agentId,
    createdAt: isoTime(offer.createdAt),
    expiresAt: isoTime(offer.expiresAt),
    customer: toCustomerView(offer.customer),
    channel: offer.channel,
    lastText: masking.mask(offer.lastText, "customer"),
    summary: offer.summary === undefined ? null : masking.mask(offer.summary, "customer"),
  };
}

export function toPresenceView(agent: AgentLoad, capacity: number): PresenceView {
  return { agentId: agent.agentId, presence: agent.presence, used: agent.used, capacity };
}
