import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../docs/parts";

/** Paths inside the package and their bytes. */
export type Contents = Map<string, Uint8Array>;

/** What `npm run package` is made of. */
export interface Packaging {
  contentsOf(places: { root: string; modules: string }): Contents;
  zipOf(contents: Contents): Uint8Array;
  unpack(zip: Uint8Array, folder: string): Promise<void>;
}

export async function loadPackaging(): Promise<Packaging> {
  const load = (file: string) => import(pathToFileURL(path.join(ROOT, "scripts", "package", file)).href);
  return { ...(await load("contents.mjs")), ...(await load("zip.mjs")) };
}

/** "node_modules/a/x.js asks for ./y" for everything that is installed, asked for, and left out. */
export function missingFrom(contents: Contents): string[] {
  return [...contents].flatMap(([file, bytes]) => {
    if (!file.startsWith("node_modules/")) return [];
    const text = () => Buffer.from(bytes).toString("utf8");
    if (file.endsWith("/package.json")) return entriesMissing(file, text(), contents);
    return /\.[cm]?js$/.test(file) ? asksMissing(file, text(), contents) : [];
  });
}

const ASKS = /(?:\brequire\(|\bfrom\s*|\bimport\s*\(?)\s*["']([^"'\n]+)["']/g;

function asksMissing(file: string, text: string, contents: Contents): string[] {
  const asked = [...text.matchAll(ASKS)].map(([, what = ""]) => what);
  return asked
    .filter((what) =>
      what.startsWith(".")
        ? isLeftOut(path.posix.join(path.posix.dirname(file), what), contents)
        : /^@azure\/msal-browser\b/.test(what),
    )
    .map((what) => `${file} asks for ${what}`);
}

const ENDINGS = ["", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js", "/index.cjs", "/index.mjs"];

/** Node would find it where it is installed, and not in the package. */
function isLeftOut(place: string, contents: Contents): boolean {
  const candidates = ENDINGS.map((ending) => path.posix.normalize(place + ending));
  const found = candidates.find((file) => /\.\w+$/.test(file) && existsSync(path.join(ROOT, file)));
  // Types stand in comments.
  return (
    found !== undefined && !/\.[cm]?ts$/.test(found) && !contents.has(found) && !isFolder(found, contents)
  );
}

const isFolder = (place: string, contents: Contents): boolean =>
  [...ENDINGS.slice(6)].some((ending) => contents.has(place + ending));

/** Conditions and sub-paths that Node never takes by itself. */
const ELSEWHERE = /^(\.\/)?(browser|react-native|workerd|worker|edge|deno|types|umd|unpkg|dist\/browser)/;

function entriesMissing(file: string, text: string, contents: Contents): string[] {
  const { exports, main } = JSON.parse(text) as { exports?: unknown; main?: string };
  // Left out for Node where there are exports.
  const targets = exports === undefined ? [main ?? "index.js"] : targetsOf(exports);
  return targets
    .filter((target) => !target.includes("*"))
    .filter((target) => isLeftOut(path.posix.join(path.posix.dirname(file), target), contents))
    .map((target) => `${file} leads to ${target}`);
}

function targetsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const conditions = Object.entries(value);
  // What comes after "node" is for others.
  const last = conditions.findIndex(([key]) => key === "node");
  return conditions
    .slice(0, last < 0 ? undefined : last + 1)
    .flatMap(([key, inner]) => (ELSEWHERE.test(key) ? [] : targetsOf(inner)));
}

let made: Promise<{ contents: Contents; zip: Uint8Array }> | undefined;

/** The package, made once for all suites. */
export function makeZip(): Promise<{ contents: Contents; zip: Uint8Array }> {
  made ??= loadPackaging().then(({ contentsOf, zipOf }) => {
    const contents = contentsOf({ root: ROOT, modules: ROOT });
    return { contents, zip: zipOf(contents) };
  });
  return made;
}
