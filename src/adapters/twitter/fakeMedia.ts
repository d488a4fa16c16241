import type { FakeAnswer, FakeCall, FakeFile } from "../shared/fakePlatform";
import { type Json, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { invalid } from "./fakeAuth";

const UPLOAD = /^\/2\/media\/upload(?:\/(initialize|\d{1,19}\/append|\d{1,19}\/finalize))?$/;
const CATEGORIES = ["dm_image", "dm_gif", "dm_video"];
const MAX_PART = 5 * 1024 * 1024;
const MAX_SEGMENT = 999;
/** Files are large: the fake keeps only the newest. */
const KEPT = 200;

interface Upload {
  contentType: string;
  category: string;
  total: number;
  segments: Buffer[];
  /** "done" can be sent. */
  state: "open" | "pending" | "in_progress" | "done";
}

/** X's files: what customers sent, behind OAuth 1.0a, and what was uploaded for messages. */
export function createFakeMedia(newId: () => string) {
  const served = new Map<string, FakeFile>();
  const uploads = new Map<string, Upload>();

  function start(contentType: string, category: string, total: number): string {
    const id = newId();
    uploads.set(id, { contentType, category, total, segments: [], state: "open" });
    forget(uploads);
    return id;
  }

  /** `POST /2/media/upload`: images in one go. */
  function uploadAtOnce(call: FakeCall): FakeAnswer {
    const form = readMultipart(call);
    const content = form?.get("media");
    const category = form?.get("media_category")?.toString() ?? "";
    const type = form?.get("media_type")?.toString() ?? "";
    if (
      content === undefined ||
      content.length === 0 ||
      category !== "dm_image" ||
      !type.startsWith("image/")
    )
      return invalid("media and media_category dm_image are required");
    if (content.length > MAX_PART) return invalid("The file is too large");
    const id = start(type, category, content.length);
    uploads.set(id, { ...(uploads.get(id) as Upload), segments: [content], state: "done" });
    return { status: 200, body: { data: toData(id) } };
  }

  function initialize(call: FakeCall): FakeAnswer {
    const { media_type, media_category, total_bytes, ...rest } = readJsonAnswer(call.body);
    const isKnown = Object.keys(rest).every((key) => key === "shared" || key === "additional_owners");
    const category = toText(media_category) ?? "";
    const type = toText(media_type) ?? "";
    if (
      !isKnown ||
      !CATEGORIES.includes(category) ||
      !/^(image|video)\//.test(type) ||
      !(Number(total_bytes) > 0)
    )
      return invalid("media_type, media_category and total_bytes are required");
    return { status: 200, body: { data: toData(start(type, category, Number(total_bytes))) } };
  }

  function append(call: FakeCall, upload: Upload): FakeAnswer {
    const form = readMultipart(call);
    const content = form?.get("media");
    const index = Number(form?.get("segment_index")?.toString());
    const isNext = index === upload.segments.length && index <= MAX_SEGMENT;
    if (content === undefined || content.length > MAX_PART || !isNext || upload.state !== "open")
      return invalid("segment_index and media are required");
    upload.segments.push(content);
    return { status: 200, body: { data: { expires_at: 1_900_000_000 } } };
  }

  function finalize(id: string, upload: Upload): FakeAnswer {
    const size = upload.segments.reduce((sum, part) => sum + part.length, 0);
    if (size !== upload.total) return invalid(`Segments do not add up to provided total file size: ${size}`);
    upload.state = upload.category === "dm_image" ? "done" : "pending";
    return { status: 200, body: { data: toData(id, upload) } };
  }

  function status(id: string, upload: Upload): FakeAnswer {
    if (upload.state === "in_progress") upload.state = "done";
    if (upload.state === "pending") upload.state = "in_progress";
    return { status: 200, body: { data: toData(id, upload) } };
  }

  return {
    /** Puts a file where X would; gives its path. */
    serve(path: string, file: FakeFile): void {
      served.set(path, file);
      forget(served);
    },
    /** The file at a path, of a call that was signed. */
    fetch(path: string): FakeAnswer | undefined {
      const file = served.get(path);
      if (file === undefined) return undefined;
      return {
        status: 200,
        body: file.content ?? Buffer.alloc(0),
        headers: { "Content-Type": file.contentType },
      };
    },
    /** undefined: the call is another. */
    answer(call: FakeCall, url: URL): FakeAnswer | undefined {
      const found = UPLOAD.exec(url.pathname);
      if (found === null) return undefined;
      const [id = "", step] = (found[1] ?? "").split("/");
      if (call.method === "GET") {
        const asked = url.searchParams.get("media_id") ?? "";
        const upload = uploads.get(asked);
        if (upload === undefined || url.searchParams.get("command") !== "STATUS") return invalid("media_id");
        return status(asked, upload);
      }
      if (found[1] === undefined) return uploadAtOnce(call);
      if (id === "initialize") return initialize(call);
      const upload = uploads.get(id);
      if (upload === undefined) return invalid("unknown media id");
      return step === "append" ? append(call, upload) : finalize(id, upload);
    },
    /** An uploaded file that may be sent; undefined: there is no such. */
    uploaded(id: string): FakeFile | undefined {
      const upload = uploads.get(id);
      if (upload?.state !== "done") return undefined;
      return { contentType: upload.contentType, content: Buffer.concat(upload.segments) };
    },
  };
}

function toData(id: string, upload?: Upload): Json {
  const base = { id, media_key: `3_${id}`, expires_after_secs: 86_400 };
  if (upload === undefined || upload.category === "dm_image") return base;
  if (upload.state === "done")
    return { ...base, processing_info: { state: "succeeded", progress_percent: 100 } };
  return { ...base, processing_info: { state: upload.state, check_after_secs: 1 } };
}

/** Fields of a form with a file, by name; undefined when the body is none. */
function readMultipart(call: FakeCall): Map<string, Buffer> | undefined {
  const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(
    call.headers["content-type"] ?? "",
  )?.[1];
  if (boundary === undefined) return undefined;
  const fields = new Map<string, Buffer>();
  const mark = Buffer.from(`--${boundary}`);
  for (let at = call.bytes.indexOf(mark); at >= 0; ) {
    const next = call.bytes.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = call.bytes.subarray(at + mark.length + 2, next - 2);
    const head = part.indexOf("\r\n\r\n");
    const name = /name="([a-z_]{1,40})"/.exec(part.subarray(0, head).toString("latin1"))?.[1];
    if (head >= 0 && name !== undefined) fields.set(name, part.subarray(head + 4));
    at = next;
  }
  return fields;
}

function forget(files: Map<string, unknown>): void {
  if (files.size > KEPT) files.delete(files.keys().next().value as string);
}
