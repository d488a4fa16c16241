import type { Activity, Attachment } from "../../core/activity";

/** A button that opens a page. */
export interface LinkButton {
  title: string;
  url: string;
}

/** A button that says something back: `value` is what the bot hears. */
export interface Choice {
  title: string;
  value: string;
}

/** What an activity says, in parts that every channel can render somehow; cards are taken apart. */
export interface Content {
  text: string;
  textFormat: "plain" | "markdown";
  /** Files, in order. */
  media: Attachment[];
  choices: Choice[];
  links: LinkButton[];
}

interface CardAction {
  type?: string;
  title?: string;
  value?: unknown;
}

interface Card {
  title?: unknown;
  subtitle?: unknown;
  text?: unknown;
  images?: unknown;
  media?: unknown;
  buttons?: unknown;
  facts?: unknown;
  items?: unknown;
  total?: unknown;
  body?: unknown;
  actions?: unknown;
}

const CARD_PREFIX = "application/vnd.microsoft.";

/**
 * Takes an activity apart: text, files, choices, links. Bot Framework cards (hero, thumbnail, receipt, sign-in, media,
 * adaptive) become text, pictures and buttons, so that nothing they say is lost. Pure.
 */
export function toContent(activity: Activity): Content {
  const content: Content = {
    text: activity.text ?? "",
    textFormat: activity.textFormat === "markdown" ? "markdown" : "plain",
    media: [],
    choices: [],
    links: [],
  };
  const lines = content.text.trim() === "" ? [] : [content.text];
  for (const attachment of activity.attachments ?? []) {
    if (attachment.contentType.startsWith(CARD_PREFIX)) addCard(attachment, content, lines);
    else if (attachment.contentUrl !== undefined && isSendable(attachment.contentUrl))
      content.media.push(attachment);
  }
  for (const action of activity.suggestedActions?.actions ?? []) addAction(action, content);
  content.text = lines.join("\n");
  return content;
}

/** The content as plain text: choices as a numbered list, links as "title: address"; files are the caller's. */
export function toListedText(content: Content): string {
  const choices = content.choices.map(({ title }, index) => `${index + 1}. ${title}`);
  const links = content.links.map(({ title, url }) => (title === url ? url : `${title}: ${url}`));
  return [content.text, ...choices, ...links].filter((line) => line !== "").join("\n");
}

const isSendable = (url: string): boolean => /^(https?|media):/.test(url);

function addCard({ content: card }: Attachment, content: Content, lines: string[]): void {
  if (typeof card !== "object" || card === null) return;
  const { title, subtitle, text, images, media, buttons, facts, items, total, body, actions } = card as Card;
  for (const line of [title, subtitle, text]) addLine(line, lines);
  for (const fact of listOf(facts)) addLine(pairOf(fact, "key", "value"), lines);
  for (const item of listOf(items)) addLine(pairOf(item, "title", "price"), lines);
  if (typeof total === "string") lines.push(total);
  for (const image of listOf(images)) addFile(image, "image/*", content);
  for (const file of listOf(media)) addFile(file, "video/*", content);
  for (const element of listOf(body)) addElement(element, content, lines);
  for (const action of [...listOf(buttons), ...listOf(actions)]) addAction(action, content);
}

/** An element of an adaptive card; containers are walked. */
function addElement(element: Record<string, unknown>, content: Content, lines: string[]): void {
  addLine(element.text, lines);
  if (element.type === "Image") addFile(element, "image/*", content);
  for (const fact of listOf(element.facts)) addLine(pairOf(fact, "title", "value"), lines);
  for (const inner of [...listOf(element.items), ...listOf(element.columns), ...listOf(element.images)])
    addElement(inner, content, lines);
  for (const action of listOf(element.actions)) addAction(action, content);
}

function addAction(action: CardAction | Record<string, unknown>, content: Content): void {
  const { type, title, value, url, data } = action as CardAction & { url?: unknown; data?: unknown };
  const said = value ?? data;
  const address = typeof url === "string" ? url : said;
  const isLink =
    type === "openUrl" || type === "Action.OpenUrl" || type === "signin" || type === "downloadFile";
  const label = typeof title === "string" && title !== "" ? title : asText(isLink ? address : said);
  if (label === "") return;
  if (isLink) {
    if (typeof address === "string" && /^https?:/.test(address))
      content.links.push({ title: label, url: address });
    return;
  }
  content.choices.push({ title: label, value: said === undefined ? label : asText(said) });
}

function addFile(file: Record<string, unknown>, contentType: string, content: Content): void {
  const { url, alt, altText } = file;
  if (typeof url !== "string" || !isSendable(url)) return;
  const name = typeof alt === "string" ? alt : altText;
  content.media.push({ contentType, contentUrl: url, ...(typeof name === "string" ? { name } : {}) });
}

function addLine(line: unknown, lines: string[]): void {
  if (typeof line === "string" && line.trim() !== "") lines.push(line);
}

function pairOf(from: Record<string, unknown>, name: string, value: string): string {
  return [from[name], from[value]].filter((part) => typeof part === "string" && part !== "").join(": ");
}

function listOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null);
}

/** What a bot hears of a button's value: text as it is, an object as JSON. */
function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
