import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildConfiguration, SECRETS } from "../support/accounts";
import { startTestApp } from "../support/startApp";
import { runCli, runCliProcess } from "./runCli";

const PROGRAM = path.resolve(__dirname, "..", "..", "src", "cli", "switchboard.js");

describe("ways in from the command line", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("switchboard invite makes a link, and tells of an agent there is not", async () => {
    const test = await startTestApp({ folder });
    try {
      const made = await runCliProcess(["invite", "ana"], { folder });
      assert.equal(made.code, 0);
      assert.match(
        made.out,
        /^https:\/\/desk\.example\/set-up#[\w-]{27}\.[\w-]{43}\nIt can be used once, until /,
      );
      const nobody = await runCli(["invite", "nobody"], { folder });
      assert.equal(nobody.code, 1);
      assert.match(nobody.err, /no such agent/);
    } finally {
      await test.stop();
    }
  });

  it("switchboard start prints the first admin's link, and none to whoever has a way in", async () => {
    const file = path.join(folder, "switchboard.json");
    const configuration = JSON.parse(buildConfiguration()) as { agents: { id: string }[] };
    writeFileSync(file, JSON.stringify(configuration));
    assert.doesNotMatch(await started(file), /set-up/);
    configuration.agents = configuration.agents.filter(({ id }) => id !== "admin");
    writeFileSync(file, JSON.stringify(configuration));
    assert.match(
      await started(file),
      /becomes one .*\n {2}https:\/\/desk\.example\/set-up#first\.[\w-]{43}\n/,
    );
  });

  /** What a start prints; the server is stopped again. */
  function started(file: string): Promise<string> {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, "start"], {
      env: {
        ...{ PATH: process.env.PATH ?? "", NODE_ENV: "test", PORT: "0", LOG_LEVEL: "silent", ...SECRETS },
        ...{ PUBLIC_URL: "https://desk.example", SWITCHBOARD_DATA: folder, SWITCHBOARD_CONFIG: file },
      },
    });
    let text = "";
    child.stdout.on("data", (part) => {
      text += part;
      if (/Desk {3}[\s\S]*\n\n$/.test(text)) child.kill("SIGTERM");
    });
    child.stderr.on("data", (part) => {
      text += part;
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", () => resolve(text));
    });
  }
});
