import type { PhoneSay } from "../../simulator/contract";

/** The simulator takes no larger file. */
const MAX_BYTES = 700_000;

/** A file as the simulator takes it; undefined when it is too large. */
export async function readMedia(file: File): Promise<PhoneSay["media"] | undefined> {
  if (file.size > MAX_BYTES) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {
    contentType: file.type === "" ? "application/octet-stream" : file.type,
    name: file.name,
    base64: btoa(text),
  };
}
