import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { splitText } from "../shared/splitText";
import { definition } from "./definition";
import { readCustomerId } from "./reference";

/**
 * One activity for the connector (Bot Connector API: Send to conversation), several when the text is too long:
 * buttons and files then go with the last. Throws ChannelError when the customer's id names no conversation. Pure.
 */
export function toRequests(activity: Activity, { customerId }: SendContext): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const { attachments = [], suggestedActions } = activity;
  const actions = (suggestedActions?.actions ?? []).map(toAction);
  const extras = {
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(actions.length === 0 ? {} : { suggestedActions: { actions } }),
  };
  const texts = splitText(activity.text ?? "", definition.limits.textLength);
  if (texts.length === 0 && Object.keys(extras).length > 0) texts.push("");
  if (texts.length === 0) return [];
  const reference = readCustomerId(customerId);
  if (reference === undefined) {
    throw new ChannelError(
      "CHANNEL_UNDELIVERABLE",
      "This customer has no conversation at Azure Bot Service.",
      {
        retryable: false,
      },
    );
  }
  // Without a format clients take a text for Markdown, and what an agent types is none.
  const common = { type: "message", textFormat: activity.textFormat ?? "plain" };
  return texts.map((text, index) => ({
    method: "POST",
    path: `/v3/conversations/${encodeURIComponent(reference.conversationId)}/activities`,
    contentType: "application/json",
    body: JSON.stringify({ ...common, text, ...(index === texts.length - 1 ? extras : {}) }),
  }));
}

type Action = NonNullable<Activity["suggestedActions"]>["actions"][number];

/** "imBack": what is tapped comes back as if it had been typed. */
function toAction({ title, value, type = "imBack" }: Action): Action {
  return { type, title, value: value ?? title };
}
