import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { exports as exportsOf, legacy, type Package } from "resolve.exports";
import { messageOf } from "../core/errors";
import { nearest } from "../core/nearest";

/** Where a plugin is to be found. */
export interface PluginPlace {
  /** As people call it: the npm name or path that was given, or "plugins/shop". */
  from: string;
  /** The setting or folder that names it. */
  key: string;
  /** The file to load; absent: there is none, and `problem` tells. */
  file?: string;
  problem?: string;
}

export interface FindOptions {
  /** Of SWITCHBOARD_PLUGINS. */
  names: readonly string[];
  /** The folder of the configuration file, or the working directory: paths begin here, plugins/ stands here. */
  folder: string;
}

const KEY = "SWITCHBOARD_PLUGINS";
const MODULE = /\.(js|cjs|mjs)$/;
const INDEX = ["index.js", "index.cjs", "index.mjs"];

/** All plugins that are named, then those that stand under plugins/, by name; each file once. */
export function findPlugins({ names, folder }: FindOptions): PluginPlace[] {
  const found = [...names.map((name) => findNamed(name, folder)), ...findStanding(folder)];
  const files = new Set<string>();
  return found.filter(({ file }) => {
    if (file === undefined) return true;
    const known = files.has(file);
    files.add(file);
    return !known;
  });
}

function findNamed(name: string, folder: string): PluginPlace {
  const isPath = name.startsWith(".") || path.isAbsolute(name);
  const place = isPath ? path.resolve(folder, name) : packageFolder(name, folder);
  if (place !== undefined && existsSync(place)) return { from: name, key: KEY, ...entryOf(place) };
  const known = isPath ? siblings(path.resolve(folder, name)) : installed(folder, name.length);
  const meant = nearest(isPath ? path.basename(name) : name, known);
  const what = isPath ? `there is no "${path.resolve(folder, name)}"` : `no package "${name}" is installed`;
  return { from: name, key: KEY, problem: what + (meant === undefined ? "" : `; did you mean "${meant}"?`) };
}

function findStanding(folder: string): PluginPlace[] {
  const home = path.join(folder, "plugins");
  return siblings(path.join(home, "any"))
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .map((name) => path.join(home, name))
    .filter((place) => statSync(place).isDirectory() || MODULE.test(place))
    .map((place) => ({ from: `plugins/${path.basename(place)}`, key: home, ...entryOf(place) }));
}

/** The file of a module or package folder, as Node would import it. */
function entryOf(place: string): Pick<PluginPlace, "file" | "problem"> {
  try {
    if (!statSync(place).isDirectory()) return { file: realpathSync(place) };
    const entry = [packageEntry(place), ...INDEX].find(
      (name) => name !== undefined && existsSync(path.join(place, name)),
    );
    if (entry === undefined)
      return { problem: `has neither package.json with "main" nor ${INDEX.join(", ")}` };
    return { file: realpathSync(path.join(place, entry)) };
  } catch (error) {
    return { problem: `cannot be read: ${messageOf(error)}` };
  }
}

function packageEntry(folder: string): string | undefined {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const described = JSON.parse(readFileSync(file, "utf8")) as Package;
  const [entry] = described.exports === undefined ? [] : (exportsOf(described, ".") ?? []);
  return entry ?? (legacy(described, { browser: false, fields: ["main"] }) as string | undefined);
}

/** Beside the configuration first, then where Switchboard itself is installed. */
function packageFolder(name: string, folder: string): string | undefined {
  const homes = [path.join(folder, "any.js"), __filename];
  const places = homes.flatMap((home) => createRequire(home).resolve.paths(name) ?? []);
  return places.map((place) => path.join(place, name)).find((place) => existsSync(place));
}

/** Installed packages with names about as long: only these can have been meant, and there may be thousands. */
function installed(folder: string, length: number): string[] {
  const places = createRequire(path.join(folder, "any.js")).resolve.paths("any") ?? [];
  const found = places.flatMap((place) =>
    siblings(path.join(place, "any")).flatMap((name) =>
      name.startsWith("@") ? siblings(path.join(place, name, "any")).map((own) => `${name}/${own}`) : [name],
    ),
  );
  return found.filter((name) => Math.abs(name.length - length) <= Math.max(2, length / 3));
}

const siblings = (file: string): string[] => {
  const folder = path.dirname(file);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};
