import type { Attachment } from "../../core/activity";
import type { SendContext } from "../../core/channel";
import { MEDIA_SCHEME } from "../../core/media";
import type { LinkButton } from "../shared/content";

/** A file that Twilio is asked to fetch. */
export interface SendableFile {
  url: string;
  contentType: string;
  /** undefined: somebody else's file, of which nothing is known for certain. */
  bytes: number | undefined;
}

/** The files of a message, sorted by how they can leave. */
export interface SortedMedia {
  files: SendableFile[];
  /** What the channel cannot carry, as lines of the text. */
  links: LinkButton[];
  /** Names of stored files that are no longer there. */
  lost: string[];
}

/** True when the channel carries a file of this type and size; size 0 where it is not known. */
export type Accepts = (contentType: string, bytes: number) => boolean;

const KB = 1024;
const MB = 1024 * KB;

/** Files in one call, and their bytes together (Twilio: Message resource, MediaUrl). */
export const MMS_FILES = 10;
export const MMS_BYTES = 5 * MB;
/** Other files than pictures (Twilio: Accepted content types for media). */
const MMS_OTHER_BYTES = 500 * KB;
const MMS_PICTURE = /^image\/(jpeg|png|gif)$/;
const MMS_OTHER =
  /^(audio\/(basic|l24|mp4|mpeg|ogg|3gpp|3gpp2|ac3|amr|amr-nb|webm)|video\/(mpeg|mp4|quicktime|webm|3gpp|3gpp2|h261|h263|h264)|image\/(bmp|tiff)|text\/(vcard|calendar|csv)|application\/pdf)$/;

/** Area codes of +1 outside the United States and Canada (North American Numbering Plan). */
const OTHER_AREAS = new Set(
  "242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876".split(" "),
);

const WHATSAPP_IMAGE = /^image\/(jpeg|png)$/;
const WHATSAPP_OTHER =
  /^(audio\/(ogg|amr|3gpp|aac|mpeg)|video\/(mp4|3gpp)|text\/vcard|application\/(pdf|msword|vnd\.ms-powerpoint|vnd\.ms-excel|vnd\.openxmlformats-officedocument\.(wordprocessingml\.document|presentationml\.presentation|spreadsheetml\.sheet)))$/;
const WHATSAPP_IMAGE_BYTES = 5 * MB;
/** An animated sticker (Meta: WhatsApp supported media types). */
const WHATSAPP_STICKER_BYTES = 500 * KB;
const WHATSAPP_BYTES = 16 * MB;

const TYPES_BY_ENDING: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  mp4: "video/mp4",
  "3gp": "video/3gpp",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  amr: "audio/amr",
  aac: "audio/aac",
  pdf: "application/pdf",
  vcf: "text/vcard",
};

/** Sorts the files of a message; what `accepts` refuses becomes a link. Pure. */
export function sortMedia(media: readonly Attachment[], context: SendContext, accepts: Accepts): SortedMedia {
  const sorted: SortedMedia = { files: [], links: [], lost: [] };
  for (const { contentUrl = "", contentType, name } of media) {
    const isStored = contentUrl.startsWith(MEDIA_SCHEME);
    const stored = isStored ? context.media?.get(contentUrl) : undefined;
    if (isStored && stored === undefined) {
      sorted.lost.push(name ?? "File");
      continue;
    }
    const url = stored?.url ?? contentUrl;
    const type = toKnownType(stored?.contentType ?? contentType, url);
    const bytes = stored?.bytes;
    const isFetchable = stored !== undefined || url.startsWith("https:");
    if (isFetchable && accepts(type, bytes ?? 0)) sorted.files.push({ url, contentType: type, bytes });
    else sorted.links.push({ title: name ?? stored?.name ?? url, url });
  }
  return sorted;
}

/** Files by MMS, which exists in the United States and Canada only; elsewhere none. */
export function acceptsMms(ourNumber: string, customer: string): Accepts {
  if (!isNorthAmerican(customer) || !(isNorthAmerican(ourNumber) || /^\d{5,6}$/.test(ourNumber))) {
    return () => false;
  }
  return (type, bytes) =>
    (MMS_PICTURE.test(type) && bytes <= MMS_BYTES) || (MMS_OTHER.test(type) && bytes <= MMS_OTHER_BYTES);
}

/** Files by WhatsApp (Twilio: Guidance on WhatsApp media messages). */
export const acceptsWhatsApp: Accepts = (type, bytes) =>
  (WHATSAPP_IMAGE.test(type) && bytes <= WHATSAPP_IMAGE_BYTES) ||
  (type === "image/webp" && bytes <= WHATSAPP_STICKER_BYTES) ||
  (WHATSAPP_OTHER.test(type) && bytes <= WHATSAPP_BYTES);

/** Files in the fewest calls that Twilio takes; one of unknown size goes alone, so that it harms no other. */
export function toBatches(files: readonly SendableFile[], most: number): SendableFile[][] {
  const batches: { files: SendableFile[]; bytes: number }[] = [];
  for (const file of files) {
    const bytes = file.bytes ?? Number.POSITIVE_INFINITY;
    const last = batches.at(-1);
    if (last !== undefined && last.files.length < most && last.bytes + bytes <= MMS_BYTES) {
      last.files.push(file);
      last.bytes += bytes;
    } else batches.push({ files: [file], bytes });
  }
  return batches.map((batch) => batch.files);
}

function isNorthAmerican(number: string): boolean {
  const area = /^\+1(\d{3})\d{7}$/.exec(number)?.[1];
  return area !== undefined && !OTHER_AREAS.has(area);
}

/** "image/*" of a card by the ending of its address; a picture without one is most likely a photograph. */
function toKnownType(given: string, url: string): string {
  const type = given.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!type.includes("*") && type !== "application/octet-stream") return type;
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const ending = /\.([a-z0-9]{2,4})$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return type === "image/*" ? "image/jpeg" : type;
  return (Object.hasOwn(TYPES_BY_ENDING, ending) ? TYPES_BY_ENDING[ending] : undefined) ?? type;
}
