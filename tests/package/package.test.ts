import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as cjs from "../../src/index";
import * as testing from "../../src/testing/index";
import { ROOT } from "../docs/parts";

const PROGRAMS = path.join(ROOT, "tests", "package", "programs");
const MODULES = path.join(ROOT, "node_modules");

interface Ran {
  code: number;
  output: string;
}

function run(program: string, args: readonly string[], folder: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
    const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}

describe("the packed package, in a fresh folder", function () {
  this.timeout(120_000);
  let folder: string;

  const node = (...args: string[]) =>
    run(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], folder);
  async function output(...args: string[]): Promise<string> {
    const ran = await node(...args);
    assert.equal(ran.code, 0, ran.output);
    return ran.output;
  }

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-package-"));
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const packed = await run("npm", pack, ROOT);
    assert.equal(packed.code, 0, packed.output);
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? assert.fail(packed.output);
    const target = path.join(folder, "node_modules", "switchboard");
    mkdirSync(target, { recursive: true });
    const unpacked = await run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"], folder);
    assert.equal(unpacked.code, 0, unpacked.output);
    link({ folder, target });
    for (const name of readdirSync(PROGRAMS))
      copyFileSync(path.join(PROGRAMS, name), path.join(folder, name));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("gives require and import the same objects, and loads no server for them", async () => {
    const seen = JSON.parse(await output("require.cjs")) as {
      atOnce: string[];
      forAdapter: string[];
      forAll: string[];
      names: string[];
      testingNames: string[];
      missing: string[];
    };
    assert.deepEqual(seen.missing, []);
    assert.deepEqual(seen.names, Object.keys(cjs));
    assert.deepEqual(seen.testingNames, Object.keys(testing));
    // Loading is what a start waits for: only what is asked for is loaded, and the server not even for all names.
    assert.deepEqual(seen.atOnce, []);
    assert.ok(
      seen.forAdapter.includes("botbuilder-core") && !seen.forAdapter.includes("adaptive-expressions"),
    );
    for (const heavy of ["restify", "@azure/cosmos", "pino", "prom-client", "libsql"])
      assert.ok(!seen.forAll.includes(heavy), `${heavy} is loaded by require("switchboard")`);
  });

  it("runs a bot on each of the four adapters against its platform's fake", async () => {
    const lines = (await output("adapters.mjs")).trim().split("\n");
    const text = "You said: hello";
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [
        { id: "facebook", status: 200, to: "555", text },
        { id: "twitter", status: 200, to: "777", text },
        { id: "sms", status: 200, to: "+12065550100", text },
        { id: "whatsapp", status: 200, to: "+12065550101", text },
      ],
    );
  });

  it("runs the whole server in a plain http server, which keeps its own ways", async () => {
    const seen = JSON.parse(await output("mounted.mjs", path.join(folder, "data")));
    assert.deepEqual(seen, { desk: [200, "<!doctype html>"], host: [404, "the host"], demo: 4 });
  });

  it("runs the channel contract under node:test", async () => {
    const ran = await node("--test", "--test-reporter=tap", "contract.test.mjs");
    assert.equal(ran.code, 0, ran.output.slice(-3_000));
    const passed = Number(/^# pass (\d+)$/m.exec(ran.output)?.[1]);
    assert.ok(passed > 50, `${passed} passed`);
  });

  // Types of packages below the SDK have faults of their own under node16; elsewhere everything is checked.
  const ways = {
    "nodenext, ESM": { module: "nodenext", type: "module", skipLibCheck: false },
    "node16, CommonJS": { module: "node16", type: "commonjs", skipLibCheck: true },
    "bundler, ESM": { module: "esnext", moduleResolution: "bundler", type: "module", skipLibCheck: true },
    commonjs: { module: "commonjs", type: "commonjs", skipLibCheck: false },
  };
  for (const [name, { type, ...options }] of Object.entries(ways)) {
    it(`compiles strictly in TypeScript: ${name}`, async () => {
      const project = path.join(folder, `ts-${name.replace(/\W+/g, "-")}`);
      mkdirSync(project);
      writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "consumer", type }));
      copyFileSync(path.join(PROGRAMS, "consumer.txt"), path.join(project, "consumer.ts"));
      const compilerOptions = {
        ...options,
        target: "es2022",
        strict: true,
        esModuleInterop: true,
        noEmit: true,
        types: ["node"],
      };
      writeFileSync(
        path.join(project, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
      );
      const ran = await run(
        process.execPath,
        [path.join(MODULES, "typescript/bin/tsc"), "-p", project],
        folder,
      );
      assert.equal(ran.code, 0, ran.output.slice(0, 3_000));
    });
  }
});

/** Stands in for npm: links what the package depends on, and what a consumer in TypeScript has. */
function link({ folder, target }: { folder: string; target: string }): void {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(path.join(target, "package.json"), "utf8"),
  ) as Record<"dependencies" | "optionalDependencies", Record<string, string>>;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, "@types/node": "" })) {
    if (!existsSync(path.join(MODULES, name))) continue;
    const place = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(path.join(MODULES, name), place, "dir");
  }
}
