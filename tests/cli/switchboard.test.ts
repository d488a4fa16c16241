import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { VERSION } from "../../src/version";
import { runCli, runCliProcess } from "./runCli";

const COMMANDS = [
  "start",
  "config check",
  "config apply",
  "config export",
  "secret set",
  "secret list",
  "secret rekey",
  "replay",
  "backup",
  "privacy export",
  "privacy receipts",
  "privacy reapply",
];

describe("switchboard", function () {
  this.timeout(60_000);

  it("tells its version", async () => {
    assert.deepEqual(await runCliProcess(["--version"]), { code: 0, out: `${VERSION}\n`, err: "" });
  });

  it("lists its commands in help, and without words fails with the same", async () => {
    const [help, nothing] = await Promise.all([runCliProcess(["help"]), runCliProcess([])]);
    assert.equal(help.code, 0);
    for (const name of COMMANDS) assert.ok(help.out.includes(`  ${name} `), name);
    assert.deepEqual(nothing, { code: 2, out: "", err: help.out });
  });

  it("explains every command with --help, and one with help COMMAND", async () => {
    const helps = await Promise.all(COMMANDS.map((name) => runCli([...name.split(" "), "--help"])));
    for (const [i, name] of COMMANDS.entries()) {
      assert.equal(helps[i]?.code, 0);
      assert.ok(helps[i]?.out.startsWith(`Usage: switchboard ${name}`), helps[i]?.out);
    }
    assert.deepEqual(await runCli(["help", "config", "apply"]), helps[COMMANDS.indexOf("config apply")]);
  });

  it("answers wrong words with one line and exit code 2", async () => {
    const wrong = [["tea"], ["config"], ["config", "check"], ["backup", "a", "b"], ["replay", "--loud"]];
    for (const { code, out, err } of await Promise.all(wrong.map((words) => runCli(words)))) {
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, /^switchboard: .+ See: switchboard .+\n$/);
    }
  });

  it("tells faulty settings of the environment", async () => {
    const { code, err } = await runCli(["secret", "list"], { environment: { PORT: "many" } });
    assert.equal(code, 1);
    assert.match(err, /^switchboard: SETTING_INVALID: [\s\S]*PORT: must be a whole number/);
  });
});

describe("switchboard secret", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("stores what stands on standard input and lists only names", async () => {
    const set = await runCliProcess(["secret", "set", "fb-secret"], { folder, stdin: "hush-hush\n" });
    assert.deepEqual(set, { code: 0, out: "Stored. Refer to it as file:fb-secret\n", err: "" });
    assert.equal((await runCli(["secret", "list"], { folder })).out, "fb-secret\n");
    assert.ok(!readFileSync(path.join(folder, "secrets.json"), "utf8").includes("hush-hush"));
  });

  it("takes no value from the command line", async () => {
    const { code, err } = await runCli(["secret", "set", "fb-secret", "hush-hush"], { folder });
    assert.equal(code, 2);
    assert.match(err, /too much/);
  });

  it("refuses an empty value, a bad name and bad hours", async () => {
    const empty = await runCli(["secret", "set", "fb-secret"], { folder });
    assert.match(
      `${empty.code} ${empty.err}`,
      /^1 switchboard: INPUT_INVALID: The secret fb-secret is empty/,
    );
    const name = await runCli(["secret", "set", "a/b"], { folder, stdin: "x" });
    assert.match(`${name.code} ${name.err}`, /^1 switchboard: INPUT_INVALID/);
    const hours = await runCli(["secret", "set", "a", "--keep-old", "soon"], { folder, stdin: "x" });
    assert.equal(hours.code, 2);
  });

  it("needs a master key in production, but no PUBLIC_URL", async () => {
    const environment = { NODE_ENV: "production" };
    const without = await runCli(["secret", "set", "a"], { folder, stdin: "x", environment });
    assert.match(
      `${without.code} ${without.err}`,
      /^1 switchboard: SETTING_INVALID: SWITCHBOARD_MASTER_KEY is needed/,
    );
    const key = Buffer.alloc(32, 7).toString("base64");
    const done = await runCli(["secret", "set", "a"], {
      folder,
      stdin: "x",
      environment: { ...environment, SWITCHBOARD_MASTER_KEY: key },
    });
    assert.equal(done.code, 0);
  });
});
