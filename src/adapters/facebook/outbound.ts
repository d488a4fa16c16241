import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toPlainText } from "../shared/plainText";
import { splitText } from "../shared/splitText";
import { definition, GRAPH_VERSION, HUMAN_AGENT_HOURS } from "./definition";
import { type SendBody, USER_REF_PREFIX } from "./wire";

const HOUR_MS = 3_600_000;

/** Calls of the Send API for one message; a long one is split. Throws ChannelError CHANNEL_WINDOW_CLOSED. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const parts = splitText(toPlainText(activity), definition.limits.textLength);
  if (parts.length === 0) return [];
  const { account, instance, customerId, messageId } = context;
  const type = messagingType(context);
  const version = account.values.graphVersion || GRAPH_VERSION;
  const path = `/${version}/${encodeURIComponent(instance.externalId)}/messages`;
  const recipient = customerId.startsWith(USER_REF_PREFIX)
    ? { user_ref: customerId.slice(USER_REF_PREFIX.length) }
    : { id: customerId };
  return parts.map((text, index) => {
    // Comes back in the echo, which tells what became of an ambiguous send.
    const metadata = parts.length === 1 ? messageId : `${messageId}#${index + 1}/${parts.length}`;
    const body: SendBody = { recipient, ...type, message: { text, metadata } };
    return { method: "POST", path, contentType: "application/json", body: JSON.stringify(body) };
  });
}

/**
 * Inside 24 hours of the customer's last message anybody may answer. After it only a person, with the tag HUMAN_AGENT
 * up to 7 days, where Meta approved it: automated use is a violation (Meta: Messenger Platform policy).
 */
function messagingType(context: SendContext): Pick<SendBody, "messaging_type" | "tag"> {
  const ageMs = context.now - (context.lastInboundAt ?? Number.NEGATIVE_INFINITY);
  const window = definition.window as NonNullable<typeof definition.window>;
  if (ageMs <= window.hours * HOUR_MS) return { messaging_type: "RESPONSE" };
  const mayTag = context.author.kind === "agent" && context.instance.values.humanAgentTag === "on";
  if (mayTag && ageMs <= HUMAN_AGENT_HOURS * HOUR_MS)
    return { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" };
  throw new ChannelError("CHANNEL_WINDOW_CLOSED", window.closedText, { retryable: false });
}
