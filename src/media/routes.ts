import { z } from "zod";
import { InputError, NotAllowed, NotFound } from "../core/errors";
import { MAX_MEDIA_BYTES, type MediaInfo, type MediaStore } from "../core/media";
import type { ApiReply, ApiRequest, Principal, Route } from "../core/route";
import { toUploadId } from "../core/uploadId";
import { toByteRange } from "./byteRange";
import { isInlineType, settleContentType } from "./contentType";
import { dispositionOf, safeFileName } from "./fileName";
import type { MediaUrls } from "./signedUrls";

export interface MediaRoutesPorts {
  media: MediaStore;
  urls: MediaUrls;
  /** May this person read the file at the desk, by the query of its address? */
  mayRead: (principal: Principal, id: string, query: URLSearchParams) => Promise<boolean>;
}

/** Of a file that an agent sees: short, since the next at this browser may be somebody else. */
const DESK_MAX_AGE_SECONDS = 300;

const storedView = z.object({
  id: z.string(),
  contentType: z.string(),
  bytes: z.number(),
  name: z.string().nullable(),
});

/** Files in and out: the public signed address, and the desk's. */
export function mediaRoutes({ media, urls, mayRead }: MediaRoutesPorts): Route[] {
  return [
    {
      method: "GET",
      path: "/media/:id",
      access: "public",
      summary: "A stored file, for platforms; query: exp and sig, as we signed them.",
      file: true,
      async handle(request) {
        const left = urls.check(idOf(request), request.query);
        // Before looking whether there is such a file: strangers learn nothing.
        if (left === undefined) throw new NotAllowed("NOT_ALLOWED", "This address is not valid.");
        return serve(media, request, left);
      },
    },
    {
      method: "GET",
      path: "/api/desk/media/:id",
      access: "agent",
      summary:
        "A stored file, whole or the part that Range asks for; query: conversation and message, as in a message's url.",
      file: true,
      async handle(request) {
        // Like a file that is not there: nobody learns of files that are not theirs to see.
        if (!(await mayRead(callerOf(request), idOf(request), request.query))) throw noFile();
        const reply = await serve(media, request, DESK_MAX_AGE_SECONDS);
        // The next to sign in at this browser asks again.
        return { ...reply, headers: { ...reply.headers, Vary: "Cookie, Authorization" } };
      },
    },
    {
      method: "POST",
      path: "/api/desk/media",
      access: "agent",
      summary: "Stores the file that is the body, to be sent with a message; query: name.",
      rawBody: true,
      limitBytes: MAX_MEDIA_BYTES,
      schema: { reply: storedView },
      async handle(request) {
        const { raw, headers, query } = request;
        if (raw === undefined || raw.length === 0)
          throw new InputError("INPUT_INVALID", "The file is empty. Send its bytes as the body.");
        const name = safeFileName(query.get("name") ?? undefined);
        const stored = await media.put({
          id: toUploadId(callerOf(request).id),
          contentType: settleContentType(headers["content-type"], raw),
          content: raw,
          ...(name === undefined ? {} : { name }),
        });
        return { status: 201, body: toView(stored) };
      },
    },
  ];
}

const toView = ({ id, contentType, bytes, name }: MediaInfo): z.infer<typeof storedView> => ({
  id,
  contentType,
  bytes,
  name: name ?? null,
});

const idOf = ({ params }: ApiRequest): string => params.id ?? "";
const noFile = (): NotFound => new NotFound("NOT_FOUND", "There is no such file.");

function callerOf({ principal }: ApiRequest): Principal {
  if (principal === undefined) throw new NotAllowed("SIGN_IN_NEEDED");
  return principal;
}

async function serve(media: MediaStore, request: ApiRequest, maxAgeSeconds: number): Promise<ApiReply> {
  const info = await media.info(idOf(request));
  if (info === undefined) throw noFile();
  // An id always has the same bytes, so it names the version too.
  const etag = `"${info.id}"`;
  const headers = fileHeaders(info, etag, maxAgeSeconds);
  if (matches(request.headers["if-none-match"], etag)) return { status: 304, headers };
  const since = request.headers["if-range"];
  const range =
    since === undefined || since === etag ? toByteRange(request.headers.range, info.bytes) : "whole";
  if (range === "outside")
    return {
      status: 416,
      headers: { "Content-Range": `bytes */${info.bytes}` },
      body: { code: "INPUT_INVALID", message: "The file has no such part.", details: null },
    };
  const part = range === "whole" ? undefined : range;
  const file = { contentType: info.contentType, bytes: part ? part.end - part.start + 1 : info.bytes };
  if (part) headers["Content-Range"] = `bytes ${part.start}-${part.end}/${info.bytes}`;
  const status = part ? 206 : 200;
  if (request.method === "HEAD") return { status, headers, file };
  const opened = await media.open(info.id, part);
  if (opened === undefined) throw noFile();
  return { status, headers, file: { ...file, stream: opened.stream } };
}

function fileHeaders(info: MediaInfo, etag: string, maxAgeSeconds: number): Record<string, string> {
  return {
    ETag: etag,
    "Accept-Ranges": "bytes",
    "Cache-Control": `private, max-age=${maxAgeSeconds}`,
    "Content-Disposition": dispositionOf(
      isInlineType(info.contentType) ? "inline" : "attachment",
      info.name,
      info.contentType,
    ),
    // Whatever the file turns out to be, it runs nothing, loads nothing and has no origin.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  };
}

function matches(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((part) => ["*", etag].includes(part.trim().replace(/^W\//, "")));
}
