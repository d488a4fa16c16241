import type { MediaView } from "../desk/contract";
import { notReached, toFault } from "./api";

export interface Upload {
  /** Rejects with an ApiFault; never settles when cancelled. */
  done: Promise<MediaView>;
  cancel(): void;
}

/** Sends a file to the server; `onProgress` hears the part that has gone, 0 to 1. */
export function uploadMedia(file: File, onProgress: (part: number) => void): Upload {
  // fetch cannot tell how far an upload has come.
  const request = new XMLHttpRequest();
  const done = new Promise<MediaView>((resolve, reject) => {
    request.open("POST", `/api/desk/media?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", file.type === "" ? "application/octet-stream" : file.type);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () => reject(notReached());
    request.onload = () => {
      const json = parse(request.responseText);
      if (request.status >= 200 && request.status < 300 && json !== undefined) resolve(json as MediaView);
      else reject(toFault(request.status, json));
    };
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
