import type { IncomingMessage, ServerResponse } from "node:http";
import type { StubDesk } from "./stubDesk";

export interface StoredFile {
  contentType: string;
  name: string | null;
  content: Buffer;
}

/** Two lamps on a table, one of them dark: a PNG, base64. */
export const LAMP_PICTURE = [
  "iVBORw0KGgoAAAANSUhEUgAAAUAAAADcCAIAAACOIe9xAAAEHklEQVR42u3dsW0CURBF0V+YY0LkTuiGIlwDcuQ6nDpB1EAF3gCh",
  "3XkzR7oV7JsjrTaA9fv3kBTa8ggkgCUBLAlgCWBJAEsCWBLAEsCSAJYEsASwJIAlASwJYAlgSQBLAlgSwBLAkgCWBLAEsCSAJQEs",
  "CWAJYEkASwJYEsASwJIAlgSwBLAkgCUBLAlgCWBJAEsCeLv718c+OaOXu33/7BPA9DKcqrex4UUvwxP0djUMMMAAAzxeL8P19bY0",
  "DDDAAANML8MJevsZBhhggAGml+EQvc0MAwwwwADTy3CO3k6GF70MD9TbxjDAAAMMML0Mp+ntYRhggAEGmF6GA/U2MAwwwAADTC/D",
  "mXrTDQMMMMAA08twrN5owwADDDDA9DKcrDfX8KKXYXpzDQMMMMAA08twvt5EwwADDDDA9DLcQm+cYYABBhhgehnuojfLMMAAAwww",
  "vQw30htkeNHLML25hgEGGGCA6Z1tuKXeCMMAAwwwwPQONtxYb33DAAMMMMD0TjXcXm9xwwADDDDA9I40PERvZcMAAwwwwPTOMzxK",
  "b1nDi16G6c01DDDAAANM7yTDY/UWNAwwwAADTO8Yw8P1VjMMMMAAA0zvDMPoVjMMMMAAA0zvAMPQFjS86D2dzv/FcBG9GxsNNwww",
  "wAADnPzyXBZwHcOHv6yWBXy4YYABBhjg5G9XlQFXMFzhc1FlwMcajvyD7/e2cRwejo38KqXjkI0Adhw2shHAjsNGADsO2QhgxyEb",
  "Aew4bASw43AcNgLYcchGADsO2Qhgx2EjgB2HbASw45CNAHYcNrIRwI7DRgA7DtkIYMchGwHsOGwEsONwHDYC2HHIRgA7DtkIYMdh",
  "I4Adh2wEsOOQjQB2HDayEcCOw0YAOw7ZCGDHIRsB7DhsBLDjcBw2AthxyEYAOw4b2Qhgx2EjgB2HbASw45CNAHYcNgLYcTgOGwHs",
  "OGQjgB2HbASw47ARwI4DHhsB7DhkI4Adh41sBLDjsBHAjkM2AthxyEYAOw4bAew4HIeNAHYcshHAjkM2Athx2AhgxyEbAew4ZCOA",
  "HYeNbASw47ARwI5DNgLYcchGADsOGwHsOByHjQB2HLIRwI5DNgLYcdgIYMchGwHsOGQjgB2HjWwEsOOwEcCOQzYC2HHIRgA7DhsB",
  "7Dgch40AdhyyEcCOw0Y2Athx2AhgxyEbAew4ZCOAHYeNAHYcjsNGADsO2QhgxyEbAew4bASw45CNAHYcshHAjsNGNmoEeGPXOrFn",
  "I4Adh41sBLDjsBHAjgNgGwHsOAC2EcCOw0YAOw7HYaNIwNfLp6TQAJYAlgSwJIAlgCUBLAlgSQBLAEsCWBLAEsCSAJYEsCSAJYAl",
  "ASwJYEkASwBLAlgSwBLAkgCWBLAkgCWAJQEsCWBJAEsASwJYEsDSqJ5kJTkNxe2opAAAAABJRU5ErkJggg==",
].join("");

/** A receipt, taller than wide: a PNG, base64. */
export const RECEIPT_PICTURE = [
  "iVBORw0KGgoAAAANSUhEUgAAAKAAAAEYCAIAAABUQ2rWAAACQElEQVR42u3csQ0AEBRFUXOqjKE0gIlVVviNhO/IXYBTvkTpcyhx",
  "xRMAFmABFmABFmABBizAAizAAizAAgxYgAVYgAVYgAVYgAELsAALsAALsAADFmABFmABFmABBizAAizAAizAAizAgAVYgAVYgAVY",
  "gAELsAALsAALsAAD9gqAD7UCp9Z2f5GLAAYMGDBgwIABAwYMGDBgwIABpzmAAQMGDBgwYMCAAQMGDBgwYMCAAQMGDBgwYMCA358L",
  "AQMGDBgwYMCAAQMGDBgwYMCAAQMGDBgwYMCAAZsLzYWAAQMGDBgwYMCAAQMGDBgwYMCAAQMGDBgwYMDmQl8ZAgYMGDBgwIABAwYM",
  "GDBgwIABAwYMGDBgwIABmwvNhYABAwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwOZCcyFgwIABAwYMGDBgwIABAwYMGDBgwIABAwYM",
  "GDBgcyFgwIABAwYMGDBgwIABAwYMGDBgwIABAwYMGDDgm+dCwIABAwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwOZCcyFgwIABAwYM",
  "GDBgwIABAwYMGDBgwIABAwYMGLC50FeGgAEDBgwYMGDAgAEDBgwYMGDAgAEDBgwYMGDA5kJzIWDAgAEDBgwYMGDAgAEDBgwYMGBl",
  "CDBgARZgARZgARZgwAIswAIswAIswIAFWIAFWIAFWIAFGLAAC7AAC7AACzBgARZgARZgARZgwAIswAIswAIswAIMWIAFWIAFWIAF",
  "GLAAC7AAC7AAC/D3bdm16B+CGNLjAAAAAElFTkSuQmCC",
].join("");

const picture = (base64: string, name: string | null): StoredFile => ({
  contentType: "image/png",
  name,
  content: Buffer.from(base64, "base64"),
});

/** A second of a quiet tone as WAV. */
function tone(): Buffer {
  const samples = 8000;
  const file = Buffer.alloc(44 + samples);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples, 4);
  file.write("WAVEfmt ", 8);
  for (const [at, value] of [
    [16, 16],
    [24, 8000],
    [28, 8000],
    [40, samples],
  ] as const)
    file.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    file.writeUInt16LE(value, at);
  file.write("data", 36);
  for (let index = 0; index < samples; index += 1)
    file[44 + index] = 128 + Math.round(20 * Math.sin(index / 4));
  return file;
}

export const SAMPLE_FILES: readonly [string, StoredFile][] = [
  ["lamp", picture(LAMP_PICTURE, "lamps.png")],
  ["receipt", picture(RECEIPT_PICTURE, null)],
  ["voice", { contentType: "audio/wav", name: null, content: tone() }],
  [
    "terms",
    { contentType: "application/pdf", name: "warranty-2026.pdf", content: Buffer.alloc(184_320, 37) },
  ],
  ["broken", { contentType: "image/png", name: "half.png", content: Buffer.from("no picture") }],
];

/** GET /api/desk/media/{id} and POST /api/desk/media?name=…, with bodies as they are. */
export async function serveMedia(
  desk: StubDesk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://stub");
  const reply = (status: number, body: object) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (request.method === "POST") {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await desk.holdUploads;
    const refusal = desk.refuseUpload;
    if (refusal !== undefined) {
      reply(refusal.status, { ...refusal, details: null });
      return;
    }
    const id = `upload${desk.files.size}`;
    const file = {
      contentType: request.headers["content-type"] ?? "",
      name: searchParams.get("name"),
      content: Buffer.concat(chunks),
    };
    desk.files.set(id, file);
    reply(201, { id, contentType: file.contentType, bytes: file.content.length, name: file.name });
    return;
  }
  const file = desk.files.get(pathname.split("/")[4] ?? "");
  if (file === undefined) {
    reply(404, { code: "NOT_FOUND", message: "There is no such file.", details: null });
    return;
  }
  response.writeHead(200, {
    "Content-Type": file.contentType,
    "Content-Length": String(file.content.length),
  });
  response.end(file.content);
}
