import type { Activity, Attachment } from "../../core/activity";
import type { SendContext } from "../../core/channel";

/** A button that opens a page. */
export interface LinkButton {
  title: string;
  /** http or https. */
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

type Values = Readonly<Record<string, unknown>>;

/** What is collected while an activity is walked. */
interface Gathering extends Content {
  lines: string[];
  /** Title of the card that each choice stands on, in the order of `choices`. */
  cardOf: string[];
}

const CARD_PREFIX = "application/vnd.microsoft.";
/** Cards inside cards (Action.ShowCard, containers); deeper ones are hostile. */
const MAX_DEPTH = 20;
/** Members of an adaptive element that hold further elements (Adaptive Cards: schema explorer). */
const CONTAINERS = ["items", "columns", "images", "rows", "cells"] as const;
/** Actions whose value is an address to open (Bot Framework: CardAction types). */
const LINK_ACTIONS: ReadonlySet<unknown> = new Set([
  "openUrl",
  "Action.OpenUrl",
  "signin",
  "downloadFile",
  "playAudio",
  "playVideo",
  "showImage",
  "openApp",
  "call",
]);

/**
 * Takes an activity apart: text, files, choices, links. Bot Framework cards (hero, thumbnail, receipt, sign-in, media,
 * adaptive) become text, pictures and buttons, so that nothing they say is lost. Pure.
 */
export function toContent(activity: Activity): Content {
  const into: Gathering = {
    text: activity.text ?? "",
    textFormat: activity.textFormat === "markdown" ? "markdown" : "plain",
    media: [],
    choices: [],
    links: [],
    lines: [],
    cardOf: [],
  };
  addLine(into.text, into);
  for (const attachment of activity.attachments ?? []) addAttachment(attachment, into);
  for (const action of listOf(activity.suggestedActions?.actions)) addAction(action, into, "", 0);
  const { textFormat, media, links } = into;
  return { text: into.lines.join("\n"), textFormat, media, choices: toDistinct(into), links };
}

/** The content as plain text: choices as a numbered list, links as "title: address"; files are the caller's. */
export function toListedText(content: Content): string {
  const choices = content.choices.map(({ title }, index) => `${index + 1}. ${title}`);
  const links = content.links.map(({ title, url }) => (title === url ? url : `${title}: ${url}`));
  return [content.text, ...choices, ...links].filter((line) => line !== "").join("\n");
}

/**
 * The platform's id of the message that this one shall be shown as an answer to; undefined: none. The Bot Framework
 * makes everything a bot says a reply to what it answers: quoted is that only when the customer has written since.
 */
export function toQuotedId(activity: Activity, context: SendContext): string | undefined {
  const { replyToId } = activity;
  if (replyToId === undefined || replyToId === "") return undefined;
  return context.author.kind === "bot" && replyToId === context.lastInboundId ? undefined : replyToId;
}

const isSendable = (url: string): boolean => /^(https?|media):/i.test(url);

function addAttachment(attachment: Attachment, into: Gathering): void {
  const { contentType, contentUrl, content } = attachment;
  if (String(contentType).startsWith(CARD_PREFIX)) addCard(attachment, into);
  else if (contentUrl !== undefined && isSendable(contentUrl)) into.media.push(attachment);
  // Text without an address: a bot's way to attach a note.
  else if (contentUrl === undefined && String(contentType).startsWith("text/")) addLine(content, into);
}

function addCard({ contentType, content }: Attachment, into: Gathering): void {
  const card = objectOf(content);
  if (card === undefined) return;
  const before = into.lines.length;
  addElement(card, into, textOf(card.title), 0);
  for (const file of listOf(card.media)) addFile(file, mediaTypeOf(contentType), into);
  addFile(objectOf(card.image), "image/*", into);
  // What the author wrote for those who cannot show the card.
  if (into.lines.length === before && listOf(card.body).length === 0) addLine(card.fallbackText, into);
}

/** A card, or an element of an adaptive one; containers are walked in the order in which they are shown. */
function addElement(element: Values, into: Gathering, card: string, depth: number): void {
  if (depth > MAX_DEPTH) return;
  addWords(element, into);
  if (element.type === "Image") addFile(element, "image/*", into);
  if (element.type === "Media")
    for (const source of listOf(element.sources)) addFile(source, typeOf(source, "video/*"), into);
  for (const fact of listOf(element.facts)) addLine(toPair(fact.title ?? fact.key, fact.value), into);
  const inside = [...listOf(element.body), ...CONTAINERS.flatMap((name) => listOf(element[name]))];
  for (const inner of inside) {
    // Pictures of a hero card and lines of a receipt are no elements: they have no type.
    const isPicture = inner.type === undefined && inner.url !== undefined;
    if (!isPicture && !isReceiptItem(inner)) {
      addElement(inner, into, card, depth + 1);
      continue;
    }
    if (isPicture) addFile(inner, "image/*", into);
    else addReceiptItem(inner, into);
    addAction(objectOf(inner.tap), into, card, depth);
  }
  addTotals(element, into);
  for (const action of [...listOf(element.buttons), ...listOf(element.actions)])
    addAction(action, into, card, depth);
  for (const action of [element.tap, element.selectAction]) addAction(objectOf(action), into, card, depth);
}

/** What an element says by itself; a question (`Input.*`) with the answers that it offers. */
function addWords(element: Values, into: Gathering): void {
  if (typeof element.type === "string" && element.type.startsWith("Input.")) {
    addLine(element.label ?? element.placeholder ?? element.title, into);
    for (const choice of listOf(element.choices)) {
      const title = textOf(choice.title);
      if (title !== "") addLine(`- ${title}`, into);
    }
    return;
  }
  for (const line of [element.title, element.subtitle, element.text]) addLine(line, into);
  const runs = Array.isArray(element.inlines) ? element.inlines : [];
  addLine(runs.map((run) => (typeof run === "string" ? run : textOf(objectOf(run)?.text))).join(""), into);
}

const isReceiptItem = ({ type, price, quantity, image }: Values): boolean =>
  type === undefined && (price !== undefined || quantity !== undefined || image !== undefined);

/** A line of a receipt: "2 × Sourdough: € 8.40". */
function addReceiptItem(item: Values, into: Gathering): void {
  const quantity = String(item.quantity ?? "");
  const title = textOf(item.title);
  addLine(toPair(quantity === "" || quantity === "1" ? title : `${quantity} × ${title}`, item.price), into);
  for (const line of [item.subtitle, item.text]) addLine(line, into);
  addFile(objectOf(item.image), "image/*", into);
}

function addTotals(card: Values, into: Gathering): void {
  for (const name of ["tax", "vat", "total"] as const) {
    const label = name === "vat" ? "VAT" : name.charAt(0).toUpperCase() + name.slice(1);
    if (textOf(card[name]) !== "") addLine(toPair(label, card[name]), into);
  }
}

function addAction(action: Values | undefined, into: Gathering, card: string, depth: number): void {
  if (action === undefined) return;
  const { type, title, value, url, data, text } = action;
  const inner = objectOf(action.card);
  if (type === "Action.ShowCard" && inner !== undefined) {
    addLine(title, into);
    addElement(inner, into, card, depth + 1);
    return;
  }
  const said = value ?? data ?? text;
  if (LINK_ACTIONS.has(type)) {
    addLink(textOf(title), textOf(url) || textOf(said), into);
    return;
  }
  const label = textOf(title) || textOf(text) || asText(said);
  if (label === "" || type === "Action.ToggleVisibility") return;
  into.choices.push({ title: label, value: said === undefined ? label : asText(said) });
  into.cardOf.push(card);
}

/** Other addresses than web pages (tel:, mailto:) open nothing on a button of a platform: they are written out. */
function addLink(title: string, address: string, into: Gathering): void {
  if (/^https?:/i.test(address)) {
    const isThere = into.links.some(({ url }) => url === address);
    if (!isThere || title !== "") into.links.push({ title: title || address, url: address });
  } else addLine(toPair(title, address.replace(/^(tel|mailto):/i, "")), into);
}

/** Several cards with a button of the same title ("Buy"): the card's title tells them apart. */
function toDistinct({ choices, cardOf }: Gathering): Choice[] {
  const cards = new Set(cardOf.filter((card) => card !== ""));
  if (cards.size < 2) return choices;
  const count = new Map<string, number>();
  for (const { title } of choices) count.set(title, (count.get(title) ?? 0) + 1);
  return choices.map((choice, index) => {
    const card = cardOf[index] ?? "";
    const isShared = (count.get(choice.title) ?? 0) > 1 && card !== "";
    return isShared ? { ...choice, title: `${choice.title} (${card})` } : choice;
  });
}

function addFile(file: Values | undefined, contentType: string, into: Gathering): void {
  if (file === undefined) return;
  const { url } = file;
  if (typeof url !== "string" || !isSendable(url)) return;
  const name = textOf(file.alt) || textOf(file.altText);
  into.media.push({ contentType, contentUrl: url, ...(name === "" ? {} : { name }) });
}

/** Media of an audio, video or animation card: only the card tells the kind. */
function mediaTypeOf(cardType: string): string {
  if (cardType.endsWith("card.audio")) return "audio/*";
  return cardType.endsWith("card.animation") ? "image/gif" : "video/*";
}

function typeOf(source: Values, otherwise: string): string {
  return textOf(source.mimeType) || otherwise;
}

function addLine(line: unknown, { lines }: Gathering): void {
  if (typeof line === "string" && line.trim() !== "") lines.push(line);
}

function toPair(name: unknown, value: unknown): string {
  return [textOf(name), textOf(value)].filter((part) => part !== "").join(": ");
}

function objectOf(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}

function listOf(value: unknown): Values[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Values => objectOf(item) !== undefined);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** What a bot hears of a button's value: text as it is, an object as JSON. */
function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : (JSON.stringify(value) ?? "");
}
