import type { Activity, Attachment } from "../../core/activity";
import type { SendContext } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { MEDIA_SCHEME } from "../../core/media";
import { type Content, toContent, toListedText } from "../shared/content";
import { convertMarkdown, PLAIN_STYLE } from "../shared/markdown";
import { toId, toObject } from "../shared/narrow";
import { splitText } from "../shared/splitText";
import { definition } from "./definition";
import type { MediaType, SendMessage, TemplateButton } from "./wire";

/** Limits of the Send API (Meta: Quick replies, Button template, Sending attachments). */
const MOST_QUICK_REPLIES = 13;
const MOST_BUTTONS = 3;
const TITLE_LENGTH = 20;
const PAYLOAD_LENGTH = 1000;
const TEMPLATE_TEXT_LENGTH = 640;
const MEGABYTE = 1024 * 1024;
const FILE_BYTES = 25 * MEGABYTE;
const IMAGE_BYTES = 8 * MEGABYTE;
/** Other pictures go as files. */
const IMAGE_TYPES: ReadonlySet<string> = new Set([
  "image/*",
  "image/png",
  "image/jpeg",
  "image/jpg",
  "image/gif",
]);

type Message = Omit<SendMessage, "metadata">;

/**
 * The messages that one activity becomes: each holds text or one file. Throws ChannelError CHANNEL_REFUSED when there
 * is something to send but nothing of it can be. Pure.
 */
export function toMessages(activity: Activity, context: SendContext): Message[] {
  const content = toContent(activity);
  if (content.textFormat === "markdown") content.text = convertMarkdown(content.text, PLAIN_STYLE);
  const messages = [...stickersOf(activity)];
  const lines: string[] = [];
  const lost: string[] = [];
  for (const file of content.media) {
    const sent = toMedia(file, context);
    if (sent === undefined) lost.push(file.name ?? file.contentType);
    else if (typeof sent === "string") lines.push(sent);
    else messages.push(sent);
  }
  const text = [content.text, ...lines].filter((line) => line.trim() !== "").join("\n");
  messages.push(...toTexts({ ...content, text }, messages));
  if (messages.length === 0) {
    if ((activity.attachments ?? []).length > 0) throw refusal();
    return [];
  }
  // The customer can then ask for it again.
  if (lost.length > 0) messages.push({ text: `(Could not be attached: ${lost.join(", ").slice(0, 500)})` });
  return withQuickReplies(messages, content);
}

function refusal(): ChannelError {
  return new ChannelError(
    "CHANNEL_REFUSED",
    "The file of this message is not there any more, or is of a kind that cannot be sent. Attach it again.",
    { retryable: false },
  );
}

/** What a bot asks for in the platform's own words; Meta's public stickers have numbers. */
function stickersOf({ channelData }: Activity): Message[] {
  const id = Number(toId(toObject(channelData)?.sticker_id) ?? Number.NaN);
  return Number.isSafeInteger(id) && id > 0 ? [{ sticker_id: id }] : [];
}

/** A file as a message, or where Messenger does not carry it as a line with its address; undefined: it is gone. */
function toMedia(file: Attachment, context: SendContext): Message | string | undefined {
  const address = file.contentUrl ?? "";
  const stored = address.startsWith(MEDIA_SCHEME) ? context.media?.get(address) : undefined;
  const url = stored?.url ?? address;
  if (!/^https?:/i.test(url)) return undefined;
  const bytes = stored?.bytes ?? 0;
  const name = stored?.name ?? file.name;
  // Meta fetches by https alone; an address of a test or of one's own machine counts as a stored file's.
  const isFetchable = stored !== undefined || /^https:/i.test(url);
  if (!isFetchable || bytes > FILE_BYTES) return name === undefined ? url : `${name}: ${url}`;
  const type = toMediaType(stored?.contentType ?? file.contentType, bytes);
  return { attachment: { type, payload: { url, is_reusable: false } } };
}

function toMediaType(contentType: string, bytes: number): MediaType {
  const type = contentType.toLowerCase();
  if (IMAGE_TYPES.has(type)) return bytes > IMAGE_BYTES ? "file" : "image";
  if (type.startsWith("video/")) return "video";
  return type.startsWith("audio/") ? "audio" : "file";
}

/** The text in parts; links and choices on buttons of the last where they fit, else written out. */
function toTexts(content: Content, before: readonly Message[]): Message[] {
  const { text } = content;
  const choices = mayTap(content) ? [] : content.choices;
  const template = toTemplate(content);
  if (template !== undefined) return [template];
  // Choices that nothing else carries need words of their own.
  const isBare = text === "" && content.links.length === 0 && before.at(-1)?.attachment === undefined;
  const listed = toListedText({ ...content, choices: isBare ? content.choices : choices });
  return splitText(listed, definition.limits.textLength).map((part) => ({ text: part }));
}

/** Text with up to three buttons, at least one of which opens a page (Meta: Button template). */
function toTemplate({ text, links, choices }: Content): Message | undefined {
  if (links.length === 0 || text.trim() === "" || text.length > TEMPLATE_TEXT_LENGTH) return undefined;
  if (links.length > MOST_BUTTONS || !links.every(({ title }) => title.length <= TITLE_LENGTH))
    return undefined;
  const areTappable = mayTap({ choices });
  const all = links.length + choices.length <= MOST_BUTTONS && areTappable;
  if (!all && !areTappable && choices.length > 0) return undefined;
  const buttons: TemplateButton[] = links.map(({ title, url }) => ({ type: "web_url", title, url }));
  if (all)
    for (const { title, value } of choices) buttons.unshift({ type: "postback", title, payload: value });
  return { attachment: { type: "template", payload: { template_type: "button", text, buttons } } };
}

/** Can the choices be quick replies, none of them cut? */
function mayTap({ choices }: Pick<Content, "choices">): boolean {
  return (
    choices.length <= MOST_QUICK_REPLIES &&
    choices.every(({ title, value }) => title.length <= TITLE_LENGTH && value.length <= PAYLOAD_LENGTH)
  );
}

/** Quick replies go away with the next message: they stand on the last. */
function withQuickReplies(messages: Message[], content: Content): Message[] {
  const last = messages.at(-1);
  if (last === undefined || content.choices.length === 0 || !mayTap(content)) return messages;
  const template = last.attachment?.type === "template" ? last.attachment.payload : undefined;
  if (template?.buttons.some(({ type }) => type === "postback")) return messages;
  const quick_replies = content.choices.map(({ title, value }) => ({
    content_type: "text" as const,
    title,
    payload: value || title,
  }));
  return [...messages.slice(0, -1), { ...last, quick_replies }];
}
