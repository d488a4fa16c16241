import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildConfiguration } from "../support/accounts";
import { type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";
import { runCli } from "./runCli";

const PHONE = "+12065550188";

describe("restoring a backup, as docs/operations.md says", function () {
  this.timeout(60_000);
  let root: string;
  let folder: string;
  let platforms: Platforms;
  let test: TestApp;

  const start = async (at: string): Promise<void> => {
    test = await startTestApp({ folder: at, platforms, configuration: buildConfiguration() });
  };
  const textsNow = async (): Promise<string[]> => {
    const [row] = await test.conversations("sam");
    return row === undefined ? [] : (await test.messages("sam", row.id)).map(({ text }) => text);
  };
  const say = async (text: string): Promise<void> => {
    await test.say("sms", PHONE, text);
    await eventually(async () => (await textsNow()).includes(text), text);
    await test.idle();
  };

  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), "switchboard-restore-"));
    folder = path.join(root, "data");
    mkdirSync(folder);
    platforms = await startPlatforms();
    await start(folder);
    await say("before the backup");
    const copy = path.join(root, "monday.db");
    assert.equal((await runCli(["backup", copy], { folder })).code, 0);
    cpSync(path.join(folder, "media"), path.join(root, "media"), { recursive: true });
    await say("after the backup");
    await test.stop();
  });
  afterEach(async () => {
    await test.stop();
    await platforms.close();
    rmSync(root, { recursive: true, force: true });
  });

  it("in its place: what was written after it is gone, and the server goes on from there", async () => {
    for (const file of readdirSync(folder))
      if (file.startsWith("switchboard.db")) rmSync(path.join(folder, file));
    copyFileSync(path.join(root, "monday.db"), path.join(folder, "switchboard.db"));
    await start(folder);
    assert.deepEqual(await textsNow(), ["before the backup"]);
    await goesOn();
  });

  it("on another machine: the copy, the files and the secrets are all it needs", async () => {
    const other = path.join(root, "other");
    mkdirSync(other);
    copyFileSync(path.join(root, "monday.db"), path.join(other, "switchboard.db"));
    cpSync(path.join(root, "media"), path.join(other, "media"), { recursive: true });
    await start(other);
    assert.deepEqual(await textsNow(), ["before the backup"]);
    await goesOn();
  });

  async function goesOn(): Promise<void> {
    await say("after the restore");
    const [row] = await test.conversations("sam");
    const conversation = `/api/desk/conversations/${row?.id}`;
    await test.call("sam", "POST", `${conversation}/assign`, { agentId: "ana" });
    await test.call("ana", "POST", `${conversation}/messages`, { text: "We are back." });
    await eventually(() => sentOn(platforms, "sms").some(({ text }) => text === "We are back."), "an answer");
  }
});
