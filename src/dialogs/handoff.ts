import { ACTIVITY_EVENTS, type Activity } from "../core/activity";

/** A hand-off or an end, in whichever dialect a bot speaks. */
export type HandoffSign =
  | {
      kind: "escalate";
      wish: { queueId?: string; summary?: string };
      context: Record<string, string | number>;
      silent: boolean;
    }
  | { kind: "end"; silent: boolean };

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
      wish: toWish(value.queue, value.summary),
      context: toVariables(value.context),
      silent: true,
    };
  }
  const data = asRecord(activity.channelData);
  const tags = readTags(data.tags);
  const silent = data.deliveryMode !== "bridged";
  if (tags.type === "Escalate") {
    const summary = silent ? activity.text : undefined;
    return {
      kind: "escalate",
      wish: toWish(undefined, summary),
      context: toVariables(tags.context),
      silent,
    };
  }
  return tags.type === "EndConversation" ? { kind: "end", silent } : undefined;
}

function readTags(tags: unknown): Record<string, unknown> {
  if (typeof tags !== "string") return asRecord(tags);
  try {
    return asRecord(JSON.parse(tags));
  } catch {
    return {};
  }
}

function toWish(queue: unknown, summary: unknown): { queueId?: string; summary?: string } {
  return {
    ...(typeof queue === "string" && queue !== "" ? { queueId: queue } : {}),
    ...(typeof summary === "string" && summary !== "" ? { summary } : {}),
  };
}

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
