// npm run bench:target: our server as a target of a webhook bench: an echo bot on one channel, durable store on.
// Everything comes by environment: PORT, BENCH_CHANNEL, PUBLIC_URL and the platforms' secrets and base URLs.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);
const env = process.env;
const folder = mkdtempSync(path.join(tmpdir(), "switchboard-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const workstream = (channel) => ({
  id: channel,
  channel,
  helper: "only",
  flow: "echo",
  fallbackQueue: "general",
  distribution: "push",
});
const configuration = {
  accounts: [account()],
  workstreams: ["facebook", "twitter", "sms", "whatsapp"].map(workstream),
  queues: [{ id: "general", name: "General", members: [] }],
  agents: [],
  flows: [
    {
      id: "echo",
      start: "echo",
      steps: { echo: { do: "say", text: "You said: ${activity.text}" } },
    },
  ],
};
function account() {
  const sendRate = "unlimited";
  switch (env.BENCH_CHANNEL ?? "facebook") {
    case "twitter":
    case "x":
      return {
        id: "bench",
        provider: "twitter",
        name: "Bench",
        sendRate,
        apiFlavor: "xaa",
        consumerKey: env.X_CONSUMER_KEY,
        consumerSecret: "env:X_CONSUMER_SECRET",
        handles: [
          {
            userId: env.X_BOT_ID,
            name: env.X_BOT_NAME,
            accessToken: "env:X_ACCESS_TOKEN",
            accessTokenSecret: "env:X_ACCESS_SECRET",
            workstream: "twitter",
          },
        ],
      };
    case "sms":
    case "whatsapp":
      return {
        id: "bench",
        provider: "twilio",
        name: "Bench",
        sendRate,
        accountSid: env.TWILIO_ACCOUNT_SID,
        authToken: "env:TWILIO_AUTH_TOKEN",
        numbers: [
          {
            number: env.TWILIO_NUMBER,
            name: "Bench",
            channel: env.BENCH_CHANNEL,
            workstream: env.BENCH_CHANNEL,
          },
        ],
      };
    default:
      return {
        id: "bench",
        provider: "facebook",
        name: "Bench",
        sendRate,
        applicationId: "1000",
        applicationSecret: "env:FB_APP_SECRET",
        verifyToken: "env:FB_VERIFY_TOKEN",
        pages: [
          {
            pageId: env.FB_PAGE_ID,
            name: "Bench",
            pageAccessToken: "env:FB_PAGE_TOKEN",
            workstream: "facebook",
          },
        ],
      };
  }
}

const { startApp } = require("../dist/src/app.js");
const { loadConfig } = require("../dist/src/config/settings.js");
const app = await startApp(
  loadConfig({
    ...env,
    HOST: "127.0.0.1",
    NODE_ENV: "production",
    LOG_LEVEL: "warn",
    SWITCHBOARD_DATA: folder,
    SWITCHBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
    ...(env.FB_API_BASE ? { FACEBOOK_GRAPH_URL: env.FB_API_BASE } : {}),
    ...(env.X_API_BASE ? { X_API_URL: env.X_API_BASE } : {}),
    ...(env.TWILIO_API_BASE ? { TWILIO_API_URL: env.TWILIO_API_BASE } : {}),
  }),
  { configuration: JSON.stringify(configuration) },
);
const stop = () => app.stop().then(() => process.exit(0));
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
