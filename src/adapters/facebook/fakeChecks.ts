import type { FakeAnswer, FakeChoice, FakeFile } from "../shared/fakePlatform";
import { type Json, toId, toList, toObject, toText } from "../shared/narrow";
import { refuse } from "./fakeGraph";

const ACTIONS: ReadonlySet<unknown> = new Set(["typing_on", "typing_off", "mark_seen", "react", "unreact"]);
const TYPES: ReadonlySet<unknown> = new Set(["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"]);
const MEDIA: ReadonlySet<unknown> = new Set(["image", "video", "audio", "file"]);
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  image: "image/*",
  video: "video/*",
  audio: "audio/*",
  file: "application/octet-stream",
};

/** What the customer sees of a message. */
export interface Shown {
  text: string;
  media: FakeFile[];
  choices: FakeChoice[];
}

/** Refuses what the Send API refuses (Meta: Send API reference, Quick replies, Button template); undefined: taken. */
export function checkSend(body: Json): FakeAnswer | undefined {
  const type = body.messaging_type ?? "RESPONSE";
  if (!TYPES.has(type))
    return invalid("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG, UTILITY}");
  // The other tags were retired on 2026-04-27.
  if ((type === "MESSAGE_TAG") !== (body.tag === "HUMAN_AGENT"))
    return refuse(400, 100, "Invalid parameter", 1893061);
  const message = toObject(body.message) ?? {};
  const text = toText(message.text) ?? "";
  const attachment = toObject(message.attachment);
  const kinds = [text !== "", attachment !== undefined, message.sticker_id !== undefined].filter(
    Boolean,
  ).length;
  if (kinds === 0) return invalid("Message cannot be empty, must provide valid attachment or text");
  if (kinds > 1) return invalid("Message cannot contain both text and attachment");
  if (text.length >= 2000) return invalid("Length of param message[text] must be less than or equal to 2000");
  const metadata = message.metadata ?? "";
  if (typeof metadata !== "string" || metadata.length >= 1000) return invalid("Invalid metadata");
  if (body.reply_to !== undefined && toText(toObject(body.reply_to)?.mid) === undefined)
    return invalid("Param reply_to must have a mid");
  return checkQuickReplies(message.quick_replies) ?? (attachment && checkAttachment(attachment));
}

/** A call without a message; undefined: taken. */
export function checkAction(body: Json): FakeAnswer | undefined {
  const action = body.sender_action;
  if (!ACTIONS.has(action)) return invalid(`Invalid sender_action ${String(action)}`);
  if (body.message !== undefined) return invalid("sender_action and message are exclusive");
  if (action !== "react" && action !== "unreact") return undefined;
  const payload = toObject(body.payload);
  if (!toText(payload?.message_id)) return invalid("Param payload[message_id] is required");
  return action === "react" && !toText(payload?.reaction)
    ? invalid("Param payload[reaction] is required")
    : undefined;
}

export function toShown(message: Json): Shown {
  const attachment = toObject(message.attachment);
  const payload = toObject(attachment?.payload) ?? {};
  const type = toText(attachment?.type) ?? "";
  const url = toText(payload.url);
  const choices = toList(message.quick_replies).map((one) => toChoice(toObject(one) ?? {}));
  const buttons = toList(payload.buttons).map((one) => toObject(one) ?? {});
  const answers = buttons.filter((button) => button.type === "postback").map(toChoice);
  return {
    text: toText(message.text) ?? (type === "template" ? (toText(payload.text) ?? "") : ""),
    media: url === undefined ? [] : [{ contentType: CONTENT_TYPES[type] ?? type, url }],
    choices: [...answers, ...choices],
  };
}

function toChoice(button: Json): FakeChoice {
  return { title: toText(button.title) ?? "", value: toText(button.payload) ?? "" };
}

function checkQuickReplies(value: unknown): FakeAnswer | undefined {
  if (value === undefined) return undefined;
  const replies = toList(value);
  if (replies.length === 0 || replies.length > 13)
    return invalid("Param quick_replies must have 1 to 13 elements");
  for (const one of replies) {
    const reply = toObject(one) ?? {};
    const title = toText(reply.title) ?? "";
    if (reply.content_type !== "text") return invalid("Invalid content_type of a quick reply");
    if (title === "" || title.length > 20)
      return invalid("Title of a quick reply must have 1 to 20 characters");
    if ((toText(reply.payload) ?? "").length > 1000 || !reply.payload) return invalid("Invalid payload");
  }
  return undefined;
}

function checkAttachment({ type, payload }: Json): FakeAnswer | undefined {
  const content = toObject(payload) ?? {};
  if (MEDIA.has(type)) {
    const isThere =
      /^https?:\/\//.test(toText(content.url) ?? "") || toId(content.attachment_id) !== undefined;
    return isThere
      ? undefined
      : invalid("Param message[attachment][payload][url] should represent a valid URL");
  }
  if (type !== "template") return invalid(`Param message[attachment][type] must not be ${String(type)}`);
  if (content.template_type !== "button") return invalid("The fake knows button templates alone");
  const text = toText(content.text) ?? "";
  if (text === "" || text.length > 640)
    return invalid("Text of a button template must have 1 to 640 characters");
  const buttons = toList(content.buttons).map((one) => toObject(one) ?? {});
  if (buttons.length === 0 || buttons.length > 3) return invalid("A button template has 1 to 3 buttons");
  const isGood = (button: Json) => {
    const title = toText(button.title) ?? "";
    if (title === "" || title.length > 20) return false;
    if (button.type === "web_url") return /^https?:\/\//.test(toText(button.url) ?? "");
    return button.type === "postback" && !!button.payload && (toText(button.payload) ?? "").length <= 1000;
  };
  return buttons.every(isGood) ? undefined : invalid("Invalid button");
}

function invalid(message: string): FakeAnswer {
  return refuse(400, 100, `(#100) ${message}`);
}
