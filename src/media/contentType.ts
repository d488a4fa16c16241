/** What is not known, or may not be shown: browsers save it and run nothing of it. */
export const OCTET_STREAM = "application/octet-stream";

/** How a kind of file begins, read as Latin-1: one character a byte. */
interface Signature {
  starts: string | RegExp;
  /** Stands somewhere in the first 256 bytes as well. */
  has?: string;
  type: string;
  /** Types that begin alike: claimed, they are believed. */
  also?: readonly string[];
}

// The dot matches every byte, line ends too.
const SIGNATURES: readonly Signature[] = [
  { starts: "\xff\xd8\xff", type: "image/jpeg" },
  { starts: "\x89PNG\r\n\x1a\n", type: "image/png" },
  { starts: /^GIF8[79]a/, type: "image/gif" },
  { starts: /^RIFF.{4}WEBP/s, type: "image/webp" },
  { starts: /^RIFF.{4}WAVE/s, type: "audio/wav" },
  { starts: /^RIFF.{4}AVI /s, type: "video/x-msvideo" },
  { starts: /^BM.{4}\0{4}.\0{3}/s, type: "image/bmp" },
  { starts: /^(II\*\0|MM\0\*)/, type: "image/tiff" },
  { starts: /^.{4}ftypqt/s, type: "video/quicktime" },
  { starts: /^.{4}ftypM4[AB]/s, type: "audio/mp4" },
  {
    starts: /^.{4}ftyp3g/s,
    type: "video/3gpp",
    also: ["audio/3gpp", "video/3gpp2", "audio/3gpp2", "video/mp4", "audio/mp4"],
  },
  { starts: /^.{4}ftypavi[fs]/s, type: "image/avif" },
  { starts: /^.{4}ftyp(hei[cxms]|hev[cx]|mif1|msf1)/s, type: "image/heic", also: ["image/heif"] },
  // Voice notes and films begin with the same brands; only the claim tells them apart without reading further.
  {
    starts: /^.{4}ftyp/s,
    type: "video/mp4",
    also: ["audio/mp4", "video/3gpp", "audio/3gpp"],
  },
  { starts: /^.{4}(moov|mdat|wide)/s, type: "video/quicktime" },
  { starts: "OggS", has: "\x80theora", type: "video/ogg" },
  { starts: "OggS", type: "audio/ogg" },
  { starts: "\x1a\x45\xdf\xa3", has: "webm", type: "video/webm", also: ["audio/webm"] },
  { starts: "\x1a\x45\xdf\xa3", type: "video/x-matroska" },
  { starts: "\0\0\x01\xb3", type: "video/mpeg" },
  { starts: "\0\0\x01\xba", type: "video/mpeg" },
  { starts: "ID3", type: "audio/mpeg", also: ["audio/aac"] },
  { starts: /^\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd]/, type: "audio/mpeg" },
  { starts: /^\xff[\xf0\xf1\xf8\xf9]/, type: "audio/aac" },
  { starts: "#!AMR-WB", type: "audio/amr-wb" },
  { starts: "#!AMR", type: "audio/amr" },
  { starts: "fLaC", type: "audio/flac" },
  { starts: "caff\0", type: "audio/x-caf" },
  { starts: /^\s{0,8}%PDF-/, type: "application/pdf" },
  { starts: "{\\rtf", type: "application/rtf" },
  { starts: "\x1f\x8b", type: "application/gzip" },
  { starts: "7z\xbc\xaf\x27\x1c", type: "application/x-7z-compressed" },
  { starts: "Rar!\x1a\x07", type: "application/vnd.rar" },
  // Old Office files. Installers begin alike and are not claimed to be documents.
  {
    starts: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    type: OCTET_STREAM,
    also: ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
  },
];

const OOXML = "application/vnd.openxmlformats-officedocument.";
const OFFICE_FOLDERS = [
  ["word/", `${OOXML}wordprocessingml.document`],
  ["xl/", `${OOXML}spreadsheetml.sheet`],
  ["ppt/", `${OOXML}presentationml.presentation`],
] as const;
/** Archives with one of these run something when opened. */
const RUNNING_ENTRIES = ["vbaProject.bin", "META-INF/MANIFEST.MF", "AndroidManifest.xml"];

/** Text that has no signature of its own: claimed, these are believed. */
const TEXT_TYPES = ["text/csv", "text/markdown", "text/tab-separated-values", "application/json"];
/** Text of these types runs in a browser, whatever it looks like. */
const RUNNING_TYPES = /html|xml|svg|script|css|^application\/x-(sh|csh|bat|msdos)/;

/** How much decides; bytes further on are read of archives only. */
const HEAD_BYTES = 4096;

/**
 * What a file is, by its bytes: a claim is believed only between kinds that begin alike. Anything that a browser
 * could run (HTML, SVG, scripts) and anything unknown is OCTET_STREAM. `content` is the file, or at least its first
 * 4 KB; archives are told apart better by the whole. `claimed` may carry parameters.
 */
export function settleContentType(claimed: string | undefined, content: Buffer): string {
  const claim = (claimed ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const head = content.subarray(0, HEAD_BYTES);
  const start = head.subarray(0, 256).toString("latin1");
  if (start.startsWith("PK\x03\x04") || start.startsWith("PK\x05\x06")) return archiveType(content);
  const found = SIGNATURES.find((signature) => fits(signature, start));
  if (found !== undefined) return found.also?.includes(claim) ? claim : found.type;
  const text = toText(head);
  return text === undefined ? OCTET_STREAM : textType(text, claim);
}

/**
 * May a browser show it in place? Only pictures, sound, film and PDF of the kinds that we recognise by their bytes.
 */
export function isInlineType(contentType: string): boolean {
  return (
    contentType === "application/pdf" ||
    (/^(image|audio|video)\//.test(contentType) && SHOWN_TYPES.has(contentType))
  );
}

const SHOWN_TYPES = new Set(SIGNATURES.flatMap(({ type, also = [] }) => [type, ...also]));

function fits({ starts, has = "" }: Signature, start: string): boolean {
  return (typeof starts === "string" ? start.startsWith(starts) : starts.test(start)) && start.includes(has);
}

function archiveType(content: Buffer): string {
  const stated = /^mimetype(application\/(?:vnd\.oasis\.opendocument\.[a-z]+|epub\+zip))/.exec(
    content.subarray(30, 120).toString("latin1"),
  );
  if (stated?.[1] !== undefined) return stated[1];
  if (RUNNING_ENTRIES.some((name) => content.includes(name))) return OCTET_STREAM;
  if (!content.includes("[Content_Types].xml")) return "application/zip";
  return OFFICE_FOLDERS.find(([folder]) => content.includes(folder))?.[1] ?? "application/zip";
}

/** The bytes as text; undefined when they are none. */
function toText(head: Buffer): string | undefined {
  if (head.length === 0) return undefined;
  const mark = head.subarray(0, 2).toString("latin1");
  if (mark === "\xff\xfe") return head.subarray(2).toString("utf16le");
  // Big-endian text is rare: its letters stand at odd places, which is enough to see what it begins with.
  if (mark === "\xfe\xff") return head.toString("latin1").slice(2).replaceAll("\0", "");
  const bytes = head.toString("latin1");
  for (const letter of bytes) {
    const code = letter.charCodeAt(0);
    if (code < 0x20 && !"\t\n\r\f\x1b".includes(letter)) return undefined;
  }
  return bytes.replace(/^\xef\xbb\xbf/, "");
}

function textType(text: string, claim: string): string {
  const start = text.trimStart();
  // Markup of any kind may carry a script; "#!" begins one.
  if (/^<[a-z!?/]/i.test(start) || start.startsWith("#!") || RUNNING_TYPES.test(claim)) return OCTET_STREAM;
  if (/^BEGIN:VCARD/i.test(start)) return "text/vcard";
  if (/^BEGIN:VCALENDAR/i.test(start)) return "text/calendar";
  return TEXT_TYPES.includes(claim) ? claim : "text/plain";
}
