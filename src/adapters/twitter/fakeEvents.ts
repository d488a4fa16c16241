import { type Account, secretOf } from "../../core/channel";
import type { FakeFile, FakeMessage, SignedWebhook } from "../shared/fakePlatform";
import type { Json } from "../shared/narrow";
import { hmac } from "../shared/signature";

export interface FakeUser {
  id: string;
  name: string;
}

/** A message as X writes it in webhooks and lists. */
export interface FakeText {
  id: string;
  at: number;
  from: string;
  to: string;
  text: string;
  /** With its t.co link, which X puts behind the text. */
  attachment?: Json;
  choice?: string;
}

const MAP = "https://twitter.com/i/location";

export function toMessageEvent(message: FakeText): Json {
  const { attachment, choice } = message;
  const urls = attachment === undefined ? [] : [toLink(message.id, attachment)];
  const shown = urls.reduce((text, { url }) => `${text} ${url}`, escapeText(message.text));
  return {
    type: "message_create",
    id: message.id,
    created_timestamp: String(message.at),
    message_create: {
      target: { recipient_id: message.to },
      sender_id: message.from,
      source_app_id: "268278",
      message_data: {
        text: shown,
        entities: { hashtags: [], symbols: [], user_mentions: [], urls },
        ...(attachment === undefined ? {} : { attachment }),
        ...(choice === undefined ? {} : { quick_reply_response: { type: "options", metadata: choice } }),
      },
    },
  };
}

export const shortLink = (id: string): string => `https://t.co/${id.slice(-10)}`;

function toLink(id: string, attachment: Json): Json {
  const expanded =
    attachment.type === "location" ? `${MAP}?lat=1&long=2` : `https://twitter.com/messages/media/${id}`;
  return { url: shortLink(id), expanded_url: expanded, display_url: "pic.twitter.com/x", indices: [0, 1] };
}

/** A photo, GIF or video; `media.id` is a number too large for JavaScript, as X has it. */
export function toMediaAttachment(id: string, file: FakeFile, url: string): Json {
  const kind = file.contentType === "image/gif" ? "animated_gif" : file.contentType.split("/")[0];
  const type = kind === "image" ? "photo" : kind;
  const variants = [
    { content_type: "application/x-mpegURL", url: `${url}.m3u8` },
    { bitrate: 320_000, content_type: "video/mp4", url: `${url}?tag=small` },
    { bitrate: 2_176_000, content_type: "video/mp4", url },
  ];
  return {
    type: "media",
    media: {
      id: Number(id),
      id_str: id,
      media_url_https: type === "photo" ? url : `${url}.jpg`,
      url: shortLink(id),
      display_url: "pic.twitter.com/x",
      expanded_url: `https://twitter.com/messages/media/${id}`,
      type,
      ...(type === "photo" ? {} : { video_info: { aspect_ratio: [1, 1], variants } }),
    },
  };
}

export function toLocationAttachment({
  latitude,
  longitude,
  name,
}: NonNullable<FakeMessage["location"]>): Json {
  if (name === undefined) {
    const shared_coordinate = { coordinates: { type: "Point", coordinates: [longitude, latitude] } };
    return { type: "location", location: { type: "shared_coordinate", shared_coordinate } };
  }
  const box = { type: "Polygon", coordinates: [[[longitude, latitude]]] };
  const place = { id: "07d9cd6afd884001", place_type: "poi", name, full_name: name, bounding_box: box };
  return { type: "location", location: { type: "shared_place", shared_place: { place } } };
}

/** The body of a webhook, as the account's flavour has it. */
export function toBody(
  account: Account,
  about: { handleId: string; eventType: string; lists: Json; users: readonly FakeUser[] },
): Json {
  const { handleId, eventType, lists } = about;
  const toUsers = (build: (user: FakeUser, username: string) => Json) =>
    Object.fromEntries(about.users.map((user) => [user.id, build(user, usernameOf(user))]));
  if ((account.values.apiFlavor ?? "xaa") !== "xaa") {
    const apps = { "268278": { id: "268278", name: "Twitter Web Client", url: "https://x.com" } };
    const users = toUsers(({ id, name }, screen_name) => {
      return { id, name, screen_name, followers_count: 12, friends_count: 34 };
    });
    return { for_user_id: handleId, ...lists, apps, users };
  }
  const users = toUsers(({ id, name }, username) => ({
    data: { id, name, username, public_metrics: METRICS },
  }));
  return {
    data: {
      event_type: eventType,
      filter: { user_id: handleId },
      tag: "switchboard",
      payload: { ...lists, users },
    },
  };
}

export const METRICS = { followers_count: 12, following_count: 34, tweet_count: 5, listed_count: 0 };

export const usernameOf = ({ name }: FakeUser): string => name.replaceAll(/\W/g, "");

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function sign(account: Account, body: string | Buffer): SignedWebhook {
  const bytes = Buffer.from(body as string);
  const proof = hmac("sha256", secretOf(account, "consumerSecret"), bytes).toString("base64");
  return {
    method: "POST",
    headers: { "content-type": "application/json", "x-twitter-webhooks-signature": `sha256=${proof}` },
    body: bytes,
  };
}
