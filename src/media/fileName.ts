const LONGEST = 120;

const EXTENSIONS: Readonly<Record<string, string>> = {
  "application/pdf": ".pdf",
  "application/zip": ".zip",
  "audio/aac": ".aac",
  "audio/amr": ".amr",
  "audio/mp4": ".m4a",
  "audio/mpeg": ".mp3",
  "audio/ogg": ".ogg",
  "audio/wav": ".wav",
  "image/gif": ".gif",
  "image/heic": ".heic",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
  "text/csv": ".csv",
  "text/plain": ".txt",
  "text/vcard": ".vcf",
  "video/3gpp": ".3gp",
  "video/mp4": ".mp4",
  "video/quicktime": ".mov",
  "video/webm": ".webm",
};

/**
 * A name that is safe to show and to save under: no folders, no control or direction marks (which make "gpj.exe" read
 * as "exe.jpg"), nothing that a file system refuses, at most 120 characters with its ending kept; undefined when
 * nothing is left.
 */
export function safeFileName(text: string | undefined): string | undefined {
  const name = (text ?? "")
    .slice(-1000)
    .replace(/^.*[/\\]/s, "")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  if (name === "") return undefined;
  if (name.length <= LONGEST) return name;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? "";
  const kept = name.slice(0, LONGEST - ending.length).replace(/\p{Cs}$/u, "");
  return `${kept}${ending}`;
}

/** Content-Disposition (RFC 6266): the name twice where it is not ASCII. Without a name: "file" with a fitting ending. */
export function dispositionOf(
  how: "inline" | "attachment",
  name: string | undefined,
  contentType: string,
): string {
  const shown = safeFileName(name) ?? `file${EXTENSIONS[contentType] ?? ""}`;
  const plain = shown.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  if (plain === shown) return `${how}; filename="${plain}"`;
  const coded = encodeURIComponent(shown).replace(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${coded}`;
}

/** The safe file name in somebody's Content-Disposition; undefined when there is none. */
export function nameInDisposition(header: string | undefined): string | undefined {
  const value = (header ?? "").slice(0, 2000);
  const coded = /(?:^|;)\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(value)?.[1];
  if (coded !== undefined) {
    const name = safeFileName(decoded(coded));
    if (name !== undefined) return name;
  }
  const quoted = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(value)?.[1]?.replace(/\\(.)/g, "$1");
  const bare = /(?:^|;)\s*filename\s*=\s*([^;"\s]+)/i.exec(value)?.[1];
  return safeFileName(fromHeader(quoted ?? bare));
}

/** The safe name at the end of a URL's path, when it looks like a file's: "…/photo.jpg". */
export function nameInUrl(url: URL): string | undefined {
  const last = safeFileName(decoded(url.pathname.slice(url.pathname.lastIndexOf("/") + 1)));
  return last !== undefined && /.\.[A-Za-z0-9]{1,5}$/.test(last) ? last : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Node reads headers as Latin-1, while many servers write UTF-8 into them. */
function fromHeader(text: string | undefined): string | undefined {
  if (text === undefined || !/[\x80-\xff]/.test(text)) return text;
  const bytes = Buffer.from(text, "latin1");
  const read = bytes.toString("utf8");
  return read.includes("\ufffd") ? text : read;
}
