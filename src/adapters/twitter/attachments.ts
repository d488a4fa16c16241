import type { Attachment, Place } from "../../core/activity";
import { type Json, toList, toObject, toText } from "../shared/narrow";

/** X allows one; more are not from a customer's app. */
const MAX_ATTACHMENTS = 10;
const MAX_VARIANTS = 50;

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
};

/** What a message carries beside its text. */
export interface Carried {
  media: Attachment[];
  place?: Place;
  /** Address or name of the place; also where X gives no coordinates with it. */
  placeText?: string;
  /** Attachments that we do not know, in words: "media of kind hologram". */
  unknown: string[];
}

/**
 * Files and place of a message's data (X: Direct Messages, "Message create object"). Photos are behind OAuth 1.0a
 * (`mediaRequest`); of a video or animated GIF `media_url_https` is only a still, the file stands among the variants.
 */
export function toCarried(data: Json): Carried {
  const carried: Carried = { media: [], unknown: [] };
  for (const value of listOf(data)) {
    const attachment = toObject(value);
    if (attachment === undefined) continue;
    if (attachment.type === "location") addPlace(toObject(attachment.location) ?? {}, carried);
    else addMedia(attachment, carried);
  }
  return carried;
}

/** One `attachment`; a list is not documented, but nothing would be lost by it. */
function listOf(data: Json): readonly unknown[] {
  const single = data.attachment;
  if (single !== undefined && single !== null) return Array.isArray(single) ? single.slice(0, 10) : [single];
  return toList(data.attachments).slice(0, MAX_ATTACHMENTS);
}

function addMedia(attachment: Json, carried: Carried): void {
  const media = toObject(attachment.media) ?? attachment;
  const type = toText(media.type) ?? toText(attachment.type) ?? "attachment";
  const file =
    type === "photo" || type === "image" ? toPhoto(media) : (toFilm(media, type) ?? toPhoto(media));
  if (file === undefined) carried.unknown.push(type.slice(0, 40));
  else carried.media.push(file);
}

function toPhoto(media: Json): Attachment | undefined {
  const url = toHttps(media.media_url_https) ?? toHttps(media.media_url) ?? toHttps(media.preview_image_url);
  // `url` is v2's address of the file, but v1.1's t.co link to a page.
  const found = url ?? (isShortened(media.url) ? undefined : toHttps(media.url));
  if (found === undefined) return undefined;
  return withName({ contentType: imageType(found), contentUrl: found });
}

/** The best file of a video: the mp4 with the most bits a second; the playlist is no file. */
function toFilm(media: Json, type: string): Attachment | undefined {
  const variants = toList(toObject(media.video_info)?.variants ?? media.variants).slice(0, MAX_VARIANTS);
  let best: { url: string; contentType: string; rate: number } | undefined;
  for (const value of variants) {
    const variant = toObject(value);
    const url = toHttps(variant?.url);
    const contentType = toText(variant?.content_type) ?? "";
    if (url === undefined || !/^(video|audio)\/[\w.+-]{1,40}$/.test(contentType)) continue;
    // Other formats only where there is no mp4.
    const bits = variant?.bitrate ?? variant?.bit_rate;
    const rate = (typeof bits === "number" ? bits : 0) + (contentType.endsWith("/mp4") ? 1e12 : 0);
    if (best === undefined || rate > best.rate) best = { url, contentType, rate };
  }
  if (best === undefined) return undefined;
  const attachment: Attachment = { contentType: best.contentType, contentUrl: best.url };
  return type === "animated_gif" ? { ...attachment, name: "animated GIF" } : withName(attachment);
}

function addPlace(location: Json, carried: Carried): void {
  const shared = toObject(toObject(location.shared_place)?.place);
  const text = toPlaceText(shared);
  const point =
    toPoint(toObject(toObject(location.shared_coordinate)?.coordinates)?.coordinates) ??
    toPoint(shared?.centroid) ??
    middleOf(toObject(shared?.bounding_box)?.coordinates);
  if (text !== "") carried.placeText = text;
  if (point !== undefined) {
    const [longitude, latitude] = point;
    carried.place = { type: "GeoCoordinates", latitude, longitude, ...(text === "" ? {} : { name: text }) };
  } else if (text === "") {
    carried.unknown.push("location");
  }
}

/** "Manhattan, NY, United States"; a name that another one holds is left out. "" when there is none. */
function toPlaceText(place: Json | undefined): string {
  const given = [place?.name, place?.full_name, place?.country].map((name) => toText(name)?.trim() ?? "");
  const names = [...new Set(given)].filter((name) => name !== "");
  const longest = names.filter((name) => !names.some((other) => other !== name && other.includes(name)));
  return longest.join(", ").slice(0, 300);
}

/** GeoJSON has the longitude first. */
function toPoint(value: unknown): [longitude: number, latitude: number] | undefined {
  const [longitude, latitude] = toList(value);
  const isPoint =
    typeof longitude === "number" &&
    typeof latitude === "number" &&
    Math.abs(longitude) <= 180 &&
    Math.abs(latitude) <= 90;
  return isPoint ? [longitude, latitude] : undefined;
}

/** The middle of a place's bounding box, which X gives as a ring of corners. */
function middleOf(coordinates: unknown): [longitude: number, latitude: number] | undefined {
  const corners = toList(toList(coordinates)[0]).slice(0, 20).map(toPoint);
  const points = corners.filter((corner) => corner !== undefined);
  if (points.length === 0) return undefined;
  const middle = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  return [middle(0), middle(1)];
}

function toHttps(value: unknown): string | undefined {
  const url = toText(value);
  return url !== undefined && /^https?:\/\/[^\s]{1,2000}$/.test(url) ? url : undefined;
}

function isShortened(value: unknown): boolean {
  return /^https?:\/\/t\.co\//.test(toText(value) ?? "");
}

/** The file's name at the end of its address: "abc.jpg". */
function withName(attachment: Attachment): Attachment {
  const name =
    pathOf(attachment.contentUrl ?? "")
      .split("/")
      .at(-1) ?? "";
  return /^[\w.-]{1,100}\.[A-Za-z0-9]{2,5}$/.test(name) ? { ...attachment, name } : attachment;
}

function endingOf(url: string): string {
  const query = /[?&]format=([a-z]{3,4})\b/.exec(url)?.[1];
  return query ?? /\.([A-Za-z0-9]{2,5})$/.exec(pathOf(url))?.[1]?.toLowerCase() ?? "";
}

const pathOf = (url: string): string => url.split(/[?#]/, 1)[0] ?? "";

function imageType(url: string): string {
  const ending = endingOf(url);
  return Object.hasOwn(IMAGE_TYPES, ending) ? (IMAGE_TYPES[ending] as string) : "image/*";
}
