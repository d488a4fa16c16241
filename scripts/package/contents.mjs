// Every file of the package that a server is deployed as, and where its bytes come from.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { productionPackages } from "./dependencies.mjs";
import { isUnneeded } from "./unneeded.mjs";

const START = "node --disable-warning=ExperimentalWarning dist/src/cli/switchboard.js start";
/** Of this repository, besides what is built. The demo is for a look at the package; production refuses it. */
const FOLDERS = ["examples/demo", "schemas", "templates"];
const FILES = [".env.example", "CHANGELOG.md", "LICENSE", "package-lock.json"];

/**
 * Paths inside the package and their bytes, sorted by path. The sources must be built. Throws NotInstalled.
 * @param {{ root: string, modules: string }} places `modules`: the folder that holds node_modules
 * @returns {Map<string, Uint8Array>}
 */
export function contentsOf({ root, modules }) {
  const ours = [
    ...below(root, "dist/src").filter((file) => file.endsWith(".js")),
    ...below(root, "dist/esm").filter((file) => file.endsWith(".mjs")),
    ...below(root, "dist/web"),
    ...FOLDERS.flatMap((folder) => below(root, folder)),
    ...FILES,
  ];
  const theirs = productionPackages(modules).flatMap((folder) =>
    below(modules, folder).filter((file) => !isUnneeded(file.slice(folder.length + 1))),
  );
  const places = [...ours.map((file) => [file, root]), ...theirs.map((file) => [file, modules])];
  const contents = places.map(([file, home]) => [file, readFileSync(path.join(home, file))]);
  contents.push(["package.json", packageJson(root)]);
  return new Map(contents.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Files below a folder, without packages that are installed inside it. Symbolic links are for this machine only. */
function below(home, folder) {
  return readdirSync(path.join(home, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : below(home, name);
    return entry.isFile() ? [name] : [];
  });
}

/** Without what is not in the package: scripts, tools for building, types. */
function packageJson(root) {
  const {
    scripts: _scripts,
    files: _files,
    types: _types,
    typesVersions: _versions,
    ...rest
  } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return Buffer.from(`${JSON.stringify({ ...rest, private: true, scripts: { start: START } }, null, 2)}\n`);
}
