// Writes what `import` gets of the package: the same objects that `require` gives, by name. Two builds instead would make
// two of every class, and an error of one would not be an instance of the other's.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./run.mjs";

/** Name of each sub-path's file -> the CommonJS file that it passes on. */
const SOURCES = { index: "src/index.js", testing: "src/testing/index.js" };

/** What `require` gets of the package, below dist. */
export const ENTRIES = Object.values(SOURCES);

/** @param {string} dist the folder of what is built */
export async function writeEsm(dist) {
  await mkdir(path.join(dist, "esm"), { recursive: true });
  for (const [name, source] of Object.entries(SOURCES)) {
    const exported = await namesOf(path.join(dist, source));
    await writeFile(path.join(dist, "esm", `${name}.mjs`), toModule(`../${source}`, exported));
    await writeFile(path.join(dist, "esm", `${name}.d.mts`), toTypes(`../${source}`, exported));
  }
}

/** In a process of its own, since a build must not keep what it has built. */
async function namesOf(file) {
  const script = `
    const all = require(${JSON.stringify(file)});
    const names = Object.keys(all).filter((name) => name !== "default").sort();
    const main = names.find((name) => all[name] === all.default);
    process.stdout.write(JSON.stringify({ names, main }));`;
  const { code, output } = await run(process.execPath, ["-e", script], { cwd: path.dirname(file), env: {} });
  if (code !== 0) throw new TypeError(`${file} cannot be loaded: ${output}`);
  return JSON.parse(output);
}

/** `main`: the name under which the default export has to be exported too, since the two kinds of modules disagree on it. */
function toModule(source, { names, main }) {
  const lines = names.map((name) => `export const ${name} = cjs.${name};`);
  if (main !== undefined) lines.push(`export default cjs.${main};`);
  return `import cjs from "${source}";\n${lines.join("\n")}\n`;
}

function toTypes(source, { main }) {
  const lines = [`export * from "${source}";`];
  if (main !== undefined) lines.push(`export { ${main} as default } from "${source}";`);
  return `${lines.join("\n")}\n`;
}
