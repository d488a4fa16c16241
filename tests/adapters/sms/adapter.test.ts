import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { post } from "../../../src/adapters/shared/fakePlatform";
import { createFake, SmsAdapter } from "../../../src/adapters/sms";
import { ACCOUNT_SID, AUTH_TOKEN, buildAccount, CUSTOMER, clock, PUBLIC_URL } from "../twilio/account";

describe("SmsAdapter", () => {
  it("answers a signed webhook and sends the bot's reply", async () => {
    const account = buildAccount();
    const webhookUrl = `${PUBLIC_URL}/sms`;
    const fake = createFake({ account, publicUrl: PUBLIC_URL, webhookUrl, clock });
    await fake.listen();
    const adapter = new SmsAdapter({
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
      numbers: [{ number: "14155238886" }],
      publicUrl: `${PUBLIC_URL}/`,
      apiUrl: fake.url,
    });
    const server = createServer((request, response) => {
      void adapter.process(request, response, async (context) => {
        await context.sendActivity(`You said: ${context.activity.text}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`;
    const sent = new Promise<void>((resolve) => fake.onSent(() => resolve()));

    const signed = fake.webhook.say({ customerId: CUSTOMER, text: "hello" });
    assert.deepEqual(await post(url, signed), {
      status: 200,
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
    await sent;
    const [reply] = fake.sent;
    assert.equal(reply?.text, "You said: hello");
    const raw = reply.raw as Record<string, string>;
    assert.equal(raw.To, `${CUSTOMER}`);
    assert.equal(raw.StatusCallback, undefined);

    const forged = { ...signed, headers: { ...signed.headers, "x-twilio-signature": "A".repeat(28) } };
    assert.equal((await post(url, forged)).status, 401);
    server.closeAllConnections();
    server.close();
    await fake.close();
  });
});
