import type { Activity } from "../../core/activity";
import type { ChannelDefinition, PlatformRequest, SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toPlainText } from "../shared/plainText";
import { splitText } from "../shared/splitText";
import { convertMarkdown, type TextStyle } from "./markdown";
import { CALLBACK_QUERY, type TwilioChannel, toAddress } from "./wire";

const HOUR_MS = 3_600_000;

/** In `account.values.statusCallback`: ask for no callbacks (an adapter that works alone has no use for them). */
export const NO_STATUS_CALLBACK = "off";

/** What differs between the two channels on the way out. */
interface Dialect {
  channel: TwilioChannel;
  definition: ChannelDefinition;
  style: TextStyle;
}

/**
 * Calls of the Messages resource for one message; a long one is split. Throws ChannelError CHANNEL_WINDOW_CLOSED
 * (Twilio: Create a Message resource). Pure.
 */
export function toMessageRequests(
  activity: Activity,
  context: SendContext,
  dialect: Dialect,
): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const { channel, definition, style } = dialect;
  const parts = splitText(toPlainText(withStyle(activity, style)), definition.limits.textLength);
  if (parts.length === 0) return [];
  requireOpenWindow(context, definition);

  const { account, instance } = context;
  const to = encodeURIComponent(toAddress(channel, context.customerId));
  // The number written to answers: with a service beside it Twilio still takes this one of its senders.
  const from = encodeURIComponent(toAddress(channel, instance.externalId));
  const service = instance.values.messagingServiceSid;
  const head =
    `To=${to}&From=${from}` +
    (service === undefined || service === "" ? "" : `&MessagingServiceSid=${encodeURIComponent(service)}`);
  const callback = toStatusCallback(context, to, from);
  const tailOf = (n: number) => {
    if (callback === undefined) return "";
    const part = parts.length === 1 ? "" : `&${CALLBACK_QUERY.part}=${n}/${parts.length}`;
    return `&StatusCallback=${encodeURIComponent(callback + part)}`;
  };
  const path = toMessagesPath(account.values.accountSid ?? "");
  return parts.map((text, index) => ({
    method: "POST",
    path,
    contentType: "application/x-www-form-urlencoded",
    body: `${head}&Body=${encodeText(text)}${tailOf(index + 1)}`,
  }));
}

/** Path of the account's messages (Twilio: Message resource). */
export function toMessagesPath(accountSid: string): string {
  return `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
}

function withStyle(activity: Activity, style: TextStyle): Activity {
  if (activity.textFormat !== "markdown" || activity.text === undefined) return activity;
  return { ...activity, text: convertMarkdown(activity.text, style) };
}

/** Our answers do not prolong it (Twilio: WhatsApp key concepts); a customer who never wrote has none. */
function requireOpenWindow(context: SendContext, { window }: ChannelDefinition): void {
  if (window === undefined) return;
  const ageMs = context.now - (context.lastInboundAt ?? Number.NEGATIVE_INFINITY);
  if (ageMs > window.hours * HOUR_MS) {
    throw new ChannelError("CHANNEL_WINDOW_CLOSED", window.closedText, { retryable: false });
  }
}

/**
 * Where Twilio reports what became of the message. `to` and `from` are encoded addresses; all that the receipt needs
 * stands in the URL, so one that overtakes the answer to the send needs no look-up.
 */
function toStatusCallback(context: SendContext, to: string, from: string): string | undefined {
  const { account } = context;
  const publicUrl = account.publicUrls[0];
  if (publicUrl === undefined || account.values.statusCallback === NO_STATUS_CALLBACK) return undefined;
  const { message, customer, instance } = CALLBACK_QUERY;
  return (
    `${publicUrl}/webhooks/twilio/${encodeURIComponent(account.id)}/status` +
    `?${message}=${encodeURIComponent(context.messageId)}&${customer}=${to}&${instance}=${from}`
  );
}

/** encodeURIComponent throws on half a surrogate pair, which a bot may send. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
