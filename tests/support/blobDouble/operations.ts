/** A request, taken apart. */
export interface Asked {
  method: string;
  account: string;
  container: string;
  /** Absent: the container itself. */
  blob?: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  authorization: string;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: Buffer;
  /** Azure's word: makes an error of it. */
  code?: string;
}

/** A block blob as it is kept. */
export interface Blob {
  content: Buffer;
  etag: string;
  /** What reading gives back: content-type, x-ms-meta-… */
  headers: Record<string, string>;
}

export interface State {
  blobs: Map<string, Blob>;
  exists: boolean;
  publicAccess: string | undefined;
  isKnown(asked: Asked): boolean;
}

/** What every request of the SDK carries, and what a signature in the URL is made of. */
const COMMON_HEADERS = [
  "x-ms-version",
  "x-ms-client-request-id",
  "accept",
  "user-agent",
  "host",
  "connection",
];
const COMMON_QUERY = ["sv", "sr", "sp", "sig"];
/** Azure: "Setting and retrieving properties and metadata": names are C# identifiers. */
const METADATA = /^x-ms-meta-[A-Za-z_][A-Za-z0-9_]*$/;
const KEPT = {
  "x-ms-blob-content-type": "content-type",
  "x-ms-blob-content-disposition": "content-disposition",
  "x-ms-blob-cache-control": "cache-control",
} as const;
const MOST_METADATA_BYTES = 8 * 1024;

let versions = 0;

/** The one operation that is meant, or 501. */
export function answerOf(asked: Asked, state: State): Answer {
  const { method, blob, query } = asked;
  const named = `${method} ${blob === undefined ? `container ${query.get("restype") ?? ""}` : "blob"}`;
  const operation = OPERATIONS.get(named);
  if (operation === undefined || asked.account !== "account") return unknown(named);
  const stranger = strangeIn(asked, operation);
  if (stranger !== undefined) return unknown(stranger);
  if (!state.isKnown(asked)) return refusal(403, "AuthenticationFailed");
  if (asked.container !== "media" || !state.exists) return refusal(404, "ContainerNotFound");
  return operation.run(asked, state);
}

interface Operation {
  headers: readonly string[];
  query?: readonly string[];
  run(asked: Asked, state: State): Answer;
}

const OPERATIONS = new Map<string, Operation>([
  ["GET container container", { headers: [], query: ["restype"], run: getContainer }],
  [
    "PUT blob",
    { headers: ["x-ms-blob-type", "content-type", "content-length", ...Object.keys(KEPT)], run: putBlob },
  ],
  ["HEAD blob", { headers: [], run: (asked, state) => withBlob(asked, state, readWhole) }],
  ["GET blob", { headers: ["x-ms-range", "if-match"], run: getBlob }],
  ["DELETE blob", { headers: ["x-ms-delete-snapshots"], run: deleteBlob }],
]);

/** The first header or query parameter that the double has not learnt. */
function strangeIn({ headers, query, method }: Asked, operation: Operation): string | undefined {
  const known = new Set([...COMMON_HEADERS, ...operation.headers]);
  const strange = Object.keys(headers).find(
    (name) => !known.has(name) && !(method === "PUT" && METADATA.test(name)),
  );
  const knownQuery = new Set([...COMMON_QUERY, ...(operation.query ?? [])]);
  return strange ?? [...query.keys()].find((name) => !knownQuery.has(name));
}

function getContainer(_asked: Asked, { publicAccess }: State): Answer {
  const headers = publicAccess === undefined ? {} : { "x-ms-blob-public-access": publicAccess };
  return { status: 200, headers: { etag: '"0x1"', ...headers } };
}

function putBlob({ blob = "", headers, body }: Asked, { blobs }: State): Answer {
  if (headers["x-ms-blob-type"] !== "BlockBlob") return unknown("x-ms-blob-type");
  if (Number(headers["content-length"]) !== body.length) return refusal(400, "InvalidHeaderValue");
  const kept: Record<string, string> = { "content-type": "application/octet-stream" };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (name in KEPT) kept[KEPT[name as keyof typeof KEPT]] = value;
    if (!METADATA.test(name)) continue;
    if (!/^[\x20-\x7e]*$/.test(value)) return refusal(400, "InvalidMetadata");
    metadataBytes += name.length + value.length;
    kept[name] = value;
  }
  if (metadataBytes > MOST_METADATA_BYTES) return refusal(400, "MetadataTooLarge");
  versions += 1;
  const etag = `"0x${versions.toString(16).toUpperCase()}"`;
  blobs.set(blob, { content: body, etag, headers: kept });
  return { status: 201, headers: { etag } };
}

function getBlob(asked: Asked, state: State): Answer {
  return withBlob(asked, state, (found) => {
    const match = asked.headers["if-match"];
    if (match !== undefined && match !== found.etag) return refusal(412, "ConditionNotMet");
    const range = asked.headers["x-ms-range"];
    return range === undefined ? readWhole(found) : readPart(found, range);
  });
}

function deleteBlob({ blob = "" }: Asked, { blobs }: State): Answer {
  if (!blobs.delete(blob)) return refusal(404, "BlobNotFound");
  return { status: 202, headers: {} };
}

function withBlob({ blob = "" }: Asked, { blobs }: State, run: (found: Blob) => Answer): Answer {
  const found = blobs.get(blob);
  return found === undefined ? refusal(404, "BlobNotFound") : run(found);
}

function readWhole({ content, etag, headers }: Blob): Answer {
  const length = { "content-length": String(content.length) };
  return {
    status: 200,
    headers: { etag, "x-ms-blob-type": "BlockBlob", ...headers, ...length },
    body: content,
  };
}

function readPart({ content, etag, headers }: Blob, range: string): Answer {
  const [, from = "", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (from === "") return refusal(400, "InvalidHeaderValue");
  const start = Number(from);
  if (start >= content.length)
    return { ...refusal(416, "InvalidRange"), headers: { "content-range": `bytes */${content.length}` } };
  const end = to === "" ? content.length - 1 : Math.min(Number(to), content.length - 1);
  return {
    status: 206,
    headers: { etag, ...headers, "content-range": `bytes ${start}-${end}/${content.length}` },
    body: content.subarray(start, end + 1),
  };
}

const refusal = (status: number, code: string): Answer => ({ status, code, headers: {} });
/** Not learnt: a test that comes here must fail, and say why. */
const unknown = (what: string): Answer => ({
  status: 501,
  code: "NotImplemented",
  headers: { "x-double-unknown": what.replace(/[^ -~]/g, "?") },
});
