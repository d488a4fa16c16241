import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildConfiguration } from "../support/accounts";
import { type Platforms, startPlatforms } from "../support/platforms";
import { eventually, startTestApp } from "../support/startApp";
import { runCli } from "./runCli";

/** A page that the first configuration does not know. */
const STRANGER = "2001";

describe("switchboard backup and replay", function () {
  this.timeout(60_000);
  let folder: string;
  let platforms: Platforms;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-cli-"));
    platforms = await startPlatforms();
  });
  afterEach(async () => {
    await platforms.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (configuration = buildConfiguration()) => startTestApp({ folder, platforms, configuration });
  const withStranger = (): string =>
    buildConfiguration().replace('"pageId":"2000"', `"pageId":"${STRANGER}"`);
  const sayToStranger = () =>
    platforms.post(
      "facebook",
      platforms.facebook.webhook.sign(
        JSON.stringify({
          object: "page",
          entry: [
            {
              id: STRANGER,
              time: Date.now(),
              messaging: [
                {
                  sender: { id: "555" },
                  recipient: { id: STRANGER },
                  timestamp: Date.now(),
                  message: { mid: "m_stranger", text: "hello" },
                },
              ],
            },
          ],
        }),
      ),
    );

  it("writes a backup while the server runs and while it does not, never over a file", async () => {
    const test = await start();
    const running = path.join(folder, "running.db");
    assert.deepEqual(await runCli(["backup", running], { folder }), {
      code: 0,
      out: `Wrote ${running}\n`,
      err: "",
    });
    const twice = await runCli(["backup", running], { folder });
    assert.match(`${twice.code} ${twice.err}`, /^1 switchboard: INPUT_INVALID: .*exists/);
    await test.stop();
    const stopped = path.join(folder, "stopped.db");
    assert.equal((await runCli(["backup", stopped], { folder })).code, 0);
    assert.ok(existsSync(running) && existsSync(stopped));
  });

  it("lists and replays dead letters over the running server", async () => {
    let test = await start();
    assert.equal(await sayToStranger(), 200);
    const listed = await runCli(["replay"], { folder });
    assert.match(listed.out, /^in~\S+ {2}\S+Z {2}facebook 2001 {2}INSTANCE_UNKNOWN: /);
    assert.ok(!listed.out.includes("hello"));
    const id = listed.out.split(" ", 1)[0] ?? "";
    const tooEarly = await runCli(["replay", id], { folder });
    assert.match(`${tooEarly.code} ${tooEarly.err}`, /^1 switchboard: WRONG_STATE: Nothing is configured/);
    await test.stop();
    test = await start(withStranger());
    assert.deepEqual(await runCli(["replay", id], { folder }), { code: 0, out: `replayed ${id}\n`, err: "" });
    const again = await runCli(["replay", id], { folder });
    assert.match(`${again.code} ${again.err}`, /^1 switchboard: NOT_FOUND: /);
    await test.stop();
  });

  it("replays without a server; the next one works the message", async () => {
    await (await start()).stop();
    const none = await runCli(["replay", "--all"], { folder });
    assert.deepEqual(none, { code: 0, out: "There are no dead letters.\n", err: "" });

    let test = await start();
    await sayToStranger();
    await test.stop();
    await (await start(withStranger())).stop();
    const replayed = await runCli(["replay", "--all"], { folder });
    assert.match(replayed.out, /^replayed in~/);
    assert.equal((await runCli(["replay", "--list"], { folder })).out, "There are no dead letters.\n");

    test = await start(withStranger());
    const found = await eventually(async () => (await test.conversations("sam"))[0], "the replayed message");
    assert.equal(found.lastText, "hello");
    await test.stop();
  });
});
