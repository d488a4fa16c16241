import type { Activity, Place } from "../../core/activity";
import type { ChannelDefinition, PlatformRequest, SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { type Content, toContent, toListedText } from "../shared/content";
import { convertMarkdown, type TextStyle } from "../shared/markdown";
import { toObject, toText } from "../shared/narrow";
import { splitText } from "../shared/splitText";
import { toAccountPath } from "./api";
import { type Accepts, type SendableFile, type SortedMedia, sortMedia, toBatches } from "./outboundMedia";
import { readTemplateUse } from "./templateUse";
import { CALLBACK_QUERY, type TwilioChannel, toAddress } from "./wire";

const HOUR_MS = 3_600_000;
/** A name longer than this is no name of a place. */
const MAX_PLACE_NAME = 200;

/** In `account.values.statusCallback`: ask for no callbacks (an adapter that works alone has no use for them). */
export const NO_STATUS_CALLBACK = "off";

/** What differs between the two channels on the way out. */
export interface Dialect {
  channel: TwilioChannel;
  definition: ChannelDefinition;
  style: TextStyle;
  accepts(context: SendContext): Accepts;
  /** Files in one call. */
  filesACall: number;
  /** Text may stand beside files in one call. WhatsApp drops it with most types (Twilio: WhatsApp media). */
  textBesideFiles: boolean;
  /** Places can be sent as such, not only as a link to a map. */
  places: boolean;
}

/** One call, before addresses and callback. */
interface Part {
  body?: string;
  files?: readonly SendableFile[];
  /** "geo:48.2,16.3|Café". */
  action?: string;
  contentSid?: string;
  contentVariables?: string | undefined;
}

/**
 * Calls of the Messages resource for one message: files first, then places, then the text; a long one is split. A
 * template stands alone and may be sent in a shut window. Throws ChannelError CHANNEL_WINDOW_CLOSED, or
 * CHANNEL_REFUSED when nothing can be sent (Twilio: Create a Message resource). Pure.
 */
export function toMessageRequests(
  activity: Activity,
  context: SendContext,
  dialect: Dialect,
): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const { definition } = dialect;
  const template = definition.abilities.templates ? readTemplateUse(activity) : undefined;
  if (template !== undefined) return toRequests([template], context, dialect);
  const parts = toParts(activity, context, dialect);
  if (parts.length > 0) requireOpenWindow(context, definition);
  return toRequests(parts, context, dialect);
}

/** Path of the account's messages (Twilio: Message resource). */
export function toMessagesPath(accountSid: string): string {
  return toAccountPath(accountSid, "Messages");
}

function toParts(activity: Activity, context: SendContext, dialect: Dialect): Part[] {
  const content = toContent(activity);
  const places = placesOf(activity);
  const sorted = sortMedia(content.media, context, dialect.accepts(context));
  const texts = splitText(
    textOf(content, sorted, dialect.places ? [] : places, dialect.style),
    dialect.definition.limits.textLength,
  );
  const files: Part[] = toBatches(sorted.files, dialect.filesACall).map((batch) => ({ files: batch }));
  const actions = dialect.places ? places.map(toPlacePart) : [];
  if (texts.length === 0 && files.length === 0 && actions.length === 0 && sorted.lost.length > 0) {
    throw new ChannelError(
      "CHANNEL_REFUSED",
      "The file of this message is no longer there. Attach it again.",
      {
        retryable: false,
      },
    );
  }
  const [first, ...others] = texts.map((body): Part => ({ body }));
  const last = files.at(-1);
  // The text must arrive even if a file does not: it stands only beside files that were looked at.
  const isShared = dialect.textBesideFiles && last?.files?.every(({ bytes }) => bytes !== undefined);
  if (first === undefined) return [...files, ...actions];
  if (!isShared) return [...files, ...actions, first, ...others];
  return [...files.slice(0, -1), { ...last, ...first }, ...others];
}

/** Everything that can be said in words: lists for choices, addresses for what cannot be carried. */
function textOf(content: Content, sorted: SortedMedia, places: readonly Place[], style: TextStyle): string {
  const text = content.textFormat === "markdown" ? convertMarkdown(content.text, style) : content.text;
  const maps = places.map(({ latitude, longitude, name }) => {
    const url = `https://maps.google.com/?q=${latitude},${longitude}`;
    return { title: name ?? url, url };
  });
  const said = toListedText({ ...content, text, links: [...content.links, ...maps, ...sorted.links] });
  const lost = sorted.lost.map((name) => `${name}: not available any more`);
  // Alone that would be a strange message; then the sender is told instead.
  const isAlone = said === "" && sorted.files.length === 0;
  return isAlone ? "" : [said, ...lost].filter((line) => line !== "").join("\n");
}

/** Places of the activity, ours or the SDK's (`Place` with `geo`). */
function placesOf(activity: Activity): Place[] {
  return (activity.entities ?? []).flatMap((given): Place[] => {
    const entity = toObject(given);
    const point = entity?.type === "Place" ? toObject(entity.geo) : entity;
    if (point?.type !== "GeoCoordinates") return [];
    const { latitude, longitude } = point;
    if (typeof latitude !== "number" || typeof longitude !== "number") return [];
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return [];
    const name = (toText(entity?.name) ?? toText(point.name))?.trim().slice(0, MAX_PLACE_NAME);
    return [
      { type: "GeoCoordinates", latitude, longitude, ...(name === undefined || name === "" ? {} : { name }) },
    ];
  });
}

/** Twilio wants a body beside the place (Twilio: Location messages with WhatsApp). */
function toPlacePart({ latitude, longitude, name }: Place): Part {
  const label = name?.replace(/[|\s]+/g, " ").trim();
  const point = `geo:${latitude},${longitude}`;
  return {
    body: name ?? `${latitude}, ${longitude}`,
    action: label === undefined || label === "" ? point : `${point}|${label}`,
  };
}

/** The parts as calls, each with the addresses and its own callback. */
function toRequests(parts: readonly Part[], context: SendContext, { channel }: Dialect): PlatformRequest[] {
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
  return parts.map((part, index) => ({
    method: "POST",
    path,
    contentType: "application/x-www-form-urlencoded",
    body: `${head}${toPairs(part)}${tailOf(index + 1)}`,
  }));
}

function toPairs({ body, files, action, contentSid, contentVariables }: Part): string {
  const media = (files ?? []).map(({ url }) => pair("MediaUrl", url)).join("");
  return (
    pair("Body", body) +
    media +
    pair("PersistentAction", action) +
    pair("ContentSid", contentSid) +
    pair("ContentVariables", contentVariables)
  );
}

/** encodeURIComponent throws on half a surrogate pair, which a bot may send. */
function pair(name: string, value: string | undefined): string {
  if (value === undefined) return "";
  return `&${name}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"))}`;
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
