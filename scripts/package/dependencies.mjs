// Which packages a server needs, by the lock file alone: every machine finds the same.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { BROWSER_PACKAGES } from "./unneeded.mjs";

/** What App Service and the image run on. Node 22.13 and newer bring SQLite; only older ones load this binary. */
const TARGET = { os: "linux", cpu: "x64", libc: "glibc" };

/** The installed packages are not those of the lock file. */
export class NotInstalled extends Error {}

/**
 * Folders of the packages that run in production on Linux x64 with glibc, "node_modules/@azure/cosmos", sorted. Throws
 * NotInstalled when `root` has another version of one, or none.
 * @param {string} root holds package-lock.json and node_modules
 * @returns {string[]}
 */
export function productionPackages(root) {
  const locked = readLock(path.join(root, "package-lock.json"));
  const installed = readLock(path.join(root, "node_modules", ".package-lock.json"));
  const wanted = Object.keys(locked)
    .filter((folder) => folder.startsWith("node_modules/") && isWanted(folder, locked[folder]))
    .sort();
  const wrong = wanted.filter((folder) => installed[folder]?.integrity !== locked[folder].integrity);
  if (wrong.length > 0)
    throw new NotInstalled(
      `not installed as package-lock.json says: ${wrong.slice(0, 5).join(", ")}. Run npm ci first; on another system than Linux x64 use npm run package -- --fresh.`,
    );
  return wanted;
}

function readLock(file) {
  if (!existsSync(file)) throw new NotInstalled(`${file} is missing. Run npm ci first.`);
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function isWanted(folder, entry) {
  if (entry.dev === true || entry.link === true || entry.extraneous === true) return false;
  const inside = (name) => folder === `node_modules/${name}` || folder.startsWith(`node_modules/${name}/`);
  return !BROWSER_PACKAGES.some(inside) && fits(folder, entry);
}

function fits(folder, { os, cpu }) {
  const allows = (list, value) =>
    list === undefined ||
    list.includes(value) ||
    (list.every((word) => word.startsWith("!")) && !list.includes(`!${value}`));
  // Packages of binaries rarely say which libc they are for.
  return allows(os, TARGET.os) && allows(cpu, TARGET.cpu) && !folder.endsWith("-musl");
}
