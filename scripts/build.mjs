// Builds what is stale: the server (and the tests) into dist/src and dist/tests, the web pages into dist/web.
// `node scripts/build.mjs` builds both; start, test and dev call ensureBuilt.
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compressFolder } from "./build/compress.mjs";
import { ENTRIES, writeEsm } from "./build/esm.mjs";
import { hashInputs } from "./build/hashInputs.mjs";
import { makeLazy } from "./build/lazy.mjs";
import { linkItself } from "./build/linkItself.mjs";
import { run } from "./build/run.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const inTree = (...parts) => path.join(ROOT, ...parts);

const PARTS = {
  server: {
    inputs: {
      folders: ["src", "tests"],
      files: ["tsconfig.json", "package-lock.json", "scripts/build/esm.mjs", "scripts/build/lazy.mjs"],
      without: ["src/web", "tests/emulator/node_modules"],
    },
    outputs: ["dist/src", "dist/tests", "dist/esm"],
    build: buildServer,
  },
  web: {
    inputs: {
      folders: ["src/web", "scripts/build"],
      files: [
        "src/admin/operationsContract.ts",
        "src/core/smsSegments.ts",
        "src/core/contactSchema.ts",
        "src/desk/contactContract.ts",
        "src/desk/contract.ts",
        "src/signIn/contract.ts",
        "src/simulator/contract.ts",
        "vite.config.mjs",
        "package-lock.json",
      ],
      without: [],
    },
    outputs: ["dist/web"],
    build: buildWeb,
  },
};

/**
 * Builds the parts whose sources differ from those of the last build, side by side. A package without sources
 * uses its dist as it is. Throws BuildFailed, after printing the compiler's words.
 * @param {{ only?: "server" | "web" | "all", say?: (line: string) => void }} [options]
 */
export async function ensureBuilt({ only = "all", say = (line) => process.stdout.write(`${line}\n`) } = {}) {
  if (existsSync(inTree("src/core"))) await linkItself(path.resolve(ROOT));
  const names = only === "all" ? Object.keys(PARTS) : [only];
  const results = await Promise.allSettled(names.map((name) => ensurePart(name, say)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The sources do not compile. From ensureBuilt: the compiler's output was printed. */
export class BuildFailed extends Error {}

async function ensurePart(name, say) {
  const part = PARTS[name];
  const sources = inTree(name === "web" ? "src/web" : "src/core");
  if (!existsSync(sources)) return;

  const stamp = inTree("dist", `.${name}.stamp`);
  const hash = await hashInputs(ROOT, part.inputs);
  const built = existsSync(stamp) && (await readFile(stamp, "utf8")) === hash;
  if (built && part.outputs.every((output) => existsSync(inTree(output)))) {
    say(`${name}: up to date`);
    return;
  }

  const started = performance.now();
  await mkdir(inTree("dist"), { recursive: true });
  // Without the stamp a build that is broken off is made again.
  await rm(stamp, { force: true });
  await Promise.all(part.outputs.map((output) => rm(inTree(output), { recursive: true, force: true })));
  try {
    await part.build();
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    say(`${name}: failed\n${error.message}`);
    throw new BuildFailed(`The ${name} sources could not be built.`);
  }
  await writeFile(stamp, hash);
  say(`${name}: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function buildServer() {
  await typescript(".");
  await Promise.all(ENTRIES.map((entry) => makeLazy(inTree("dist", entry))));
  await writeEsm(inTree("dist"));
}

async function buildWeb() {
  await together([typescript("src/web", "--noEmit"), vite()]);
  await compressFolder(inTree("dist/web"));
}

const typescript = (project, ...options) => tool("typescript/bin/tsc", ["-p", project, ...options]);

// As a process of its own: Vite would set NODE_ENV to production in ours.
const vite = () => tool("vite/bin/vite.js", ["build", "--logLevel", "warn"], { NODE_ENV: "production" });

async function tool(script, args, env = {}) {
  const file = inTree("node_modules", script);
  if (!existsSync(file)) throw new BuildFailed(`${script} is not installed: run npm ci`);
  const { code, output } = await run(process.execPath, [file, ...args], { cwd: ROOT, env });
  if (code !== 0) throw new BuildFailed(output.trim());
}

/** Waits for all, so that nothing goes on writing after a failure; tells of every one. */
async function together(tasks) {
  const results = await Promise.allSettled(tasks);
  const reasons = results.filter((result) => result.status === "rejected").map((result) => result.reason);
  if (reasons.length > 0) throw new BuildFailed(reasons.map((reason) => reason.message).join("\n"));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const only = process.argv[2] ?? "all";
  if (only !== "all" && !Object.hasOwn(PARTS, only)) {
    process.stderr.write("usage: node scripts/build.mjs [server|web|all]\n");
    process.exit(2);
  }
  await ensureBuilt({ only }).catch((error) => {
    if (!(error instanceof BuildFailed)) throw error;
    process.exitCode = 1;
  });
}
