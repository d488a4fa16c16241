import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type CliOptions, runCli, runCliProcess } from "../cli/runCli";
import { ROOT } from "../docs/parts";
import { startShopService } from "./shopService";

const run = promisify(execFile);
const EXAMPLES = path.join(ROOT, "examples");
const FILES = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" }).map((file) =>
  file.split(path.sep).join("/"),
);

/** What an example's README says to start it with. */
const ENVIRONMENT: Readonly<Record<string, Record<string, string>>> = {
  shop: { SWITCHBOARD_FLOW_HOSTS: "127.0.0.1:4100" },
  "plugin-telegram": { SWITCHBOARD_PLUGINS: path.join(EXAMPLES, "plugin-telegram") },
};
const optionsOf = (file: string): CliOptions => ({
  environment: ENVIRONMENT[file.split("/")[0] ?? ""] ?? {},
});
/** An example's own code reads the environment when it is loaded, as code may that has a process to itself. */
const runFor = (file: string) => ((file.split("/")[0] ?? "") in ENVIRONMENT ? runCliProcess : runCli);

describe("examples", function () {
  this.timeout(120_000);

  // Where there are cases or conversations, those read the configuration too.
  const tested = new Set(FILES.filter((file) => file.endsWith(".test.yaml")).map(path.posix.dirname));
  const configurations = FILES.filter(
    (file) => file.endsWith("switchboard.yaml") && !tested.has(path.posix.dirname(file)),
  );
  assert.ok(configurations.length >= 2);
  for (const file of configurations)
    it(`${file} has no faults`, async () => {
      const { code, err } = await runFor(file)(
        ["config", "check", path.join(EXAMPLES, file)],
        optionsOf(file),
      );
      assert.equal(code, 0, err);
    });

  const cases = FILES.filter((file) => file.endsWith("rules.test.yaml"));
  assert.ok(cases.length >= 2);
  for (const file of cases)
    it(`${file} passes`, async () => {
      const { code, out, err } = await runFor(file)(
        ["rules", "test", path.join(EXAMPLES, file)],
        optionsOf(file),
      );
      assert.equal(code, 0, out + err);
    });

  const conversations = FILES.filter((file) => file.endsWith(".test.yaml") && !cases.includes(file));
  assert.ok(conversations.length >= 4);
  for (const file of conversations)
    it(`${file} passes`, async () => {
      // The shop's dialog asks it; the others ask nobody.
      const service = await startShopService();
      const { environment } = optionsOf(file);
      const asked = { environment: { ...environment, SHOP_SERVICE: service.origin } };
      const { code, out, err } = await runFor(file)(["flow", "test", path.join(EXAMPLES, file)], asked);
      service.stop();
      assert.equal(code, 0, out + err);
    });

  it("plugins keep to the types of the package", async () => {
    const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = await run(process.execPath, [
      compiler,
      "-p",
      path.join(EXAMPLES, "tsconfig.json"),
    ]).catch((error: { stdout: string }) => error);
    assert.equal(stdout, "");
  });

  it("plugin-telegram passes its own tests, the channel contract with them", async () => {
    const folder = path.join(EXAMPLES, "plugin-telegram");
    const tests = readdirSync(path.join(folder, "test")).filter((file) => file.endsWith(".test.js"));
    assert.equal(tests.length, 3);
    const files = tests.map((file) => path.join("test", file));
    // As `npm test` there: without what this runner has in its environment.
    const env = { PATH: process.env.PATH };
    const { stdout } = await run(process.execPath, ["--test", ...files], { cwd: folder, env });
    const passed = Number(/pass (\d+)/.exec(stdout)?.[1]);
    assert.ok(passed >= 70, stdout);
    assert.match(stdout, /fail 0\b/);
  });
});
