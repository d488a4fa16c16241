// Writes what `import` gets of the package: the same objects that `require` gives, by name. Two builds instead would make
// two of every class, and an error of one would not be an instance of the other's.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./run.mjs";

/** Name of each sub-path's file -> the CommonJS file that it passes on. */
const ENTRIES = { index: "src/index.js", testing: "src/testing/index.js" };

/** @param {string} dist the folder of what is built */
export async function writeEsm(dist) {
  await mkdir(path.join(dist, "esm"), { recursive: true });
  for (const [name, source] of Object.entries(ENTRIES)) {
    const names = await namesOf(path.join(dist, source));
    await writeFile(path.join(dist, "esm", `${name}.mjs`), toModule(`../${source}`, names));
    await writeFile(path.join(dist, "esm", `${name}.d.mts`), toTypes(`../${source}`, names));
  }
}

/** In a process of its own, since a build must not keep what it has built. */
async function namesOf(file) {
  const script = `process.stdout.write(JSON.stringify(Object.keys(require(${JSON.stringify(file)}))))`;
  const { code, output } = await run(process.execPath, ["-e", script], { cwd: path.dirname(file), env: {} });
  if (code !== 0) throw new TypeError(`${file} cannot be loaded: ${output}`);
  return JSON.parse(output).sort();
}

function toModule(source, names) {
  const lines = names.map((name) =>
    name === "default" ? "export default cjs.default;" : `export const ${name} = cjs.${name};`,
  );
  return `import cjs from "${source}";\n${lines.join("\n")}\n`;
}

function toTypes(source, names) {
  const all = `export * from "${source}";\n`;
  if (!names.includes("default")) return all;
  // For `import` the default of a CommonJS module is the whole module.
  return `import whole from "${source}";\n${all}declare const main: typeof whole.default;\nexport default main;\n`;
}
