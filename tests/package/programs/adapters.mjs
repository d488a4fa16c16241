// Four bots in ten lines each, and what their customers hear: for each a line of JSON.
import { createServer } from "node:http";
import {
  channels,
  FacebookAdapter,
  SmsAdapter,
  systemClock,
  TwitterAdapter,
  WhatsAppAdapter,
} from "switchboard";
import { fakes, post, testAccount } from "switchboard/testing";

const publicUrl = "https://bots.example";
const twilio = (Adapter) => (account, apiUrl) =>
  new Adapter({
    accountSid: account.values.accountSid,
    authToken: account.secrets.authToken[0],
    numbers: [{ number: account.instances[0].externalId }],
    publicUrl,
    apiUrl,
  });
const BOTS = {
  facebook: [
    "2000",
    "555",
    (account, apiUrl) =>
      new FacebookAdapter({
        applicationSecret: account.secrets.applicationSecret[0],
        verifyToken: account.secrets.verifyToken[0],
        pages: [{ pageId: "2000", pageAccessToken: account.instances[0].secrets.pageAccessToken[0] }],
        apiUrl,
      }),
  ],
  twitter: [
    "3000",
    "777",
    (account, apiUrl) =>
      new TwitterAdapter({
        consumerKey: account.values.consumerKey,
        consumerSecret: account.secrets.consumerSecret[0],
        handles: [
          {
            userId: "3000",
            accessToken: account.instances[0].secrets.accessToken[0],
            accessTokenSecret: account.instances[0].secrets.accessTokenSecret[0],
          },
        ],
        apiUrl,
      }),
  ],
  sms: ["+14252306549", "+12065550100", twilio(SmsAdapter)],
  whatsapp: ["+14155238886", "+12065550101", twilio(WhatsAppAdapter)],
};

async function answer(context) {
  if (context.activity.type === "message") await context.sendActivity(`You said: ${context.activity.text}`);
}

for (const [id, [externalId, customerId, createBot]] of Object.entries(BOTS)) {
  const channel = channels.find(({ definition }) => definition.id === id);
  const account = testAccount(channel, externalId, { publicUrls: [publicUrl] });
  const fake = fakes[id]({ account, publicUrl, webhookUrl: `${publicUrl}/bot`, clock: systemClock });
  await fake.listen();
  const heard = new Promise((resolve) => fake.onSent(resolve));

  const adapter = createBot(account, fake.url);
  const server = createServer((request, response) => adapter.process(request, response, answer));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  const { status } = await post(
    `http://127.0.0.1:${server.address().port}/bot`,
    fake.webhook.say({ customerId, text: "hello" }),
  );
  const { text, customerId: to } = await heard;
  process.stdout.write(`${JSON.stringify({ id, status, to, text })}\n`);
  server.close();
  server.closeAllConnections();
  await fake.close();
}
process.exit(0);
