// npm run package: builds what is stale and writes release/switchboard-VERSION.zip, which runs from a read-only folder.
//   --start         unpacks it and starts the server from there, with the environment as it is
//   --folder DIR    writes the same files into DIR instead of a zip, for an image
//   --fresh         with production packages just installed (npm ci) instead of those in node_modules
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run } from "./build/run.mjs";
import { BuildFailed, ensureBuilt } from "./build.mjs";
import { contentsOf } from "./package/contents.mjs";
import { NotInstalled } from "./package/dependencies.mjs";
import { unpack, writeAll, zipOf } from "./package/zip.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { start: { type: "boolean" }, folder: { type: "string" }, fresh: { type: "boolean" } },
});
const say = (line) => process.stdout.write(`${line}\n`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

async function main() {
  await ensureBuilt();
  const contents = await gather();
  if (values.folder !== undefined) {
    await writeAll(contents, path.resolve(values.folder));
    return say(`${path.resolve(values.folder)}: ${contents.size} files, ${megabytes(sizeOf(contents))}`);
  }
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const folder = path.join(ROOT, "release", `switchboard-${version}`);
  const zip = zipOf(contents);
  mkdirSync(path.dirname(folder), { recursive: true });
  writeFileSync(`${folder}.zip`, zip);
  say(
    `${path.relative(process.cwd(), `${folder}.zip`)}: ${megabytes(zip.length)}, unpacked ${megabytes(sizeOf(contents))} in ${contents.size} files`,
  );
  say(`sha256 ${createHash("sha256").update(zip).digest("hex")}`);
  if (values.start !== true) return;
  await unpack(zip, folder);
  // In this very process, so that signals reach it.
  await createRequire(import.meta.url)(path.join(folder, "dist/src/main.js")).main();
}

const sizeOf = (contents) => [...contents.values()].reduce((sum, { length }) => sum + length, 0);

async function gather() {
  if (values.fresh !== true) return contentsOf({ root: ROOT, modules: ROOT });
  const modules = mkdtempSync(path.join(tmpdir(), "switchboard-modules-"));
  try {
    await install(modules);
    return contentsOf({ root: ROOT, modules });
  } finally {
    rmSync(modules, { recursive: true, force: true });
  }
}

/** What the target needs, whatever this machine is; checked against the hashes of the lock file. */
async function install(folder) {
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    copyFileSync(path.join(ROOT, file), path.join(folder, file));
  // npm's own script where npm started us; its command is a .cmd on Windows, which cannot be spawned.
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const target = ["--os=linux", "--cpu=x64", "--libc=glibc"];
  const args = [...first, "ci", "--omit=dev", "--ignore-scripts", "--prefer-offline", ...target];
  const { code, output } = await run(command, args, { cwd: folder });
  if (code !== 0) throw new NotInstalled(`npm ci failed:\n${output}`);
}

await main().catch((error) => {
  if (!(error instanceof BuildFailed) && !(error instanceof NotInstalled)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
