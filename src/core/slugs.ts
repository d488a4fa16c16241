import type { MessageTrigger } from "./texts";

/** `{Name}` or `{$Name$}`, neither within doubled braces. */
const SLUG = /(?<!\{)\{(?:\$([^{}$]{1,100})\$|([A-Za-z][A-Za-z0-9]{0,63}))\}(?!\})/g;

/** What quick replies may name. */
export const QUICK_REPLY_SLUGS = ["CustomerName", "AgentName", "QueueName"] as const;

const AGENT = ["AgentName"];
/** What automated messages may name besides the customer and the queue. */
const OWN_SLUGS: Readonly<Partial<Record<MessageTrigger, readonly string[]>>> = {
  agentAssigned: AGENT,
  agentJoined: AGENT,
  agentLeft: AGENT,
  agentDisconnected: AGENT,
  ended: AGENT,
  transferred: AGENT,
  nextInLine: ["Position"],
  position: ["Position"],
  outOfHours: ["OpensAt"],
  holiday: ["OpensAt", "Holiday"],
};

/** Said in the turn itself, before there is a queue. */
const WITHOUT_QUEUE: readonly MessageTrigger[] = [
  "helperFailed",
  "personWanted",
  "noPeople",
  "optedOut",
  "optedIn",
];

/** What the automated message of a trigger may name. */
export const messageSlugs = (trigger: MessageTrigger): string[] => [
  ...(OWN_SLUGS[trigger] ?? []),
  "CustomerName",
  ...(WITHOUT_QUEUE.includes(trigger) ? [] : ["QueueName"]),
];

/**
 * The text with its slugs filled in: {Name} from `values`, {$Name$} from `variables` (context variables); what is
 * unknown or undefined becomes "". Names count as they are written, upper and lower case alike. What is filled in is
 * not read again: a customer called "{AgentName}" stays that. Braces around anything else stay, and so do doubled ones,
 * "{{1}}" or "{{Name}}", which are the places of platforms' templates.
 */
export function fillSlugs(
  text: string,
  values: Readonly<Record<string, string | number | undefined>>,
  variables: Readonly<Record<string, string | number>> = {},
): string {
  return text.replace(SLUG, (_slug, variable?: string, name?: string) =>
    String((variable === undefined ? own(values, name ?? "") : own(variables, variable)) ?? ""),
  );
}

/** Names of the {Name} slugs in a text, each once; variables are not among them. */
export function slugsIn(text: string): string[] {
  const names = [...text.matchAll(SLUG)].flatMap(([, , name]) => (name === undefined ? [] : [name]));
  return [...new Set(names)];
}

const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
