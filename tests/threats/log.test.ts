import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Log } from "../../src/core/log";
import { SECRETS } from "../support/accounts";
import { callRoute, OWN_PAGE } from "../support/callers";
import { CUSTOMERS, openSession } from "../support/session";
import { startTestApp, type TestApp } from "../support/startApp";

const LOGGER = path.join(__dirname, "..", "..", "src", "config", "logger.js");

function createCapture(lines: string[], bound: object = {}): Log {
  const keep = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...bound, ...fields, message }));
  };
  const child = (fields: object) => createCapture(lines, { ...bound, ...fields });
  return { debug: () => {}, info: keep, warn: keep, error: keep, child };
}

describe("the log", function () {
  this.timeout(30_000);
  let test: TestApp;
  const lines: string[] = [];
  before(async () => {
    test = await startTestApp({ log: createCapture(lines) });
  });
  after(() => test.stop());

  it("has neither words nor numbers of customers, nor a secret, whatever goes wrong", async () => {
    for (const channel of ["sms", "whatsapp", "facebook"] as const) {
      const session = await openSession(test, channel);
      await test.say(channel, CUSTOMERS[channel], "my card number is 4111-1111");
      await session.write("the answer is heliotrope");
    }
    await callRoute(test, "POST /api/session", {
      headers: OWN_PAGE,
      body: { name: "private@example.com", password: "a password of mine" },
    });
    await callRoute(test, "POST /api/session", { headers: OWN_PAGE, body: { token: "a-made-up-token" } });
    await callRoute(test, "POST /webhooks/twilio/shop-twilio", { body: { From: "+12065550100" } });
    await callRoute(test, "GET /api/desk/me?token=in-the-address", {});
    await test.idle();
    assert.ok(lines.length > 0, "something was logged");
    const words = [
      ...["4111", "heliotrope", "private@example", "a password of mine", "a-made-up-token", "in-the-address"],
      ...["2065550100", "2065550101", "token-of-", ...Object.values(SECRETS)],
    ];
    for (const word of words)
      assert.deepEqual(
        lines.filter((line) => line.includes(word)),
        [],
        word,
      );
  });

  it("keeps one entry on one line, whatever a client sends", () => {
    const script = `require(${JSON.stringify(LOGGER)}).createLog("info")
      .warn({ path: "/a\\r\\n{\\"level\\":60}", from: "x\\u2028\\u001b[31m" }, "refused\\nforged");`;
    const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    const written = stdout.trimEnd().split("\n");
    assert.equal(written.length, 1);
    const entry = JSON.parse(written[0] ?? "") as { level: number; msg: string };
    assert.deepEqual([entry.level, entry.msg], [40, "refused\nforged"]);
  });

  it("hides what is called a secret even where somebody logs it by mistake", () => {
    const script = `require(${JSON.stringify(LOGGER)}).createLog("info")
      .info({ token: "t-1", request: { authorization: "a-1", body: "b-1" }, secret: "s-1" }, "oops");`;
    const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    assert.match(stdout, /oops/);
    assert.doesNotMatch(stdout, /t-1|a-1|b-1|s-1/);
  });
});
