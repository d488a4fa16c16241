import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * One hash over names and contents of all files in `folders` and of `files`, leaving out what is below `without` and
 * installed packages (some tests have their own).
 * Contents, not times: a checkout or a copy changes times.
 * @param {string} root
 * @param {{ folders: string[], files: string[], without: string[] }} inputs
 */
export function hashInputs(root, { folders, files, without }) {
  const hash = createHash("sha256").update(process.version.split(".")[0]);
  const found = folders.flatMap((folder) => filesBelow(root, folder, without)).sort();
  for (const file of [...found, ...files]) {
    hash.update(`\0${file}\0`).update(readIfThere(path.join(root, file)));
  }
  return hash.digest("hex");
}

function filesBelow(root, folder, without) {
  if (without.includes(folder)) return [];
  return entriesOf(path.join(root, folder)).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.name === "node_modules") return [];
    if (entry.isDirectory()) return filesBelow(root, name, without);
    return [name];
  });
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    // Deleted since the folder was read, or not part of this tree.
    if (error.code === "ENOENT") return "";
    throw error;
  }
}
