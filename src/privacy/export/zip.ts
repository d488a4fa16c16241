/** A file of an archive. Texts are packed; media are packed already. */
export interface ZipEntry {
  path: string;
  content: string | AsyncIterable<Uint8Array>;
}

/** The bytes of a zip archive, made while they are read: of a large file never more than a piece is in memory. */
export async function* zipped(entries: AsyncIterable<ZipEntry>, now: number): AsyncGenerator<Uint8Array> {
  // Loaded for the few who ask: a start does without.
  const { Zip, ZipDeflate, ZipPassThrough } = await import("fflate");
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    ready.push(chunk);
  });
  const take = (): Uint8Array[] => ready.splice(0, ready.length);
  for await (const { path, content } of entries) {
    const file = typeof content === "string" ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
    file.mtime = now;
    zip.add(file);
    if (typeof content === "string") file.push(new TextEncoder().encode(content), true);
    else {
      for await (const piece of content) {
        file.push(piece);
        yield* take();
      }
      file.push(new Uint8Array(0), true);
    }
    yield* take();
  }
  zip.end();
  yield* take();
  ready = [];
}
