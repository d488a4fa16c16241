import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/core/clock";
import { startCosmosDouble } from "../support/cosmosDouble/double";
import { startTestApp } from "../support/startApp";
import { runCli, runCliProcess } from "./runCli";

describe("switchboard copy", function () {
  this.timeout(60_000);
  let folder: string;
  let double: Awaited<ReturnType<typeof startCosmosDouble>>;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-copy-"));
    double = await startCosmosDouble({ clock: systemClock, database: "switchboard" });
  });
  afterEach(async () => {
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = () => ({
    SWITCHBOARD_DATA: folder,
    COSMOS_ENDPOINT: double.url,
    COSMOS_KEY: double.key,
    COSMOS_DATABASE: "switchboard",
  });

  it("brings conversations to the database, where servers go on with them", async () => {
    const local = await startTestApp({ folder });
    await local.say("sms", "+12065550199", "before the move");
    await local.idle();
    const refused = await runCli(["copy", "--from", "local", "--to", "cosmos"], {
      environment: environment(),
    });
    assert.match(refused.err, /stop it first/);
    await local.stop();

    const copied = await runCliProcess(["copy", "--from", "local", "--to", "cosmos"], {
      environment: environment(),
    });
    assert.equal(copied.code, 0, copied.err + copied.out);
    assert.match(copied.out, /threads: [1-9]\d* documents, the same in both/);
    assert.doesNotMatch(copied.out, /DIFFERENT/);

    const moved = await startTestApp({
      environment: { ...environment(), SWITCHBOARD_STORE: "cosmos", SWITCHBOARD_DATA: `${folder}-2` },
    });
    const [conversation] = await moved.conversations("sam");
    assert.equal(conversation?.lastText, "before the move");
    await moved.say("sms", "+12065550199", "after the move");
    await moved.idle();
    const texts = (await moved.messages("sam", conversation?.id ?? "")).map(({ text }) => text);
    assert.deepEqual(texts, ["before the move", "after the move"]);
    await moved.stop();
    rmSync(`${folder}-2`, { recursive: true, force: true });
  });

  it("wants two different stores", async () => {
    const same = await runCli(["copy", "--from", "local", "--to", "local"], { environment: environment() });
    assert.equal(same.code, 2);
    assert.match(same.err, /must differ/);
  });
});
