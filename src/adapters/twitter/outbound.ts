import type { Activity, Attachment } from "../../core/activity";
import { type PlatformRequest, type SendContext, UPLOADED_ID } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { MEDIA_SCHEME } from "../../core/media";
import { type Content, toContent, toListedText } from "../shared/content";
import { convertMarkdown, PLAIN_STYLE } from "../shared/markdown";
import { splitText } from "../shared/splitText";
import { definition, isVersion1 } from "./definition";
import { toMediaKind } from "./mediaKinds";
import type { Version1Body, Version1Data, Version2Body } from "./wire";

/** Of the v1.1 call (X: Direct Messages, quick replies and buttons). */
const MAX_OPTIONS = 20;
const MAX_LABEL = 36;
const MAX_METADATA = 1_000;
const MAX_BUTTONS = 3;

type Buttons = Pick<Version1Data, "quick_reply" | "ctas">;

/** What one call carries. */
interface Part {
  text: string;
  upload?: string;
  buttons?: Buttons;
}

/**
 * Calls for one message, by the account's API. Each call counts against a small allowance and costs money, so a file
 * rides on a call that is needed for text anyway; X takes one file a call. Choices and links are native where the
 * account has v1.1, else lines of the text. X has no reply window. Pure.
 */
export function toRequests(activity: Activity, context: SendContext): PlatformRequest[] {
  if (activity.type !== "message") return [];
  const content = toContent(activity);
  if (content.textFormat === "markdown") content.text = convertMarkdown(content.text, PLAIN_STYLE);
  const files = sortFiles(content.media, context);
  const isOld = isVersion1(context.account.values.apiFlavor);
  const { text, buttons } = isOld ? toNative(content) : { text: toListedText(content), buttons: {} };
  const whole = [text, ...files.links].filter((line) => line.trim() !== "").join("\n");
  const parts = toParts(splitText(whole, definition.limits.textLength), files.uploads, buttons);
  if (parts.length === 0 && files.lost > 0) {
    throw new ChannelError("CHANNEL_REFUSED", "The attached file is not there any more. Attach it again.", {
      retryable: false,
    });
  }
  return parts.map((part) => toRequest(part, context, isOld));
}

interface Files {
  /** `contentUrl`s of what X takes. */
  uploads: string[];
  /** What X does not take, as lines of text. */
  links: string[];
  /** Files that are nowhere to be found. */
  lost: number;
}

function sortFiles(media: readonly Attachment[], context: SendContext): Files {
  const files: Files = { uploads: [], links: [], lost: 0 };
  for (const { contentUrl = "", name } of media) {
    const file = context.media?.get(contentUrl);
    const address = file?.url ?? (contentUrl.startsWith(MEDIA_SCHEME) ? undefined : contentUrl);
    if (file !== undefined && toMediaKind(file) !== undefined) files.uploads.push(contentUrl);
    else if (address === undefined) files.lost += 1;
    else files.links.push(toLine(name ?? file?.name, address));
  }
  return files;
}

function toLine(title: string | undefined, url: string): string {
  return title === undefined || title === "" || title === url ? url : `${title}: ${url}`;
}

/** As few calls as hold everything: files first, the text with the last of them, buttons at the very end. */
function toParts(texts: readonly string[], uploads: readonly string[], buttons: Buttons): Part[] {
  const count = Math.max(texts.length, uploads.length);
  const firstText = count - texts.length;
  return Array.from({ length: count }, (_, index) => {
    const upload = uploads[index];
    return {
      text: texts[index - firstText] ?? "",
      ...(upload === undefined ? {} : { upload }),
      ...(index === count - 1 ? { buttons } : {}),
    };
  });
}

/** Choices and links as v1.1 shows them; what is too many or too long stays in the text. */
function toNative(content: Content): { text: string; buttons: Buttons } {
  const { choices, links } = content;
  // Buttons hang on words.
  const hasText = content.text.trim() !== "";
  const asReplies =
    hasText &&
    choices.length > 0 &&
    choices.length <= MAX_OPTIONS &&
    choices.every(({ title, value }) => isLabel(title) && value.length <= MAX_METADATA);
  const asButtons =
    hasText && links.length > 0 && links.length <= MAX_BUTTONS && links.every(({ title }) => isLabel(title));
  const rest = { ...content, choices: asReplies ? [] : choices, links: asButtons ? [] : links };
  const options = choices.map(({ title, value }) => ({ label: title, metadata: value }));
  const ctas = links.map(({ title, url }) => ({ type: "web_url" as const, label: title, url }));
  return {
    text: toListedText(rest),
    buttons: {
      ...(asReplies ? { quick_reply: { type: "options", options } } : {}),
      ...(asButtons ? { ctas } : {}),
    },
  };
}

/** X refuses labels with addresses in them. */
function isLabel(title: string): boolean {
  return title.trim() !== "" && title.length <= MAX_LABEL && !/https?:\/\/|www\./i.test(title);
}

function toRequest(part: Part, context: SendContext, isOld: boolean): PlatformRequest {
  const { customerId } = context;
  return {
    method: "POST",
    path: isOld
      ? "/1.1/direct_messages/events/new.json"
      : `/2/dm_conversations/with/${encodeURIComponent(customerId)}/messages`,
    contentType: "application/json",
    body: JSON.stringify(isOld ? toVersion1(customerId, part) : toVersion2(part)),
    ...(part.upload === undefined ? {} : { upload: part.upload }),
  };
}

function toVersion2({ text, upload }: Part): Version2Body {
  return {
    ...(text === "" ? {} : { text }),
    ...(upload === undefined ? {} : { attachments: [{ media_id: UPLOADED_ID }] }),
  };
}

function toVersion1(recipientId: string, { text, upload, buttons }: Part): Version1Body {
  const message_data: Version1Data = {
    text,
    ...buttons,
    ...(upload === undefined ? {} : { attachment: { type: "media", media: { id: UPLOADED_ID } } }),
  };
  const message_create = { target: { recipient_id: recipientId }, message_data };
  return { event: { type: "message_create", message_create } };
}
