import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A reply that is ready to be written; HEAD sends the same without the body. */
export interface WebReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface WebPages {
  /** The reply for a path without its query, or undefined when it is none of ours. */
  find(urlPath: string, acceptEncoding: string | undefined): WebReply | undefined;
}

interface WebFile {
  type: string;
  raw: Buffer;
  br?: Buffer;
  gz?: Buffer;
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * No inline script or style at all. The hash is that of an empty text: Fluent's styles are empty style elements
 * that are filled through the object model.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const PAGE_HEADERS = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** File names of assets carry a hash of their content, so they never change. */
const ASSET_HEADERS = {
  "Cache-Control": "public, max-age=31536000, immutable",
  "X-Content-Type-Options": "nosniff",
};

const ASSETS = "/web/assets/";
/** Pages with one address, by it; the folder that each is built into. */
const SINGLE_PAGES: Readonly<Record<string, string>> = {
  "/counts": "counts",
  "/phone": "phone",
  "/set-up": "setUp",
  "/sign-in": "signIn",
};
/** All addresses of pages, as routes name them. */
export const PAGE_PATHS = ["/desk", "/desk/*", "/web/*", ...Object.keys(SINGLE_PAGES)];
const NOT_BUILT = "The web pages are not built. Run: npm run build\n";

/**
 * Reads the built pages into memory once, so that no request reaches the disk and no path can leave the folder.
 * `phone` adds the telephones, which exist only in development.
 */
export function loadWebPages(folder: string, options: { phone?: boolean } = {}): WebPages {
  const files = existsSync(folder) ? readFiles(folder) : undefined;
  const withPhone = options.phone === true;

  return {
    find(urlPath, acceptEncoding) {
      if (urlPath.startsWith(ASSETS)) {
        const hidden = !withPhone && urlPath.startsWith(`${ASSETS}phone-`);
        const file = hidden ? undefined : files?.get(urlPath.slice("/web/".length));
        return file && toReply(file, acceptEncoding, ASSET_HEADERS);
      }
      const page = pageOf(urlPath);
      if (page === undefined || (page === "phone" && !withPhone)) return undefined;
      const file = files?.get(`${page}/index.html`);
      return file === undefined ? notBuilt() : toReply(file, acceptEncoding, PAGE_HEADERS);
    },
  };
}

/** The desk has addresses of its own below /desk; the browser tells them apart. */
function pageOf(urlPath: string): string | undefined {
  if (urlPath === "/desk" || urlPath.startsWith("/desk/")) return "desk";
  const address = urlPath.replace(/\/$/, "");
  return Object.hasOwn(SINGLE_PAGES, address) ? SINGLE_PAGES[address] : undefined;
}

function toReply(
  file: WebFile,
  acceptEncoding: string | undefined,
  headers: Record<string, string>,
): WebReply {
  const encoding = chooseEncoding(file, acceptEncoding);
  const body = encoding === undefined ? file.raw : (file[encoding] ?? file.raw);
  return {
    status: 200,
    headers: {
      ...headers,
      "Content-Type": file.type,
      "Content-Length": String(body.length),
      Vary: "Accept-Encoding",
      ...(encoding && { "Content-Encoding": encoding === "gz" ? "gzip" : "br" }),
    },
    body,
  };
}

function chooseEncoding(file: WebFile, acceptEncoding = ""): "br" | "gz" | undefined {
  const accepted = new Set<string>();
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    if (!refused) accepted.add(name);
  }
  if (file.br !== undefined && accepted.has("br")) return "br";
  return file.gz !== undefined && accepted.has("gzip") ? "gz" : undefined;
}

function notBuilt(): WebReply {
  const body = Buffer.from(NOT_BUILT);
  return {
    status: 503,
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": String(body.length),
      "X-Content-Type-Options": "nosniff",
    },
    body,
  };
}

/** By path inside `folder`, with slashes; compressed forms belong to the file they stand beside. */
function readFiles(folder: string): Map<string, WebFile> {
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found.set(path.relative(folder, file).split(path.sep).join("/"), readFileSync(file));
  }

  const files = new Map<string, WebFile>();
  for (const [name, raw] of found) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const br = found.get(`${name}.br`);
    const gz = found.get(`${name}.gz`);
    files.set(name, { type, raw, ...(br && { br }), ...(gz && { gz }) });
  }
  return files;
}
