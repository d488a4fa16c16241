import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync, zipSync } from "fflate";

/** The first moment that a zip can tell; without a time zone, as zips tell it. */
const TIME = new Date(1980, 0, 1);
const UNIX = 3;
/** A file that everybody may read. */
const MODE = 0o100644 << 16;

/**
 * The same bytes for the same contents, on any machine and version of Node: the deflater is JavaScript, not Node's zlib.
 * @param {Map<string, Uint8Array>} contents in the order of the zip
 * @returns {Uint8Array}
 */
export function zipOf(contents) {
  return zipSync(Object.fromEntries(contents), { level: 6, mtime: TIME, os: UNIX, attrs: MODE >>> 0 });
}

/**
 * Unpacks a zip of ours into a folder, which is emptied first.
 * @param {Uint8Array} zip
 * @param {string} folder
 */
export async function unpack(zip, folder) {
  await rm(folder, { recursive: true, force: true });
  await writeAll(new Map(Object.entries(unzipSync(zip))), folder);
}

/**
 * @param {Map<string, Uint8Array>} contents
 * @param {string} folder
 */
export async function writeAll(contents, folder) {
  const folders = new Set([...contents.keys()].map((file) => path.dirname(path.join(folder, file))));
  for (const one of folders) await mkdir(one, { recursive: true });
  for (const [file, bytes] of contents) await writeFile(path.join(folder, file), bytes);
}
