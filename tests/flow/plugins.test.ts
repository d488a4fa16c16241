import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import type { PluginView } from "../../src/admin/pluginContract";
import { startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import { runCliProcess } from "../cli/runCli";
import { fixture } from "../plugins/support";
import { buildConfiguration, SECRETS } from "../support/accounts";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const PACKAGE = path.resolve(__dirname, "..", "..", "..");
const RULES = [
  { name: "Vip", if: "isVip(customer.id)", queue: "vip" },
  { name: "Gold", if: "shop.tier == 'gold' && shop.points > 11", queue: "vip" },
  { name: "Told", if: "bad.told == 'never'", queue: "general" },
];

describe("a server with plugins", function () {
  this.timeout(60_000);
  let app: TestApp;
  const started: TestApp[] = [];
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
  });

  const start = async (configuration = buildConfiguration({ rules: RULES })): Promise<void> => {
    const names = ["shop.cjs", "bad.cjs", "talker.cjs"].map(fixture);
    const environment = { SWITCHBOARD_PLUGINS: names.join(", ") };
    app = await startTestApp({ environment, configuration });
    started.push(app);
  };
  const plugins = async (): Promise<PluginView[]> =>
    (await app.call<{ items: PluginView[] }>("sam", "GET", "/api/admin/plugins")).body.items;
  const find = async (customer: string) =>
    (await app.conversations("sam")).find((each) => each.customer.id === customer);

  it("routes by their functions and fields", async () => {
    await start();
    await app.say("sms", "+14250001111", "hello");
    const conversation = await eventually(async () => {
      const found = await find("+14250001111");
      return found?.queueId === undefined ? undefined : found;
    }, "it is routed");
    assert.equal(conversation.queueId, "vip");
  });

  for (const way of ["throws", "hangs", "leaks", "crashes"])
    it(`answers other customers while a hook and a field of a plugin ${way.replace("es", "")}`, async () => {
      await start();
      assert.equal(await app.say("sms", "+14250002222", `!${way} now`), 200);
      const begun = Date.now();
      await app.say("whatsapp", "+14250003333", "hello");
      await app.say("facebook", "6001", "hello");
      for (const other of ["+14250003333", "6001"])
        await eventually(async () => (await find(other))?.queueId, `${other} is routed`);
      await eventually(async () => (await find("+14250002222"))?.queueId, "so is the other");
      // Its hook and its field, two seconds each, and what the machine needs.
      assert.ok(Date.now() - begun < 15_000);
      const bad = (await plugins()).find(({ name }) => name === "bad");
      assert.ok((bad?.failures ?? 0) >= 1, JSON.stringify(bad));
      const hook = bad?.parts.find(({ part }) => part === "hooks.beforeTurn");
      assert.notEqual(hook?.lastError, null);
      const metrics = await request(`${app.url}/metrics`);
      assert.match(
        await metrics.body.text(),
        /switchboard_plugin_failures_total\{part="bad\.hooks\.beforeTurn"\} [1-9]/,
      );
    });

  it("lets flows run their actions, functions and dialogs", async () => {
    const flow = {
      start: "name",
      steps: {
        name: { do: "dialog", dialog: "ask-name", save: "who", next: "pay" },
        pay: { do: "action", action: "shop.refund", with: { order: "A1" }, save: "paid", next: "say" },
        say: {
          do: "say",
          text: "${vars.who.name} got ${vars.paid.order} (${grade('xyz', 2)}).",
          next: "end",
        },
        end: { do: "end" },
      },
    };
    await start(buildConfiguration({ helper: "first", flow }));
    await app.say("sms", "+14250001111", "hello");
    await app.idle();
    await app.say("sms", "+14250001111", "Ann");
    await app.idle();
    const texts = app.platforms.sms.sent.map(({ text }) => text);
    assert.deepEqual(texts, ["What is your name?", "Ann got A1 (xy)."]);
  });

  it("refuses a flow that names an action or dialog that there is not", async () => {
    const flow = {
      start: "pay",
      steps: {
        pay: { do: "action", action: "shop.refnd", with: { order: "A1" }, next: "name" },
        name: { do: "dialog", dialog: "ask-nam", next: "end" },
        end: { do: "end" },
      },
    };
    await assert.rejects(start(buildConfiguration({ helper: "first", flow })), (error: Error) => {
      assert.match(error.message, /shop\.refnd.*did you mean "shop\.refund"/i);
      assert.match(error.message, /ask-nam.*did you mean "ask-name"/i);
      return true;
    });
  });

  it("refuses rules that do not fit what plugins bring", async () => {
    const faulty = buildConfiguration({
      rules: [
        { name: "a", if: "isVip(5)", queue: "vip" },
        { name: "b", if: "shop.teir == 'gold'", queue: "vip" },
        { name: "c", if: "shop.points == 'many'", queue: "vip" },
      ],
    });
    await assert.rejects(start(faulty), (error: Error) => {
      assert.match(error.message, /isVip: argument 1 must be text/);
      assert.match(error.message, /Unknown field "shop\.teir"\. Did you mean "shop\.tier"\?/);
      assert.match(error.message, /"shop\.points" is a number/);
      return true;
    });
  });

  it("does not start with one that cannot be used", async () => {
    const config = loadConfig({ NODE_ENV: "test", PORT: "0", SWITCHBOARD_PLUGINS: "./nowhere" });
    await assert.rejects(startApp(config, { log: silentLog }), {
      code: "PLUGIN_INVALID",
      message: /SWITCHBOARD_PLUGINS: \.\/nowhere: there is no/,
    });
  });
});

describe("a channel of a plugin", function () {
  this.timeout(60_000);
  let home: string;
  before(async () => {
    home = mkdtempSync(path.join(tmpdir(), "switchboard-channel-"));
    mkdirSync(path.join(home, "node_modules"));
    symlinkSync(PACKAGE, path.join(home, "node_modules", "switchboard"), "dir");
    const folder = path.join(home, "plugins", "telegram");
    assert.equal((await runCliProcess(["new", "channel", "telegram", "--folder", folder])).code, 0);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  function configuration(change: (config: Record<string, object[]>) => void = () => {}): string {
    const config = JSON.parse(buildConfiguration()) as Record<string, object[]>;
    config.accounts?.push({
      id: "shop-telegram",
      provider: "telegram",
      name: "Shop",
      apiToken: "env:TG_TOKEN",
      webhookSecret: "env:TG_SECRET",
      simulated: true,
      lines: [{ lineId: "line-1", name: "Shop" }],
    });
    change(config);
    return JSON.stringify(config);
  }
  const environment = () => ({
    SWITCHBOARD_PLUGINS: path.join(home, "plugins", "telegram"),
    TG_TOKEN: "token",
    TG_SECRET: "secret",
  });

  it("goes the whole way: the telephone, its webhook, the desk, and back", async () => {
    const app = await startTestApp({ environment: environment(), configuration: configuration() });
    try {
      const post = (route: string, body: unknown) =>
        request(app.url + route, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
      const said = await post("/api/phone/telegram/messages", { customerId: "1", text: "Hello from far" });
      assert.equal(said.statusCode, 201);
      assert.equal(((await said.body.json()) as { webhookStatus: number }).webhookStatus, 200);
      await app.idle();
      const [conversation] = await app.conversations("sam");
      assert.equal(conversation?.channel, "telegram");
      await app.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
      const offer = await eventually(async () => (await app.offers("ana"))[0], "an offer");
      await app.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
      const route = `/api/desk/conversations/${conversation.id}/messages`;
      assert.equal((await app.call("ana", "POST", route, { text: "Hello back" })).status, 201);
      const phone = async () => {
        const reply = await request(`${app.url}/api/phone`);
        return (await reply.body.json()) as {
          telephones: { channel: string }[];
          messages: { text: string }[];
        };
      };
      await eventually(
        async () => (await phone()).messages.some(({ text }) => text === "Hello back"),
        "the answer",
      );
      assert.ok((await phone()).telephones.some(({ channel }) => channel === "telegram"));
      await eventually(
        async () => (await app.messages("ana", conversation.id)).at(-1)?.status === "delivered",
        "its receipt",
      );
      const forged = await post("/webhooks/telegram/shop-telegram", { items: [] });
      assert.equal(forged.statusCode, 401);
      await forged.body.dump();
    } finally {
      await app.stop();
    }
  });

  it("is told of where its name is misspelt", async () => {
    const faulty = configuration((config) => {
      Object.assign(config.accounts?.at(-1) ?? {}, { provider: "telegramm" });
      config.workstreams?.push({ id: "t", channel: "telegramm", fallbackQueue: "general" });
    });
    await assert.rejects(
      startTestApp({ environment: environment(), configuration: faulty }),
      (error: Error) => {
        assert.match(error.message, /no provider "telegramm" is installed; did you mean "telegram"\?/);
        assert.match(error.message, /no channel "telegramm" is installed; did you mean "telegram"\?/);
        return true;
      },
    );
  });

  it("is refused without its plugin, and checked by the command line with it", async () => {
    const file = path.join(home, "switchboard.json");
    writeFileSync(file, configuration());
    const checked = await runCliProcess(["config", "check", file], { environment: SECRETS });
    assert.equal(checked.code, 0, checked.err);
    const elsewhere = path.join(home, "plugins", "telegram", "switchboard.json");
    writeFileSync(elsewhere, configuration());
    const refused = await runCliProcess(["config", "check", elsewhere], { environment: SECRETS });
    rmSync(elsewhere);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /no provider "telegram" is installed/);
  });
});
