import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toQuotedId } from "../shared/content";
import { definition, HUMAN_AGENT_HOURS } from "./definition";
import { toGraphPath } from "./graph";
import { toMessages } from "./messages";
import { type ActionBody, type Recipient, type SendBody, USER_REF_PREFIX } from "./wire";

const HOUR_MS = 3_600_000;

/**
 * Calls of the Send API for one message: files first, then the text in parts, buttons on the last; or a reaction.
 * Throws ChannelError CHANNEL_WINDOW_CLOSED, or CHANNEL_REFUSED when nothing of it can be sent. Pure.
 */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  if (activity.type === "messageReaction") return toReactionRequests(activity, context);
  if (activity.type !== "message") return [];
  const messages = toMessages(activity, context);
  if (messages.length === 0) return [];
  const type = messagingType(context);
  const quoted = toMid(toQuotedId(activity, context));
  return messages.map((message, index) => {
    const part = messages.length === 1 ? "" : `#${index + 1}/${messages.length}`;
    const body: SendBody = {
      recipient: toRecipient(context),
      ...type,
      ...(quoted === undefined || index > 0 ? {} : { reply_to: { mid: quoted } }),
      message: { ...message, metadata: context.messageId + part },
    };
    return toRequest(body, context);
  });
}

/** Typing, read and reactions go by themselves (Meta: Sender actions). */
export function toActionRequest(
  action: ActionBody["sender_action"],
  context: SendContext,
  payload?: ActionBody["payload"],
): PlatformRequest {
  const body: ActionBody = { recipient: toRecipient(context), sender_action: action };
  return toRequest(payload === undefined ? body : { ...body, payload }, context);
}

/** One reaction of the page for each message; putting another in its place needs no taking back. */
function toReactionRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  const message_id = activity.replyToId;
  if (!message_id) return [];
  const reaction = activity.reactionsAdded?.at(-1)?.type;
  if (reaction !== undefined) return [toActionRequest("react", context, { message_id, reaction })];
  if ((activity.reactionsRemoved ?? []).length === 0) return [];
  return [toActionRequest("unreact", context, { message_id })];
}

/** Meta refuses a whole message for the sake of an id that is none of its own (of a postback without one, say). */
function toMid(id: string | undefined): string | undefined {
  return id !== undefined && /^m(_|id\.)[^#\s]+$/.test(id) ? id : undefined;
}

function toRequest(body: SendBody | ActionBody, { account, instance }: SendContext): PlatformRequest {
  return {
    method: "POST",
    path: toGraphPath(account, instance.externalId, "messages"),
    contentType: "application/json",
    body: JSON.stringify(body),
  };
}

function toRecipient({ customerId }: SendContext): Recipient {
  return customerId.startsWith(USER_REF_PREFIX)
    ? { user_ref: customerId.slice(USER_REF_PREFIX.length) }
    : { id: customerId };
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
