import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type { Inbound } from "../../core/channel";
import { type Json, toId, toObject, toText } from "../shared/narrow";
import { type Entry, type Origin, toActivity, toItemOf, toKey } from "./origin";
import { threadControl } from "./threadControl";

/** Emoji of Meta's own words, where an older body names only those (Meta: message_reactions). */
const REACTIONS: Readonly<Record<string, string>> = {
  smile: "😆",
  angry: "😠",
  sad: "😢",
  wow: "😮",
  love: "❤️",
  like: "👍",
  dislike: "👎",
};
const SOURCES: Readonly<Record<string, string>> = {
  ADS: "from an ad",
  SHORTLINK: "by an m.me link",
  MESSENGER_CODE: "by a Messenger code",
  DISCOVER_TAB: "from Messenger's discover tab",
  CUSTOMER_CHAT_PLUGIN: "from the chat on a web page",
  SHARE_ON_PAGE: "from a post of the page",
};

/** Reactions, edits and events around a conversation; undefined when the item is none, or misses what makes it one. */
export function toEvent(item: Json, origin: Origin, entry: Entry): Inbound | undefined {
  return (
    toReaction(item, origin) ??
    toEdit(item, origin) ??
    toReferral(item, origin) ??
    toOptIn(item, origin) ??
    toLinking(item, origin) ??
    toFeedback(item, origin) ??
    threadControl(item, origin, entry)
  );
}

/** Where the customer came from, of an item, postback or message that carries it; undefined where none does. */
export function toReferral(item: Json, origin: Origin): Inbound | undefined {
  const holder = toObject(item.referral) ?? toObject(toObject(item.postback)?.referral);
  const referral = holder ?? toObject(toObject(item.message)?.referral);
  if (referral === undefined) return undefined;
  const source = toText(referral.source) ?? "";
  const place = Object.hasOwn(SOURCES, source) ? (SOURCES[source] as string) : source.toLowerCase();
  const advert = toText(toObject(referral.ads_context_data)?.ad_title) ?? "";
  const product = toId(toObject(referral.product)?.id);
  const about = [
    advert,
    toText(referral.ref) ?? "",
    toText(referral.referer_uri) ?? "",
    product === undefined ? "" : `product ${product}`,
  ].filter((part) => part !== "");
  const text = `Came ${place || "by a link"}${about.length === 0 ? "" : `: ${about.join(", ")}`}`;
  const activity = toEventActivity(item, origin, ACTIVITY_EVENTS.referral, text);
  activity.value = referral;
  return toItemOf(activity, origin, toKey(origin, ["referral", referral]));
}

function toReaction(item: Json, origin: Origin): Inbound | undefined {
  const reaction = toObject(item.reaction);
  const mid = toText(reaction?.mid);
  const action = toText(reaction?.action);
  if (reaction === undefined || !mid || (action !== "react" && action !== "unreact")) return undefined;
  const word = toText(reaction.reaction) ?? "";
  const known = Object.hasOwn(REACTIONS, word) ? REACTIONS[word] : undefined;
  const emoji = toText(reaction.emoji) || known || word || "reaction";
  // One message may be reacted to, and the reaction taken back, many times: the time tells them apart.
  const key = `${mid}#${action}#${toKey(origin, reaction)}`;
  const activity = toActivity(item, origin, undefined);
  activity.type = "messageReaction";
  activity.replyToId = mid;
  if (action === "react") activity.reactionsAdded = [{ type: emoji }];
  else activity.reactionsRemoved = [{ type: emoji }];
  activity.text = action === "react" ? `Reacted ${emoji}` : "Took back a reaction";
  return toItemOf(activity, origin, key);
}

function toEdit(item: Json, origin: Origin): Inbound | undefined {
  const edit = toObject(item.message_edit);
  const mid = toText(edit?.mid);
  const text = toText(edit?.text);
  if (edit === undefined || !mid || !text) return undefined;
  const key = `${mid}#edit${toId(edit.num_edit) ?? toKey(origin, edit)}`;
  const activity = toActivity(item, origin, undefined);
  activity.type = "messageUpdate";
  activity.replyToId = mid;
  activity.text = text;
  return toItemOf(activity, origin, key);
}

/** Agreeing to be written to, by a plugin or for a topic; a topic may be stopped again (Meta: messaging_optins). */
function toOptIn(item: Json, origin: Origin): Inbound | undefined {
  const optin = toObject(item.optin);
  if (optin === undefined) return undefined;
  const status = `${toText(optin.notification_messages_status) ?? ""} ${toText(optin.user_token_status) ?? ""}`;
  const isStop = /\bSTOP/.test(status);
  const topic =
    toText(optin.title) || toText(optin.topic) || toText(optin.ref) || toText(optin.payload) || "";
  const isTopic = toText(optin.type) !== undefined;
  const words = isStop
    ? "Asked for no more notifications"
    : isTopic
      ? "Agreed to receive notifications"
      : "Agreed to be written to, on a web page";
  const name = isStop ? ACTIVITY_EVENTS.optOut : ACTIVITY_EVENTS.optIn;
  const activity = toEventActivity(item, origin, name, topic === "" ? words : `${words}: ${topic}`);
  activity.value = { topic, type: toText(optin.type) ?? "plugin", ref: toText(optin.ref) ?? "" };
  return toItemOf(activity, origin, toKey(origin, ["optin", optin]));
}

function toLinking(item: Json, origin: Origin): Inbound | undefined {
  const linking = toObject(item.account_linking);
  const status = toText(linking?.status);
  if (linking === undefined || status === undefined) return undefined;
  const text = status === "linked" ? "Linked their account" : "Unlinked their account";
  const activity = toEventActivity(item, origin, ACTIVITY_EVENTS.notice, text);
  activity.value = { kind: "accountLinking", status };
  return toItemOf(activity, origin, toKey(origin, ["account_linking", status]));
}

function toFeedback(item: Json, origin: Origin): Inbound | undefined {
  const feedback = toObject(item.response_feedback);
  if (feedback === undefined) return undefined;
  const rating = toText(feedback.feedback) || "without words";
  const activity = toEventActivity(item, origin, ACTIVITY_EVENTS.notice, `Rated an answer: ${rating}`);
  activity.value = { kind: "feedback", rating };
  const mid = toText(feedback.mid);
  if (mid) activity.replyToId = mid;
  return toItemOf(activity, origin, toKey(origin, ["response_feedback", feedback]));
}

function toEventActivity(item: Json, origin: Origin, name: string, text: string): Activity {
  return { ...toActivity(item, origin, undefined), type: "event", name, text };
}
