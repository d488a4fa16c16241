import type { AttachmentView } from "../../desk/contract";
import { bytesText } from "../shared/bytes";
import { type Upload, uploadMedia } from "../upload";
import { texts } from "./texts";

/** A file that the agent is about to send. */
export interface DraftFile {
  /** Ours; the server's is `mediaId`. */
  id: string;
  name: string;
  bytes: number;
  kind: AttachmentView["kind"];
  state: "uploading" | "ready" | "failed";
  /** 0 to 1. */
  progress: number;
  mediaId: string | null;
  /** Of a failed one: why. */
  reason: string | null;
  /** Shows a picture from the agent's own disk; null for other kinds. */
  previewUrl: string | null;
}

/** The server takes no larger file. */
const MAX_BYTES = 25 * 1024 * 1024;
/** Files of one message. */
export const MAX_FILES = 10;

/** Uploads files and tells of each step; `change` is ignored for a file that is gone. */
export function createUploads(change: (fileId: string, changes: Partial<DraftFile>) => void) {
  const running = new Map<string, Upload>();

  function start(file: File): DraftFile {
    const draft = toDraft(file);
    if (file.size > MAX_BYTES || file.size === 0) {
      const reason = file.size === 0 ? texts.files.empty : texts.files.tooLarge(bytesText(MAX_BYTES));
      return { ...draft, state: "failed", reason };
    }
    const upload = uploadMedia(file, (progress) => change(draft.id, { progress }));
    running.set(draft.id, upload);
    void upload.done
      .then(
        ({ id }) => change(draft.id, { state: "ready", progress: 1, mediaId: id }),
        (error: Error) => change(draft.id, { state: "failed", reason: error.message }),
      )
      .finally(() => running.delete(draft.id));
    return draft;
  }

  /** Stops the upload where it still runs and forgets the picture. */
  function drop(file: DraftFile): void {
    running.get(file.id)?.cancel();
    running.delete(file.id);
    if (file.previewUrl !== null) URL.revokeObjectURL(file.previewUrl);
  }

  return { start, drop };
}

function toDraft(file: File): DraftFile {
  const kind = kindOf(file.type);
  return {
    id: crypto.randomUUID(),
    name: file.name,
    bytes: file.size,
    kind,
    state: "uploading",
    progress: 0,
    mediaId: null,
    reason: null,
    previewUrl: kind === "image" ? URL.createObjectURL(file) : null,
  };
}

function kindOf(contentType: string): DraftFile["kind"] {
  const [kind] = contentType.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "file";
}
