import type { Activity, Attachment } from "../../core/activity";
import type { Inbound } from "../../core/channel";
import { isoTime } from "../../core/clock";
import { InputError } from "../../core/errors";
import { hashId, toThreadId } from "../../core/ids";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { type Reference, referenceOf, toCustomerId } from "./reference";

const CHANNEL = "azure";
const LOCALE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/;

/**
 * One authenticated activity as an item of the bot `instanceExternalId`. Throws InputError when a message does not say
 * where to answer. Pure.
 */
export function toItem(activity: Json, instanceExternalId: string): Inbound {
  const type = toText(activity.type) ?? "";
  if (type !== "message") return { kind: "ignored", channel: CHANNEL, reason: type.slice(0, 40) };
  const reference = referenceOf(activity);
  if (reference === undefined) {
    throw new InputError(
      "INPUT_INVALID",
      "A message needs channelId, serviceUrl, conversation, from and recipient.",
    );
  }
  const occurredAt = toTime(activity.timestamp);
  const customerId = toCustomerId(reference);
  const base = {
    channel: CHANNEL,
    instanceExternalId,
    customerId,
    key: toKey(activity, reference),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
  const text = withoutMention(toText(activity.text) ?? "", activity, reference.botId);
  if (text.trim() === "") {
    // Sites put tokens of their own into channelData.
    const { channelData: _channelData, ...raw } = activity;
    return { kind: "unsupported", ...base, reason: reasonOf(activity), raw };
  }
  return {
    kind: "activity",
    ...base,
    activity: {
      type: "message",
      channelId: CHANNEL,
      serviceUrl: "urn:switchboard:azure",
      from: { id: customerId, name: nameOf(activity, reference), role: "user" },
      recipient: { id: instanceExternalId, role: "bot" },
      conversation: { id: toThreadId(CHANNEL, instanceExternalId, customerId) },
      text,
      textFormat: activity.textFormat === "markdown" ? "markdown" : "plain",
      channelData: { channelId: reference.channelId },
      ...(occurredAt === undefined ? {} : { timestamp: isoTime(occurredAt) }),
      ...optionalsOf(activity),
    },
  };
}

function optionalsOf(activity: Json): Partial<Activity> {
  const id = toId(activity.id);
  const locale = toText(activity.locale);
  const attachments = attachmentsOf(activity);
  return {
    ...(id === undefined ? {} : { id }),
    ...(locale !== undefined && LOCALE.test(locale) ? { locale } : {}),
    ...(activity.value === undefined || activity.value === null ? {} : { value: activity.value }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

/** Files by link. Teams puts an HTML copy of every text beside it, which has none. */
function attachmentsOf(activity: Json): Attachment[] {
  return toList(activity.attachments).flatMap((value) => {
    const given = toObject(value);
    const contentUrl = toText(given?.contentUrl) ?? "";
    if (!/^https:\/\//i.test(contentUrl)) return [];
    const name = toText(given?.name);
    const contentType = toText(given?.contentType) ?? "application/octet-stream";
    return [{ contentType, contentUrl, ...(name === undefined ? {} : { name }) }];
  });
}

/** Teams counts ids within a conversation only, and the inbox within a bot. */
function toKey(activity: Json, { conversationId, userId }: Reference): string {
  const id = toId(activity.id);
  if (id !== undefined) return `${conversationId} ${id}`;
  const { timestamp, text, value, attachments } = activity;
  return hashId("", conversationId, userId, JSON.stringify([timestamp, text, value, attachments]));
}

/** In a group the text begins with our name, which is for Teams alone. */
function withoutMention(text: string, activity: Json, botId: string): string {
  let rest = text;
  for (const value of toList(activity.entities)) {
    const entity = toObject(value);
    const mention = toText(entity?.text) ?? "";
    const isOurs = entity?.type === "mention" && toObject(entity.mentioned)?.id === botId;
    if (isOurs && mention !== "") rest = rest.replaceAll(mention, "").trim();
  }
  return rest;
}

/** Web chat seldom knows a name; without any the desk would show the long id. */
function nameOf(activity: Json, { userId }: Reference): string {
  const given = toText(toObject(activity.from)?.name)?.trim() ?? "";
  return given === "" ? `Visitor ${hashId("", userId).slice(0, 6)}` : given.slice(0, 200);
}

function toTime(value: unknown): number | undefined {
  const ms = Date.parse(toText(value) ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}

function reasonOf(activity: Json): string {
  const type = toText(toObject(toList(activity.attachments)[0])?.contentType) ?? "";
  if (type !== "") return /^[a-z]+(?=\/)/i.exec(type)?.[0] ?? "attachment";
  return activity.value === undefined || activity.value === null
    ? "message without text"
    : "answer to a card";
}
