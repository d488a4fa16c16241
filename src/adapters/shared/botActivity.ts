import type { Activity as BotActivity } from "botbuilder-core";
import type { Activity } from "../../core/activity";

/**
 * Our activity as the SDK wants it. The two differ in time alone: ours is ISO text, the SDK's a Date.
 * This and `fromBotActivity` are the only places that know.
 */
export function toBotActivity(activity: Activity): BotActivity {
  const { timestamp, ...rest } = activity;
  return {
    ...rest,
    serviceUrl: activity.serviceUrl ?? `urn:switchboard:${activity.channelId}`,
    ...(timestamp === undefined ? {} : { timestamp: new Date(timestamp) }),
    // The SDK's type also asks for labels and group flags that no channel of ours has; it never reads them.
  } as unknown as BotActivity;
}

/** What a bot sends, as our activity. Fields that the SDK sets to undefined are left out. */
export function fromBotActivity(activity: Partial<BotActivity>): Activity {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(activity)) {
    if (value !== undefined) given[key] = value instanceof Date ? value.toISOString() : value;
  }
  const least: Activity = {
    type: "message",
    channelId: "",
    from: { id: "" },
    recipient: { id: "" },
    conversation: { id: "" },
  };
  return { ...least, ...given };
}
