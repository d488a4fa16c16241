import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TurnContext } from "botbuilder-core";
import { fakes } from "../../src/adapters/fakes";
import { type FakePlatform, post } from "../../src/adapters/shared/fakePlatform";
import type { Account } from "../../src/core/channel";
import { systemClock } from "../../src/core/clock";
import { readHandoff } from "../../src/dialogs/handoff";
import { ROOT } from "../docs/parts";
import { buildAccounts, PUBLIC_URL, SECRETS } from "../support/accounts";
import { eventually } from "../support/startApp";

type HandOffEvent = Parameters<typeof readHandoff>[0] & {
  relatesTo: ReturnType<typeof TurnContext.getConversationReference>;
  attachments: { name: string; content: { activities: { text: string }[] } }[];
};

const CUSTOMERS: Record<string, string> = {
  facebook: "5000",
  twitter: "6000",
  sms: "+12065550100",
  whatsapp: "+12065550100",
};

describe("a bot that knows only the component contract", function () {
  // The adaptive runtime takes seconds to load.
  this.timeout(60_000);
  const playing = new Map<string, FakePlatform>();
  const handOffs: HandOffEvent[] = [];
  let modules: string;
  let bot: ChildProcess;
  let url: string;

  before(async () => {
    // As installed in the bot's project: found by its plain name, through the "exports" of package.json.
    modules = mkdtempSync(path.join(tmpdir(), "switchboard-component-"));
    symlinkSync(ROOT, path.join(modules, "switchboard"));
    const { facebook, twitter, twilio } = buildAccounts();
    const accounts: Record<string, Account> = { facebook, twitter, sms: twilio, whatsapp: twilio };
    for (const [channel, account] of Object.entries(accounts)) {
      const webhookUrl = `${PUBLIC_URL}/api/${channel}`;
      const create = fakes[channel] ?? assert.fail(channel);
      const fake = create({ account, publicUrl: PUBLIC_URL, webhookUrl, clock: systemClock });
      await fake.listen();
      playing.set(channel, fake);
    }
    bot = fork(path.join(ROOT, "tests", "component", "bot", "bot.js"), {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      env: { ...process.env, NODE_PATH: modules, ...settings() },
    });
    const port = await new Promise<number>((resolve, reject) => {
      bot.on("message", (said: { port?: number; handOff?: HandOffEvent }) => {
        if (said.port !== undefined) resolve(said.port);
        if (said.handOff !== undefined) handOffs.push(said.handOff);
      });
      let errors = "";
      bot.stderr?.on("data", (chunk) => {
        errors += chunk;
      });
      bot.on("exit", () => reject(new Error(`the bot did not start: ${errors}`)));
    });
    url = `http://127.0.0.1:${port}/api`;
  });
  after(async () => {
    bot?.kill();
    for (const fake of playing.values()) await fake.close();
    rmSync(modules, { recursive: true, force: true });
  });

  /** Secrets and test platforms, from the bot's configuration as a host would set it. */
  function settings(): Record<string, string> {
    const values = {
      applicationSecret: SECRETS.FB_APP_SECRET,
      verifyToken: SECRETS.FB_VERIFY_TOKEN,
      pages__2000__pageAccessToken: SECRETS.FB_PAGE_TOKEN,
      consumerSecret: SECRETS.X_API_SECRET,
      handles__3000__accessToken: SECRETS.X_TOKEN,
      handles__3000__accessTokenSecret: SECRETS.X_TOKEN_SECRET,
      authToken: SECRETS.TWILIO_AUTH_TOKEN,
      apiUrls__facebook: fakeOf("facebook").url,
      apiUrls__twitter: fakeOf("twitter").url,
      apiUrls__twilio: fakeOf("sms").url,
    };
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`switchboard__${name}`, value ?? ""]),
    );
  }

  const fakeOf = (channel: string): FakePlatform => playing.get(channel) ?? assert.fail(channel);
  /** Twilio's two channels send through one API. */
  const sentOn = (channel: string) => fakeOf(channel === "whatsapp" ? "sms" : channel).sent;

  async function say(channel: string, text: string): Promise<number> {
    const signed = fakeOf(channel).webhook.say({ customerId: CUSTOMERS[channel] ?? "", text });
    return (await post(`${url}/${channel}`, signed)).status;
  }

  async function tellBot(channel: string, { relatesTo }: HandOffEvent, value: object): Promise<void> {
    const body = JSON.stringify({ route: channel, reference: relatesTo, value });
    const { status } = await fetch(`${url.replace(/\/api$/, "")}/people`, { method: "POST", body });
    assert.equal(status, 200);
  }

  for (const channel of ["facebook", "twitter", "sms", "whatsapp"]) {
    it(`answers on ${channel}, hands over and takes the conversation back`, async () => {
      const before = sentOn(channel).length;
      const texts = () =>
        sentOn(channel)
          .slice(before)
          .map(({ text }) => text);
      assert.equal(await say(channel, "hello"), 200);
      await eventually(() => texts().length === 1, "the bot's answer");

      const given = handOffs.length;
      await say(channel, "a person please");
      const event = await eventually(() => handOffs[given], "handoff.initiate");
      // Switchboard's server understands what the action sends.
      const sign = readHandoff(event);
      assert.ok(sign?.kind === "escalate");
      assert.deepEqual([sign.wish.queueId, sign.wish.summary], ["orders", "Order 4711"]);
      assert.equal(sign.context.orderNo, "4711");
      const value = event.value as { skills: unknown; id: string };
      assert.deepEqual(value.skills, { billing: 3 });
      assert.equal(event.attachments[0]?.content.activities[0]?.text, "a person please");

      await tellBot(channel, event, { state: "accepted" });
      await say(channel, "are you there?");
      await say(channel, "another person please");
      await tellBot(channel, event, { id: "handoff~another", state: "completed" });
      await tellBot(channel, event, { id: value.id, state: "completed", message: "Solved." });
      await eventually(() => texts().length > 1, "the bot after people");
      assert.equal(handOffs.length, given + 1);

      await say(channel, "bye");
      await eventually(() => texts().length > 2, "the bot as before");
      assert.deepEqual(texts(), ["You said: hello", "The bot again: completed, Solved.", "You said: bye"]);
    });
  }

  it("takes the conversation back once, however messages and statuses race", async () => {
    const { sent } = fakeOf("facebook");
    const before = sent.length;
    const given = handOffs.length;
    await say("facebook", "a person please");
    const event = await eventually(() => handOffs[given], "handoff.initiate");
    const { id } = event.value as { id: string };
    const tell = (state: string) => tellBot("facebook", event, { id, state });
    await Promise.all([say("facebook", "one"), tell("accepted"), say("facebook", "two"), tell("accepted")]);
    await Promise.all([tell("completed"), tell("completed"), tell("failed")]);
    await say("facebook", "bye");
    await eventually(() => sent.at(-1)?.text === "You said: bye", "the bot as before");
    assert.deepEqual(
      sent.slice(before).map(({ text }) => text),
      ["The bot again: completed,", "You said: bye"],
    );
    assert.equal(handOffs.length, given + 1);
  });

  it("answers the platforms' checks of the address, where the host mounts GET too", async () => {
    const token = SECRETS.FB_VERIFY_TOKEN;
    const asked = await fetch(
      `${url}/facebook?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`,
    );
    assert.equal(await asked.text(), "42");
    const answer = await (await fetch(`${url}/twitter?crc_token=abc`)).json();
    const hmac = createHmac("sha256", SECRETS.X_API_SECRET ?? "").update("abc");
    assert.deepEqual(answer, { response_token: `sha256=${hmac.digest("base64")}` });
  });

  it("refuses what no platform signed", async () => {
    for (const channel of playing.keys()) {
      const signed = fakeOf(channel).webhook.say({ customerId: "1", text: "forged" });
      const body = Buffer.concat([signed.body, Buffer.from(" ")]);
      assert.equal((await post(`${url}/${channel}`, { ...signed, body })).status, 401, channel);
    }
  });
});
