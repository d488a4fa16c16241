import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fakes } from "../../src/adapters/fakes";
import { type FakePlatform, post } from "../../src/adapters/shared/fakePlatform";
import { systemClock } from "../../src/core/clock";
import { buildAccounts, PUBLIC_URL } from "../support/accounts";
import { eventually } from "../support/startApp";
import { ROOT } from "./parts";

describe("examples/echo-bot", function () {
  this.timeout(30_000);
  let fake: FakePlatform;
  let bot: ChildProcess;

  afterEach(async () => {
    bot.kill();
    await fake.close();
  });

  it("answers a signed text over the platform's API", async () => {
    const account = buildAccounts().twilio;
    const webhookUrl = `${PUBLIC_URL}/sms`;
    fake = (fakes.sms ?? assert.fail())({ account, publicUrl: PUBLIC_URL, webhookUrl, clock: systemClock });
    await fake.listen();
    bot = spawn(process.execPath, [path.join(ROOT, "examples", "echo-bot", "echo-bot.mjs")], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PORT: "0",
        PUBLIC_URL,
        TWILIO_ACCOUNT_SID: account.values.accountSid,
        TWILIO_AUTH_TOKEN: account.secrets.authToken?.[0],
        TWILIO_NUMBER: "+14252306549",
        TWILIO_API_URL: fake.url,
      },
    });
    const [line] = (await once(bot.stdout ?? assert.fail(), "data")) as [Buffer];
    const port = /port (\d+)/.exec(line.toString())?.[1];

    const signed = fake.webhook.say({ customerId: "+12065550100", text: "hello" });
    const reply = await post(`http://127.0.0.1:${port}/sms`, signed);
    assert.equal(reply.status, 200);
    const sent = await eventually(() => fake.sent[0], "the echo");
    assert.deepEqual([sent.customerId, sent.text], ["+12065550100", "You said: hello"]);
  });
});
