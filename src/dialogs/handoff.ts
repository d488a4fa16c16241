import { ACTIVITY_EVENTS, type Activity } from "../core/activity";

/** What a bot wants for the conversation that it hands over. */
export interface HandoffWish {
  queueId?: string;
  /** For people. */
  summary?: string;
  /** Skills that it needs, with ratings 1 to 10. */
  skills?: Record<string, number>;
}

/** A hand-off or an end, in whichever dialect a bot speaks. */
export type HandoffSign =
  | { kind: "escalate"; wish: HandoffWish; context: Record<string, string | number>; silent: boolean }
  | { kind: "end"; silent: boolean };

const MOST_SUMMARY = 4000;
/** Names in the value of `handoff.initiate` that are no variables. */
const OWN_NAMES: readonly string[] = ["id", "queue", "summary", "skills", "context"];

/**
 * Reads both dialects: Bot Framework's event `handoff.initiate` (context in `value`), and the commands in
 * `channelData.tags`, a JSON text with `type` Escalate or EndConversation and `context`; text beside those is for
 * the customer only with `deliveryMode` "bridged", else a summary for the agent.
 */
export function readHandoff(activity: Activity): HandoffSign | undefined {
  if (activity.type === "event" && activity.name === ACTIVITY_EVENTS.handoffInitiate) {
    const value = asRecord(activity.value);
    return {
      kind: "escalate",
      wish: toWish(value, value.queue, value.summary),
      context: toVariables({
        ...without(value, OWN_NAMES),
        ...without(asRecord(value.context), ["skills"]),
      }),
      silent: true,
    };
  }
  const data = asRecord(activity.channelData);
  const tags = readJson(data.tags);
  const silent = data.deliveryMode !== "bridged";
  if (tags.type === "Escalate") {
    const summary = silent ? activity.text : undefined;
    return {
      kind: "escalate",
      wish: toWish(tags, undefined, summary),
      context: toVariables(without(asRecord(tags.context), ["skills"])),
      silent,
    };
  }
  return tags.type === "EndConversation" ? { kind: "end", silent } : undefined;
}

/** JSON text, or what it would say. */
function readJson(json: unknown): Record<string, unknown> {
  if (typeof json !== "string") return asRecord(json);
  try {
    return asRecord(JSON.parse(json));
  } catch {
    return {};
  }
}

function toWish(holder: Record<string, unknown>, queue: unknown, summary: unknown): HandoffWish {
  const skills = toSkills(holder.skills ?? asRecord(holder.context).skills);
  return {
    ...(typeof queue === "string" && queue !== "" ? { queueId: queue } : {}),
    ...(typeof summary === "string" && summary !== "" ? { summary: summary.slice(0, MOST_SUMMARY) } : {}),
    ...(Object.keys(skills).length === 0 ? {} : { skills }),
  };
}

/** Names with whole ratings from 1 to 10, at most 20; anything else is left out. */
function toSkills(skills: unknown): Record<string, number> {
  const good = Object.entries(readJson(skills)).filter(([name, rating]) => isSkill(name, rating));
  return Object.fromEntries(good.slice(0, 20)) as Record<string, number>;
}

const isSkill = (name: string, rating: unknown): boolean =>
  name !== "" && name.length <= 64 && Number.isInteger(rating) && Number(rating) >= 1 && Number(rating) <= 10;

const without = (values: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

/** Text and numbers only, at most 100 names; anything else is left out. */
function toVariables(context: unknown): Record<string, string | number> {
  const plain = Object.entries(asRecord(context)).filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  return Object.fromEntries(plain.slice(0, 100)) as Record<string, string | number>;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
