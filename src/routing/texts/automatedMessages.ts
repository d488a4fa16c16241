import { newId } from "../../core/ids";
import type { TextByLanguage } from "../../core/settingFields";
import type { SettingsSnapshot } from "../../core/settings";
import { type AutomatedMessageSettings, MESSAGE_TRIGGERS, type MessageTrigger } from "../../core/texts";
import type { Tx } from "../../core/transact";
import type { Announcement, ClosureReason, WorkItem } from "../../core/workItem";
import type { QueuePorts } from "../ports";
import { DEFAULT_MESSAGES } from "./defaultTexts";

/** Left to the sweep when this process dies before it has told the customer. */
const GRACE_MS = 10_000;

type Where = Pick<WorkItem, "channel" | "instanceId" | "workstreamId">;

/**
 * The text that a customer is told on `trigger`, by language; undefined when nothing is to be said. What an admin set
 * for the instance counts before what is set for the channel, and that before what is set for all.
 */
export function automatedText(
  settings: SettingsSnapshot,
  trigger: MessageTrigger,
  where: Where,
): TextByLanguage | undefined {
  if (settings.workstreams.get(where.workstreamId)?.automatedMessages === false) return undefined;
  const set = nearest(settings, trigger, where);
  const standard = DEFAULT_MESSAGES[trigger];
  if (set === undefined) return standard.on ? standard.text : undefined;
  return set.enabled ? (set.text ?? standard.text) : undefined;
}

/** The customer shall be told, in the batch of what causes it; nothing when nothing is to be said. */
export function announce(
  ports: Pick<QueuePorts, "settings" | "clock">,
  tx: Tx,
  item: WorkItem,
  trigger: MessageTrigger,
  values: Record<string, string | number> = {},
): void {
  if (automatedText(ports.settings.current(), trigger, item) === undefined) return;
  tx.put(toAnnouncement(ports, item, trigger, values));
}

/** Why an agent's session was over before a colleague took the conversation. */
const HANDED_ON: readonly (ClosureReason | undefined)[] = [
  "transferredToQueue",
  "transferredToAgent",
  "supervisorAssigned",
];

/** An agent takes the conversation: the first one helps, one after a transfer takes over, and each has joined. */
export function announceTaken(
  ports: Pick<QueuePorts, "settings" | "clock">,
  tx: Tx,
  item: WorkItem,
  agentId: string,
): void {
  const name = { AgentName: agentName(ports.settings.current(), agentId) };
  const last = item.sessions.findLast(({ acceptedAt }) => acceptedAt !== undefined);
  if (last === undefined) announce(ports, tx, item, "agentAssigned", name);
  else if (HANDED_ON.includes(last.closure) && last.agentId !== agentId)
    announce(ports, tx, item, "transferred", name);
  announce(ports, tx, item, "agentJoined", name);
}

/** An agent's session is over before the work is. */
export function announceLeft(
  ports: Pick<QueuePorts, "settings" | "clock">,
  tx: Tx,
  item: WorkItem,
  agentId: string,
): void {
  announce(ports, tx, item, "agentLeft", { AgentName: agentName(ports.settings.current(), agentId) });
}

/**
 * The customer shall be asked what they think of it, when a survey is set for the instance or work stream; not again when
 * they have answered it all.
 */
export function announceSurvey(ports: Pick<QueuePorts, "settings" | "clock">, tx: Tx, item: WorkItem): void {
  const id = surveyOf(ports.settings.current(), item);
  if (id === undefined || item.survey?.complete === true) return;
  // What the customer writes from now on is about the work, not an answer: nobody is asked then.
  tx.put(toAnnouncement(ports, item, "survey", { survey: id, seen: item.lastInboundSeq ?? 0 }));
}

/** The survey that follows a conversation; undefined when there is none, or nothing automatic is sent. */
export function surveyOf(settings: SettingsSnapshot, where: Where): string | undefined {
  if (settings.workstreams.get(where.workstreamId)?.automatedMessages === false) return undefined;
  const id =
    settings.instances.get(where.instanceId)?.survey ?? settings.workstreams.get(where.workstreamId)?.survey;
  return id !== undefined && settings.surveys.has(id) ? id : undefined;
}

/** The name of an agent, for customers. */
export const agentName = (settings: SettingsSnapshot, agentId: string): string =>
  settings.agents.get(agentId)?.name ?? agentId;

function nearest(
  settings: SettingsSnapshot,
  trigger: MessageTrigger,
  where: Where,
): AutomatedMessageSettings | undefined {
  let found: AutomatedMessageSettings | undefined;
  let best = -1;
  for (const message of settings.automatedMessages.values()) {
    const rank = message.trigger === trigger ? nearness(message, where) : -1;
    if (rank > best) [found, best] = [message, rank];
  }
  return found;
}

/** 2: set for this instance, 1: for this channel, 0: for all, -1: for something else. */
function nearness(message: AutomatedMessageSettings, where: Where): number {
  if (message.instance !== undefined) return message.instance === where.instanceId ? 2 : -1;
  if (message.channel !== undefined) return message.channel === where.channel ? 1 : -1;
  return 0;
}

const orderOf = (trigger: Announcement["trigger"]): number =>
  trigger === "survey" ? MESSAGE_TRIGGERS.length : MESSAGE_TRIGGERS.indexOf(trigger);

function toAnnouncement(
  ports: Pick<QueuePorts, "settings" | "clock">,
  item: WorkItem,
  trigger: Announcement["trigger"],
  values: Record<string, string | number>,
): Announcement {
  const queue = ports.settings.current().queues.get(item.queueId ?? "");
  return {
    id: newId("announce"),
    type: "announcement",
    conversationId: item.conversationId,
    trigger,
    values: { QueueName: queue?.name ?? "", ...values },
    // A sweep that finds several of one moment says them in their order.
    due: ports.clock.now() + GRACE_MS + orderOf(trigger),
  };
}
