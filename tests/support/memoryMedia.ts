import { Readable } from "node:stream";
import type { MediaInfo } from "../../src/core/media";
import type { MediaPort } from "../../src/pipeline/ports";

/** Files in memory; `fetch` answers what the test says. */
export function createMemoryMedia(
  fetch: MediaPort["fetch"] = async () => ({
    contentType: "image/png",
    content: Buffer.from("png"),
  }),
): MediaPort & { files: Map<string, MediaInfo & { content: Buffer }> } {
  const files = new Map<string, MediaInfo & { content: Buffer }>();
  const infoOf = ({ content: _content, ...info }: MediaInfo & { content: Buffer }): MediaInfo => info;
  return {
    files,
    urlOf: (id) => `https://bots.example.com/media/${id}?exp=1&sig=x`,
    fetch,
    store: {
      async put(media) {
        const file = { ...media, bytes: media.content.length };
        files.set(media.id, file);
        return infoOf(file);
      },
      async info(id) {
        const file = files.get(id);
        return file === undefined ? undefined : infoOf(file);
      },
      async open(id) {
        const file = files.get(id);
        return file === undefined ? undefined : { info: infoOf(file), stream: Readable.from([file.content]) };
      },
      async delete(id) {
        files.delete(id);
      },
    },
  };
}
