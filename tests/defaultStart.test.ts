import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** What only some use; each is loaded when its setting is on, or when somebody asks for what it does. */
const NOT_BY_DEFAULT = [
  "@azure/cosmos",
  "@azure/keyvault-secrets",
  "@azure/storage-blob",
  "@internationalized/number",
  // Its index brings all recognizers, 30 MB.
  "botbuilder",
  "chrono-node",
  "fflate",
  "libphonenumber-js",
  "rrule-temporal",
  "temporal-polyfill",
] as const;
const FOLDER = mkdtempSync(path.join(tmpdir(), "switchboard-start-"));
const START = `
  const { startApp } = require(${JSON.stringify(path.join(__dirname, "../src/app.js"))});
  const { loadConfig } = require(${JSON.stringify(path.join(__dirname, "../src/config/settings.js"))});
  startApp(loadConfig({ ...process.env, PORT: "0" }), { configuration: "{}" }).then(async (app) => {
    process.stdout.write(JSON.stringify(Object.keys(require.cache)));
    await app.stop();
    process.exit(0);
  });
`;

describe("a start with the embedded store", () => {
  after(() => rmSync(FOLDER, { recursive: true, force: true }));

  it("loads no package that only other settings, or some requests, need", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", START], {
      maxBuffer: 8_000_000,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        LOG_LEVEL: "error",
        HOST: "127.0.0.1",
        PUBLIC_URL: "https://start.example",
        SWITCHBOARD_DATA: FOLDER,
        SWITCHBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
      },
    });
    const files = JSON.parse(stdout) as string[];
    const loaded = new Set(files.map(packageOf));
    // Else nothing would be proved.
    assert.ok(loaded.has("botbuilder-core") && loaded.has("restify"));
    assert.deepEqual(
      NOT_BY_DEFAULT.filter((name) => loaded.has(name)),
      [],
    );
    // Its client for all of Twilio's services is as large as everything else.
    assert.deepEqual(
      files.filter((file) => file.includes(`${path.sep}twilio${path.sep}lib${path.sep}rest`)),
      [],
    );
  }).timeout(60_000);
});

function packageOf(file: string): string {
  const inside = file.split(`node_modules${path.sep}`).at(-1) ?? "";
  const [scope = "", name = ""] = inside.split(path.sep);
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
