import type { Activity } from "../../core/activity";
import type { PlatformRequest, SendContext } from "../../core/channel";
import { toPlainText } from "../shared/plainText";
import { splitText } from "../shared/splitText";
import { definition, isVersion1 } from "./definition";
import type { Version1Body, Version2Body } from "./wire";

/** Calls for one message, by the account's API; a long one is split. X has no reply window. Pure. */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const { account, customerId } = context;
  const path = isVersion1(account.values.apiFlavor)
    ? "/1.1/direct_messages/events/new.json"
    : `/2/dm_conversations/with/${encodeURIComponent(customerId)}/messages`;
  return splitText(toPlainText(activity), definition.limits.textLength).map((text) => ({
    method: "POST",
    path,
    contentType: "application/json",
    body: JSON.stringify(
      isVersion1(account.values.apiFlavor) ? toVersion1(customerId, text) : toVersion2(text),
    ),
  }));
}

function toVersion2(text: string): Version2Body {
  return { text };
}

function toVersion1(recipientId: string, text: string): Version1Body {
  const create = { target: { recipient_id: recipientId }, message_data: { text } };
  return { event: { type: "message_create", message_create: create } };
}
