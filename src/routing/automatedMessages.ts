import type { Announcement, WorkItem } from "../core/conversation";
import { newId } from "../core/ids";
import type { TextByLanguage } from "../core/settingFields";
import type { SettingsSnapshot } from "../core/settings";
import type { AutomatedMessageSettings, MessageTrigger } from "../core/texts";
import type { Tx } from "../core/transact";
import { DEFAULT_MESSAGES } from "./defaultTexts";
import type { QueuePorts } from "./ports";

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

/** The customer shall be asked what they think of it, when a survey is set for the instance or work stream. */
export function announceSurvey(ports: Pick<QueuePorts, "settings" | "clock">, tx: Tx, item: WorkItem): void {
  const id = surveyOf(ports.settings.current(), item);
  if (id !== undefined) tx.put(toAnnouncement(ports, item, "survey", { survey: id }));
}

/** The survey that follows a conversation; undefined when there is none. */
export function surveyOf(settings: SettingsSnapshot, where: Where): string | undefined {
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
    due: ports.clock.now() + GRACE_MS,
  };
}
