import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/core/clock";
import { createFileSecrets } from "../../src/secrets/fileSecrets";
import { startTestApp } from "../support/startApp";
import { runCli, runCliProcess } from "./runCli";

const OLD = "the former passphrase of many words";
const NEW = Buffer.alloc(32, 7).toString("base64");

describe("switchboard secret rekey", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-rekey-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (masterKey: string) =>
    createFileSecrets({ dataFolder: folder, masterKey, production: true, clock: systemClock });
  const rekey = (present: string, next: string, run = runCli) =>
    run(["secret", "rekey"], {
      folder,
      stdin: `${next}\n`,
      environment: { SWITCHBOARD_MASTER_KEY: present },
    });

  it("seals everything under the new key, former values too, and the old key opens nothing more", async () => {
    await open(OLD).set("fb", "first", 0);
    await open(OLD).set("fb", "second", 24);
    await open(OLD).set("x", "other", 0);
    const { code, out, err } = await rekey(OLD, NEW, runCliProcess);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^Sealed 2 secrets anew/);
    assert.deepEqual(await open(NEW).read("fb"), ["second", "first"]);
    assert.deepEqual(await open(NEW).read("x"), ["other"]);
    await assert.rejects(open(OLD).read("x"), { code: "SECRET_UNREADABLE" });
  });

  it("changes nothing with a wrong present key, or a new one that is too short", async () => {
    await open(OLD).set("fb", "first", 0);
    const before = readFileSync(path.join(folder, "secrets.json"), "utf8");
    assert.match((await rekey(NEW, OLD)).err, /^switchboard: SECRET_UNREADABLE/);
    assert.match((await rekey(OLD, "short")).err, /^switchboard: SETTING_INVALID: .*too short/);
    assert.equal(readFileSync(path.join(folder, "secrets.json"), "utf8"), before);
  });

  it("says that the file is damaged, and leaves it as it is", async () => {
    const file = path.join(folder, "secrets.json");
    for (const damaged of ["{", '{"version":1}']) {
      writeFileSync(file, damaged);
      assert.match((await rekey(OLD, NEW)).err, /^switchboard: SECRET_UNREADABLE: .*secrets\.json/);
      assert.equal(readFileSync(file, "utf8"), damaged);
    }
  });

  it("says that there is nothing to seal, and waits for the server to stop", async () => {
    assert.match((await rekey(OLD, NEW)).err, /^switchboard: NOT_FOUND: There is no .*secrets\.json/);
    const test = await startTestApp({ folder });
    assert.match((await rekey(OLD, NEW)).err, /^switchboard: WRONG_STATE: Stop the server first/);
    await test.stop();
  });
});
