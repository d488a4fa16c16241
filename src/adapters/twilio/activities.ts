import { ACTIVITY_EVENTS, type Activity, type Attachment, type Place } from "../../core/activity";
import { toThreadId } from "../../core/ids";
import { clean } from "./customer";
import { readAnswers } from "./formAnswers";
import { type Form, firstOf, type TwilioChannel, toRaw } from "./wire";

/** Twilio stops all further messages to a customer who sends exactly one of these (Twilio: Advanced Opt-Out). */
const STOP_WORDS = new Set(["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]);
/** "YES" resumes as well, but far more often answers a question: it counts only when Twilio says so. */
const START_WORDS = new Set(["START", "UNSTOP"]);
const LONGEST_WORD = "UNSUBSCRIBE".length;
/** Twilio allows ten; more than this is no message. */
const MAX_MEDIA = 50;
/** An address that goes on for ever is none; nor is anybody's name. */
const MAX_LABEL = 500;

/** Whose message it is. */
export interface Origin {
  channel: TwilioChannel;
  instanceExternalId: string;
  customerId: string;
  /** Twilio's id of the message. */
  sid: string;
}

/** Where a customer came from: an advertisement that opens a WhatsApp chat (Twilio: Webhooks, "Referral…"). */
interface Referral {
  type: "referral";
  /** In words: "Came from the ad “Summer sale”: https://…". */
  text: string;
  sourceId: string;
  [name: string]: string;
}

/**
 * The activities of one message, the message itself first; none when it holds nothing that we know. A message that an
 * advertisement led to is followed by a notice of it. Pure.
 */
export function toActivities(form: Form, origin: Origin): Activity[] {
  const choice = choiceOf(form);
  const answers = choice === undefined ? answersOf(form) : undefined;
  const text = choice?.text ?? textOf(form, answers?.text);
  const attachments = attachmentsOf(form, origin.channel);
  const place = placeOf(form);
  const referral = referralOf(form);
  if (text === undefined && attachments.length === 0 && place === undefined) {
    return referral === undefined ? [] : [toReferral(form, origin, referral, ACTIVITY_EVENTS.referral)];
  }
  const words = text ?? place?.name;
  const reaction = reactionOf(form, words);
  if (reaction !== undefined) return [{ ...toBase(form, origin), ...reaction }];
  const event = optEventOf(form, words ?? "", origin.channel);
  const entities = entitiesOf(form, place, referral);
  const value = choice?.value ?? answers?.value;
  const replyToId = firstOf(form, "OriginalRepliedMessageSid");
  const activity: Activity = {
    ...toBase(form, origin),
    type: event === undefined ? "message" : "event",
    ...(event === undefined ? {} : { name: event }),
    ...(words === undefined ? {} : { text: words, textFormat: "plain" as const }),
    ...(value === undefined ? {} : { value }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(entities.length === 0 ? {} : { entities }),
    ...(replyToId === undefined ? {} : { replyToId }),
  };
  if (referral === undefined) return [activity];
  // A notice, as nobody shall answer it: the message before it is what wants an answer.
  return [activity, toReferral(form, origin, referral, ACTIVITY_EVENTS.notice)];
}

/** What every activity of a message has. */
function toBase(form: Form, { channel, instanceExternalId, customerId, sid }: Origin): Activity {
  const name = clean(firstOf(form, "ProfileName"));
  return {
    type: "message",
    id: sid,
    channelId: channel,
    serviceUrl: `urn:switchboard:${channel}`,
    from: name === undefined ? { id: customerId, role: "user" } : { id: customerId, name, role: "user" },
    recipient: { id: instanceExternalId, role: "bot" },
    conversation: { id: toThreadId(channel, instanceExternalId, customerId) },
    channelData: toRaw(form),
  };
}

/** The body, and what was filled into a form. NUL, which some telephones send, is no text. */
function textOf(form: Form, answers: string | undefined): string | undefined {
  const body = cleanText(firstOf(form, "Body"));
  if (answers === undefined || answers === "" || answers === body) return body;
  return body === undefined ? answers : `${body}\n${answers}`;
}

function cleanText(value: string | undefined): string | undefined {
  const text = value?.includes("\0") ? value.replaceAll("\0", "") : value;
  return text === undefined || text.trim() === "" ? undefined : text;
}

/**
 * A tapped button or list entry: its title and what the bot hears. Nobody has seen Twilio's list parameters, so either
 * name may hold either (Twilio: Webhooks, "ButtonPayload").
 */
function choiceOf(form: Form): { text: string; value: string } | undefined {
  const title = cleanText(firstOf(form, "ButtonText")) ?? cleanText(firstOf(form, "ListTitle"));
  const payload = cleanText(firstOf(form, "ButtonPayload")) ?? cleanText(firstOf(form, "ListId"));
  if (title === undefined && payload === undefined) return undefined;
  const text = title ?? cleanText(firstOf(form, "Body")) ?? payload ?? "";
  return { text, value: payload ?? text };
}

function answersOf(form: Form): { text: string; value: unknown } | undefined {
  for (const name of ["FlowData", "InteractiveData"]) {
    const json = firstOf(form, name);
    const answers = json === undefined ? undefined : readAnswers(json);
    if (answers !== undefined && answers.text !== "") return answers;
  }
  return undefined;
}

/** Every file that has an address; `NumMedia` may say too much or too little. */
function attachmentsOf(form: Form, channel: TwilioChannel): Attachment[] {
  const told = Number(firstOf(form, "NumMedia") ?? 0);
  if (!(told > 0) && firstOf(form, "MediaUrl0") === undefined) return [];
  const attachments: Attachment[] = [];
  for (let n = 0; n < MAX_MEDIA; n++) {
    const contentUrl = firstOf(form, `MediaUrl${n}`);
    if (contentUrl !== undefined) {
      attachments.push(toAttachment(contentUrl, firstOf(form, `MediaContentType${n}`), channel));
    } else if (!(n < told)) break;
  }
  return attachments;
}

function toAttachment(contentUrl: string, given: string | undefined, channel: TwilioChannel): Attachment {
  const contentType = toContentType(given);
  // WhatsApp sends photographs as JPEG; WEBP are its stickers.
  if (channel === "whatsapp" && contentType === "image/webp")
    return { contentType, contentUrl, name: "sticker" };
  return { contentType, contentUrl };
}

/** "audio/ogg; codecs=opus" -> "audio/ogg"; the older names of contact cards become the one of today. */
function toContentType(given: string | undefined): string {
  const type = given?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (/^text\/(x-vcard|directory)$/.test(type)) return "text/vcard";
  return /^[a-z0-9.+-]{1,100}\/[a-z0-9.+*-]{1,100}$/.test(type) ? type : "application/octet-stream";
}

/** A place with numbers that can be on Earth (Twilio: Webhooks, "Latitude"). */
function placeOf(form: Form): Place | undefined {
  const latitude = toDegrees(firstOf(form, "Latitude"), 90);
  const longitude = toDegrees(firstOf(form, "Longitude"), 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const parts = ["Label", "Address"].map((part) => clean(firstOf(form, part)?.slice(0, MAX_LABEL)));
  const name = parts.filter((part) => part !== undefined).join(", ");
  return { type: "GeoCoordinates", latitude, longitude, ...(name === "" ? {} : { name }) };
}

function toDegrees(text: string | undefined, limit: number): number | undefined {
  if (text === undefined || !/^\s*[+-]?\d{1,3}(\.\d{1,30})?\s*$/.test(text)) return undefined;
  const degrees = Number(text);
  return Math.abs(degrees) <= limit ? degrees : undefined;
}

/** Ordinary messages have ReferralNumMedia as well: only the source tells. */
function referralOf(form: Form): Referral | undefined {
  const sourceId = clean(firstOf(form, "ReferralSourceId"));
  if (sourceId === undefined) return undefined;
  const facts: Record<string, string> = {};
  for (const name of [
    "SourceType",
    "SourceUrl",
    "Headline",
    "Body",
    "MediaUrl",
    "MediaContentType",
    "CtwaClid",
  ]) {
    const value = firstOf(form, `Referral${name}`)?.replaceAll("\0", "").slice(0, 2_000);
    if (value !== undefined) facts[name.charAt(0).toLowerCase() + name.slice(1)] = value;
  }
  const { sourceType = "ad", headline, body, sourceUrl } = facts;
  const title = headline ?? body;
  const text =
    `Came from the ${sourceType === "ad" ? "ad" : sourceType}` +
    (title === undefined ? "" : ` “${title.slice(0, 200)}”`) +
    (sourceUrl === undefined ? "" : `: ${sourceUrl}`);
  return { ...facts, type: "referral", text, sourceId };
}

function toReferral(form: Form, origin: Origin, referral: Referral, name: string): Activity {
  const { text } = referral;
  return { ...toBase(form, origin), type: "event", name, text, textFormat: "plain", value: referral };
}

/** What belongs to the message besides its words: a place, an advertisement, that it was passed on. */
function entitiesOf(form: Form, place: Place | undefined, referral: Referral | undefined): unknown[] {
  const entities: unknown[] = [];
  if (place !== undefined) entities.push(place);
  if (referral !== undefined) entities.push(referral);
  // Twilio writes "false" as well.
  const often = firstOf(form, "FrequentlyForwarded")?.toLowerCase() === "true";
  if (often || firstOf(form, "Forwarded")?.toLowerCase() === "true") {
    entities.push({ type: "forwarded", text: often ? "Forwarded many times" : "Forwarded", often });
  }
  return entities;
}

/** Nobody has seen one from Twilio; if one comes as its emoji beside the message that it is about, it is read so. */
function reactionOf(form: Form, emoji: string | undefined): Partial<Activity> | undefined {
  const replyToId = firstOf(form, "OriginalRepliedMessageSid");
  if (firstOf(form, "MessageType")?.toLowerCase() !== "reaction") return undefined;
  if (replyToId === undefined || emoji === undefined) return undefined;
  const text = `Reacted ${emoji}`;
  return { type: "messageReaction", reactionsAdded: [{ type: emoji }], replyToId, text, textFormat: "plain" };
}

/** HELP stays a message: Twilio has answered it, but a person may have to as well. */
function optEventOf(form: Form, text: string, channel: TwilioChannel): string | undefined {
  const told = firstOf(form, "OptOutType")?.toUpperCase();
  if (told === "STOP") return ACTIVITY_EVENTS.optOut;
  if (told === "START") return ACTIVITY_EVENTS.optIn;
  // On WhatsApp nothing is stopped by Twilio itself, so there a word is just a word.
  if (told !== undefined || channel !== "sms") return undefined;
  const word = text.trim();
  if (word.length > LONGEST_WORD) return undefined;
  const upper = word.toUpperCase();
  if (STOP_WORDS.has(upper)) return ACTIVITY_EVENTS.optOut;
  return START_WORDS.has(upper) ? ACTIVITY_EVENTS.optIn : undefined;
}
