// A bot of one's own that answers text messages (SMS) with what they say, on Switchboard's Twilio adapter.
//   TWILIO_ACCOUNT_SID=… TWILIO_AUTH_TOKEN=… TWILIO_NUMBER=+1425… PUBLIC_URL=https://… node examples/echo-bot/echo-bot.mjs
// Point the number's "A message comes in" webhook at PUBLIC_URL.
import { createServer } from "node:http";
import { SmsAdapter } from "switchboard";

const {
  TWILIO_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN,
  TWILIO_NUMBER,
  PUBLIC_URL,
  TWILIO_API_URL,
  PORT = "3979",
} = process.env;
const adapter = new SmsAdapter({
  accountSid: TWILIO_ACCOUNT_SID,
  authToken: TWILIO_AUTH_TOKEN,
  numbers: [{ number: TWILIO_NUMBER }],
  publicUrl: PUBLIC_URL,
  ...(TWILIO_API_URL && { apiUrl: TWILIO_API_URL }), // a fake of the platform, in tests
});

async function answer(context) {
  if (context.activity.type === "message") await context.sendActivity(`You said: ${context.activity.text}`);
}

const server = createServer((request, response) => adapter.process(request, response, answer));
server.listen(Number(PORT), () => console.log(`The echo bot listens on port ${server.address().port}.`));
