// npm run test:azurite [-- mocha options]: the media contract against Azurite, Microsoft's emulator of Azure Storage.
// It is installed into tests/azurite when first needed: 450 packages that the default install does without.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ContainerClient, ContainerSASPermissions, StorageSharedKeyCredential } from "@azure/storage-blob";
import { ensureBuilt } from "./build.mjs";

const FOLDER = fileURLToPath(new URL("../tests/azurite", import.meta.url));
const SERVER = path.join(FOLDER, "node_modules/azurite/dist/src/blob/main.js");
// Azurite's own account, the same everywhere: no secret.
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const START_MS = 60_000;
const HOUR_MS = 60 * 60 * 1000;

const require = createRequire(import.meta.url);

function install() {
  if (existsSync(SERVER)) return;
  // npm's own script where npm started us; its command is a .cmd on Windows, which cannot be spawned.
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const options = ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"];
  const { status } = spawnSync(command, [...first, ...options], { cwd: FOLDER, stdio: "inherit" });
  if (status !== 0) throw new Error("Azurite could not be installed.");
}

/** Resolves with its origin; a free port on loopback, nothing on the disk. */
function startAzurite() {
  const options = [
    "--blobHost",
    "127.0.0.1",
    "--blobPort",
    "0",
    "--inMemoryPersistence",
    "--disableTelemetry",
  ];
  const child = spawn(process.execPath, [SERVER, ...options, "--silent"], {
    cwd: FOLDER,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const origin = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("Azurite did not start.")), START_MS).unref();
    child.on("exit", (code) => reject(new Error(`Azurite ended with ${code}.`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, found] = /listens on (http:\/\/\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { child, origin };
}

async function createContainer(origin) {
  const credential = new StorageSharedKeyCredential(ACCOUNT, KEY);
  const container = new ContainerClient(`${origin}/${ACCOUNT}/media`, credential);
  await container.create();
  return container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("rcwd"),
    expiresOn: new Date(Date.now() + HOUR_MS),
  });
}

function runContract(url) {
  const mocha = [require.resolve("mocha/bin/mocha.js"), "dist/tests/contract/blobMedia.test.js"];
  const child = spawn(process.execPath, [...mocha, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, MEDIA_TEST_URL: url },
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

await ensureBuilt({ only: "server" });
install();
const azurite = startAzurite();
try {
  process.exitCode = await runContract(await createContainer(await azurite.origin));
} finally {
  azurite.child.kill();
}
