import type { Activity, Attachment, Place } from "../../core/activity";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { ATTACHMENT_REASONS } from "./wire";

/** What a message holds beside its typed text. */
export interface Parts {
  attachments: Attachment[];
  places: Place[];
  /** Words for what is no file: shared links, templates, products, posts. */
  lines: string[];
  booking?: Json;
  /** A type that nobody here knows. */
  unknown?: string;
}

/** Meta tells only the kind of a file (Meta: messages webhook event). */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  image: "image/*",
  video: "video/*",
  audio: "audio/*",
  file: "application/octet-stream",
};
const SHARED: Readonly<Record<string, string>> = {
  fallback: "Shared a link",
  reel: "Shared a reel",
  ig_reel: "Shared a reel",
  post: "Shared a post",
  ig_post: "Shared a post",
  share: "Shared a post",
};
const MOST_ELEMENTS = 30;

/** Files, places and shared things of a message, in order. */
export function toParts(message: Json): Parts {
  const parts: Parts = { attachments: [], places: [], lines: [] };
  const list = toList(message.attachments)
    .map(toObject)
    .filter((one) => one !== undefined);
  const stickers = new Set(list.flatMap((one) => (one.type === "sticker" ? (stickerOf(one) ?? []) : [])));
  for (const attachment of list) {
    const sticker = stickerOf(attachment);
    // Since June 2026 a sticker comes beside a twin of the type image (Meta: Messenger changelog).
    const isTwin = attachment.type === "image" && sticker !== undefined && stickers.has(sticker);
    if (!isTwin) addPart(attachment, toText(message.text) ?? "", parts);
  }
  if (list.length === 0 && message.sticker_id !== undefined) parts.lines.push("Sent a sticker");
  return parts;
}

/** The activity's files, places and text: what was typed, then the words for the rest. */
export function fill(activity: Activity, typed: string, parts: Parts): void {
  const words = [...parts.lines];
  for (const { name } of parts.places) if (name !== undefined) words.unshift(name);
  const text = [typed, ...words].filter((line) => line !== "").join("\n");
  if (text !== "") activity.text = text;
  if (parts.attachments.length > 0) activity.attachments = parts.attachments;
  if (parts.places.length > 0) activity.entities = parts.places;
}

/** Words for a message that holds nothing we can show. */
export function reasonOfMessage(message: Json): string {
  const attachment = toObject(toList(message.attachments)[0]);
  const type = toText(attachment?.type);
  if (type === undefined) return "message without text";
  return Object.hasOwn(ATTACHMENT_REASONS, type) ? (ATTACHMENT_REASONS[type] as string) : type.slice(0, 40);
}

/** Start, end and state of an appointment in words. */
export function bookingWords(booking: Json): string {
  const status = toText(booking.status);
  const head = status === undefined || status === "" ? "Appointment" : `Appointment ${status.toLowerCase()}`;
  const zone = toText(booking.timezone) ?? "UTC";
  const times = [booking.start_time, booking.end_time].flatMap((time) => toLocalTime(time, zone) ?? []);
  return times.length === 0 ? head : `${head}: ${times.join(" to ")} (${zone})`;
}

function addPart(attachment: Json, typed: string, parts: Parts): void {
  const type = toText(attachment.type) ?? "";
  const payload = toObject(attachment.payload);
  const url = toText(payload?.url) || toText(payload?.src);
  if (stickerOf(attachment) !== undefined || type === "sticker") addSticker(url, parts);
  else if (Object.hasOwn(MEDIA_TYPES, type)) addFile(type, url, attachment, parts);
  else if (type === "location") addPlace(attachment, payload, parts);
  else if (Object.hasOwn(SHARED, type)) addShared(SHARED[type] as string, attachment, typed, parts);
  else if (type === "template") addTemplate(attachment, payload, parts);
  else if (type === "appointment_booking") parts.booking = payload ?? {};
  else parts.unknown = type.slice(0, 40) || "attachment without a type";
}

function addSticker(url: string | undefined, parts: Parts): void {
  if (url) parts.attachments.push({ contentType: "image/*", contentUrl: url, name: "sticker" });
  else parts.lines.push("Sent a sticker");
}

function addFile(type: string, url: string | undefined, attachment: Json, parts: Parts): void {
  if (!url) {
    parts.lines.push(`Sent a file (${ATTACHMENT_REASONS[type]}) that Messenger did not pass on`);
    return;
  }
  const name =
    toText(attachment.name) || toText(attachment.title) || (type === "file" ? nameIn(url) : undefined);
  parts.attachments.push({
    contentType: MEDIA_TYPES[type] as string,
    contentUrl: url,
    ...(name ? { name: name.slice(0, 200) } : {}),
  });
}

function addPlace(attachment: Json, payload: Json | undefined, parts: Parts): void {
  const coordinates = toObject(payload?.coordinates);
  const [latitude, longitude] = [toNumber(coordinates?.lat), toNumber(coordinates?.long)];
  const name = toText(attachment.title) || toText(payload?.title);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    parts.lines.push(name || "Sent a location without its coordinates");
    return;
  }
  parts.places.push({ type: "GeoCoordinates", latitude, longitude, ...(name ? { name } : {}) });
}

/** A link, reel or post: its title and address; nothing that was typed already. */
function addShared(otherwise: string, attachment: Json, typed: string, parts: Parts): void {
  const payload = toObject(attachment.payload);
  const from = (name: string) => toText(payload?.[name]) || toText(attachment[name]);
  const url = toTarget(toText(attachment.payload) || from("url") || "");
  const title = from("title") || "";
  const lines = [title, url].filter((line) => line !== "" && !typed.includes(line));
  if (title === "" && url === "") {
    if (typed === "") parts.lines.push(otherwise);
  } else if (title === "" && lines.length > 0 && otherwise !== SHARED.fallback) {
    parts.lines.push(otherwise, ...lines);
  } else parts.lines.push(...lines);
}

/** What a template says: text, cards with their buttons, products, the sum of a receipt. */
function addTemplate(attachment: Json, payload: Json | undefined, parts: Parts): void {
  const before = parts.lines.length;
  addElement({ title: attachment.title, subtitle: attachment.subtitle, url: attachment.url }, parts);
  if (payload !== undefined) addElement(payload, parts);
  const products = toList(toObject(payload?.product)?.elements);
  for (const one of [...toList(payload?.elements), ...products].slice(0, MOST_ELEMENTS)) {
    const element = toObject(one);
    if (element !== undefined) addElement(element, parts);
  }
  const total = toId(toObject(payload?.summary)?.total_cost);
  if (total !== undefined) parts.lines.push(`Total: ${[total, toText(payload?.currency)].join(" ").trim()}`);
  if (parts.lines.length === before) parts.lines.push("Sent a card without text");
}

function addElement(element: Json, parts: Parts): void {
  const words = [element.text, element.title, element.subtitle, toObject(element.default_action)?.url];
  for (const line of [...words, element.url]) {
    const text = toText(line) ?? "";
    if (text !== "" && !parts.lines.includes(text)) parts.lines.push(text);
  }
  const price = toId(element.price);
  if (price !== undefined) parts.lines.push([price, toText(element.currency)].join(" ").trim());
  for (const one of toList(element.buttons).slice(0, MOST_ELEMENTS)) {
    const button = toObject(one);
    const title = toText(button?.title) ?? "";
    const url = toText(button?.url) ?? "";
    if (title !== "" || url !== "")
      parts.lines.push(`[${[title, url].filter((part) => part !== "").join(": ")}]`);
  }
}

/** A number or its digits; NaN for all else (`Number` would throw for some objects, and take null for 0). */
function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}

function stickerOf(attachment: Json): string | undefined {
  return toId(toObject(attachment.payload)?.sticker_id);
}

/** Where a link of Facebook's own counter (l.facebook.com/l.php?u=…) really leads. */
function toTarget(url: string): string {
  if (!/^https:\/\/lm?\.facebook\.com\/l\.php\?/.test(url)) return url;
  try {
    return new URL(url).searchParams.get("u") || url;
  } catch {
    return url;
  }
}

/** The last part of an address as a file name: "plan.pdf". */
function nameIn(url: string): string | undefined {
  try {
    const last = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
    return /\.[a-z0-9]{1,8}$/i.test(last) ? last : undefined;
  } catch {
    return undefined;
  }
}

function toLocalTime(seconds: unknown, timeZone: string): string | undefined {
  const at = toNumber(seconds);
  if (!(at > 0 && at < 1e11)) return undefined;
  const format = (zone: string) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(
      at * 1000,
    );
  try {
    return format(timeZone);
  } catch {
    return format("UTC");
  }
}
