import { type Json, toList, toObject, toText } from "../shared/narrow";

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
/** A message of 10,000 characters holds fewer links; more are not from a customer. */
const MAX_LINKS = 500;

/**
 * What the customer typed: X escapes `&`, `<` and `>` (once, so it is undone once) and shortens links to t.co.
 * The link that stands for the attachment itself is taken out.
 */
export function toCustomerText(data: Json): string {
  let text = decodeEntities(toText(data.text) ?? "");
  if (!text.includes("http")) return text;
  const own = linkOfAttachment(data);
  for (const value of toList(toObject(data.entities)?.urls).slice(0, MAX_LINKS)) {
    const entity = toObject(value);
    const short = toText(entity?.url) ?? "";
    const long = toText(entity?.expanded_url) ?? "";
    if (!/^https?:\/\/./.test(short) || long === "") continue;
    text =
      short === own || isOwnLink(data, long) ? text.replace(short, "") : text.replaceAll(short, () => long);
  }
  if (own !== undefined) text = text.replace(own, "");
  return toObject(data.attachment) === undefined ? text : text.trim();
}

/** `&amp;lt;` was typed as `&lt;`: one pass only. */
export function decodeEntities(text: string): string {
  return text.includes("&") ? text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity) : text;
}

function linkOfAttachment(data: Json): string | undefined {
  const url = toText(toObject(toObject(data.attachment)?.media)?.url);
  return url === "" ? undefined : url;
}

/** A shared place comes with a link to X's own map page, a file with one to the page that shows it. */
function isOwnLink(data: Json, link: string): boolean {
  const type = toObject(data.attachment)?.type;
  if (type === "location") return /^https:\/\/(twitter|x)\.com\/i\/location\b/.test(link);
  return type === "media" && /^https:\/\/(\w{1,20}\.)?(twitter|x)\.com\/messages\/media\//.test(link);
}
