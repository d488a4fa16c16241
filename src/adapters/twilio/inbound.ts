import type { Account, Inbound, RawRequest } from "../../core/channel";
import { readJsonBody } from "../shared/readJson";
import { toActivities } from "./activities";
import { toCustomerId, toProfile } from "./customer";
import { toIncomplete } from "./incomplete";
import { toReceipt } from "./receipts";
import {
  channelOf,
  type Form,
  firstOf,
  readForm,
  sidOf,
  type TwilioChannel,
  toAddress,
  toBodyKey,
  toRaw,
  withoutPrefix,
} from "./wire";

/**
 * What of a webhook belongs to `channel`: a status, or a message with what came with it. Both channels of an account
 * share its URL, so each is asked about each request; what names no WhatsApp address is the SMS channel's. Pure.
 */
export function toInbound(request: RawRequest, account: Account, channel: TwilioChannel): Inbound[] {
  if (request.headers["content-type"]?.includes("json")) return channel === "sms" ? [toForeign(request)] : [];
  const form = readForm(request);
  const status = firstOf(form, "MessageStatus");
  // In a callback about our message From is ours and To the customer's: the reverse of a message to us.
  if (status !== undefined) return toReceipt({ request, form, status, channel });
  const from = firstOf(form, "From");
  if (channelOf(from, firstOf(form, "To")) !== channel) return [];
  const to = firstOf(form, "To") ?? addressOfService(form, account, channel);
  const sid = sidOf(form);
  if (from === undefined || to === undefined || sid === undefined) {
    const missing = from === undefined ? "From" : to === undefined ? "To" : "MessageSid";
    const key = sid ?? toBodyKey(request);
    const reason = `webhook without ${missing}`;
    return [toIncomplete({ form, channel, customer: from, instance: to, key, reason })];
  }
  const known = { channel, instanceExternalId: withoutPrefix(to), customerId: toCustomerId(from, form) };
  const activities = toActivities(form, { ...known, sid });
  if (activities.length === 0) {
    return [{ kind: "unsupported", ...known, key: sid, reason: reasonOf(form), raw: toRaw(form) }];
  }
  const profile = toProfile(from, form);
  return activities.map((activity, index) => ({
    kind: "activity",
    ...known,
    ...(profile === undefined ? {} : { profile }),
    key: index === 0 ? sid : `${sid}.${index}`,
    activity,
  }));
}

/** A message through a messaging service may name the service alone: our number in it, or the only one there is. */
function addressOfService(form: Form, account: Account, channel: TwilioChannel): string | undefined {
  const service = firstOf(form, "MessagingServiceSid");
  if (service === undefined) return undefined;
  const own = account.instances.filter((instance) => instance.channel === channel);
  const found = own.find(({ values }) => values.messagingServiceSid === service);
  const instance = found ?? (own.length === 1 ? own[0] : undefined);
  return instance === undefined ? undefined : toAddress(channel, instance.externalId);
}

/** What a message without text is, for the agent. */
function reasonOf(form: Form): string {
  const count = Number(firstOf(form, "NumMedia") ?? 0);
  const type = firstOf(form, "MediaContentType0");
  if (count > 1) return `${Math.trunc(count)} files`;
  if (type !== undefined || count === 1) return mediaReasonOf(type?.toLowerCase() ?? "");
  if (firstOf(form, "Latitude") !== undefined && firstOf(form, "Longitude") !== undefined) return "location";
  // A hint only: Twilio sends it but documents no values.
  const kind = firstOf(form, "MessageType")?.toLowerCase();
  if (kind === "contacts") return "contact card";
  return kind === undefined || kind === "text" ? "message without text" : kind.slice(0, 40);
}

function mediaReasonOf(type: string): string {
  if (type.startsWith("image/webp")) return "sticker";
  if (type.includes("vcard")) return "contact card";
  const [kind] = type.split("/");
  if (kind === "image" || kind === "video") return kind;
  return kind === "audio" ? "voice or audio message" : "file";
}

/** JSON comes from other products of Twilio; none that we set up sends it here. */
function toForeign(request: RawRequest): Inbound {
  const raw = readJsonBody(request.body);
  return {
    kind: "unsupported",
    channel: "sms",
    key: toBodyKey(request),
    reason: "JSON instead of a form",
    raw,
  };
}
