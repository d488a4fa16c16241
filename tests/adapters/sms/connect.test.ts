import assert from "node:assert/strict";
import { createFake, sms } from "../../../src/adapters/sms";
import type { Account } from "../../../src/core/channel";
import { ACCOUNT_SID, AUTH_TOKEN, buildAccount, buildInstance, OUR_NUMBER } from "../twilio/account";
import { CALLBACK_URL, type Console, checkOf, openConsole, statesOf } from "../twilio/connectContract";
import { checkTwilioRequest } from "../twilio/requests.schema";

const SERVICE = "MG00000000000000000000000000000001";
const numbersOf = (...externalIds: string[]) =>
  externalIds.map((externalId) => buildInstance("sms", { id: `sms~${externalId}`, externalId }));

describe("sms connect", function () {
  this.timeout(10_000);
  let open: Console;
  const start = async (account: Account = buildAccount()) => {
    open = await openConsole(sms, createFake, account);
    return open;
  };
  afterEach(() => open.close());

  describe("validate", () => {
    it("says that a fresh number has no webhook, and how to set it", async () => {
      const checks = await (await start()).validate();
      assert.deepEqual(statesOf(checks), [
        "token ok",
        "clock ok",
        "callbackUrl skipped",
        "number ok",
        "webhook failed",
        "fallback warning",
      ]);
      const webhook = checkOf(checks, "webhook");
      assert.equal(webhook.instanceId, buildInstance("sms").id);
      assert.match(webhook.text, /nothing instead of this server/);
      assert.ok(webhook.cure?.includes(CALLBACK_URL));
    });
    it("is content once we have registered", async () => {
      await start();
      assert.deepEqual(statesOf(await open.register()), ["webhook ok"]);
      const checks = await open.validate();
      assert.ok(
        checks.every(({ state }) => state === "ok" || state === "skipped"),
        statesOf(checks).join(),
      );
      for (const call of open.fake.calls.filter(({ method }) => method === "POST")) {
        const contentType = call.headers["content-type"] as "application/x-www-form-urlencoded";
        checkTwilioRequest({ method: "POST", path: call.path, contentType, body: call.body });
      }
    });
    it("names wrong credentials and looks no further", async () => {
      await start();
      const checks = await open.validate({ secrets: { authToken: ["wrong"] } });
      assert.deepEqual(statesOf(checks), ["token failed", "callbackUrl skipped"]);
      assert.match(checkOf(checks, "token").text, /refuses the account SID or the auth token/);
      assert.match(checkOf(checks, "token").cure ?? "", /primary token/);
      assert.match(checkOf(await open.validate({ secrets: {} }), "token").text, /no auth token/);
    });
    it("knows an Account SID that is none without a call", async () => {
      await start();
      const checks = await open.validate({ values: { accountSid: "SK123" } });
      assert.match(checkOf(checks, "token").text, /begins with AC/);
      assert.equal(open.fake.calls.length, 0);
    });
    const accountBody = (over: Record<string, unknown>) => ({
      sid: ACCOUNT_SID,
      status: "active",
      type: "Full",
      ...over,
    });
    const accounts: [string, Record<string, unknown>, string, RegExp][] = [
      ["a suspended account", { status: "suspended" }, "failed", /suspended/],
      ["a trial account", { type: "Trial" }, "warning", /only verified telephones/],
      ["a secondary token", { auth_token: "f".repeat(32) }, "failed", /not the account's primary one/],
    ];
    for (const [name, over, state, words] of accounts) {
      it(`knows ${name}`, async () => {
        await start();
        open.fake.behave({ status: 200, body: accountBody(over) });
        const token = checkOf(await open.validate(), "token");
        assert.equal(token.state, state);
        assert.match(token.text, words);
        assert.notEqual(token.cure, undefined);
      });
    }
    it("shows nobody the token that Twilio answers with", async () => {
      const token = "0123456789abcdef0123456789abcdef";
      await start(buildAccount({ secrets: { authToken: [token] } }));
      open.fake.behave({ status: 200, body: accountBody({ auth_token: token }) });
      const shown = JSON.stringify(await open.validate());
      assert.ok(!shown.includes(token) && !shown.includes(AUTH_TOKEN));
      assert.ok(shown.includes('"token"'));
    });
    it("says how far the clock is off", async () => {
      await start();
      const { now } = { now: () => Date.now() + 600_000 };
      const checks = await open.validate({}, { clock: { now, after: () => () => {} } });
      assert.equal(checkOf(checks, "clock").state, "failed");
    });
    it("knows a number of somebody else, and one without its country code", async () => {
      const owned = buildAccount({ instances: numbersOf("+14252306549") });
      await start(owned);
      const look = async (externalId: string) =>
        checkOf(await open.validate({ instances: numbersOf(externalId) }), "number");
      const foreign = await look("+19995550000");
      assert.equal(foreign.state, "failed");
      assert.match(foreign.text, /does not belong to the account/);
      assert.match(foreign.cure ?? "", /country code/);
      for (const cut of ["+4252306549", "04252306549", "0252306549"]) {
        const found = await look(cut);
        assert.equal(found.state, "failed", cut);
        assert.equal(found.cure, "Write it as +14252306549.", cut);
      }
      assert.match((await look("0612345678")).text, /no country code/);
    });
    const numberBody = (over: Record<string, unknown>) => ({
      incoming_phone_numbers: [
        {
          sid: `PN${"0".repeat(32)}`,
          phone_number: OUR_NUMBER,
          capabilities: { SMS: true },
          sms_url: CALLBACK_URL,
          sms_method: "POST",
          sms_application_sid: "",
          sms_fallback_url: CALLBACK_URL,
          ...over,
        },
      ],
    });
    const numbers: [string, Record<string, unknown>, string, string][] = [
      ["one that cannot text", { capabilities: { SMS: false } }, "number failed", "cannot send or receive"],
      [
        "another server's webhook",
        { sms_url: "https://other.example/x" },
        "webhook failed",
        "https://other.example/x",
      ],
      ["GET", { sms_method: "GET" }, "webhook failed", "GET"],
      ["an application before it", { sms_application_sid: "AP1" }, "webhook failed", "TwiML application AP1"],
      ["no fallback", { sms_fallback_url: null }, "fallback warning", "a message is lost"],
      [
        "connection overrides instead",
        { sms_url: `${CALLBACK_URL}#rc=2&rp=5xx,ct,rt`, sms_fallback_url: "" },
        "fallback ok",
        "when to repeat",
      ],
      ["everything right", {}, "webhook ok", "calls this server"],
    ];
    for (const [name, over, state, words] of numbers) {
      it(`knows a number with ${name}`, async () => {
        await start();
        const match = ({ path }: { path: string }) => path.includes("IncomingPhoneNumbers");
        open.fake.behave({ status: 200, body: numberBody(over), match });
        const checks = await open.validate();
        const [id = ""] = state.split(" ");
        const check = checkOf(checks, id);
        assert.equal(`${check.id} ${check.state}`, state);
        assert.ok(check.text.includes(words), check.text);
        assert.equal(check.cure === undefined, check.state === "ok");
      });
    }
    it("looks at short codes, and says that names cannot be looked at", async () => {
      await start(buildAccount({ instances: numbersOf("12345", "MyShop") }));
      await open.register();
      const checks = await open.validate();
      assert.deepEqual(statesOf(checks).slice(3), [
        "number ok",
        "webhook ok",
        "fallback ok",
        "number warning",
      ]);
      const unknown = await open.validate({ instances: numbersOf("99999") });
      assert.match(checkOf(unknown, "number").text, /no such short code/);
    });
    it("looks at the messaging service of a number", async () => {
      const instances = [buildInstance("sms", { values: { messagingServiceSid: SERVICE } })];
      await start(buildAccount({ instances }));
      const before = checkOf(await open.validate(), "service");
      assert.equal(before.state, "failed");
      assert.match(before.text, /drops incoming messages/);
      await open.register();
      assert.deepEqual(statesOf(await open.validate()).slice(3), ["number ok", "service ok"]);
      const match = ({ path }: { path: string }) => path.startsWith("/v1/Services");
      open.fake.behave({ status: 200, body: { use_inbound_webhook_on_number: true }, match });
      assert.deepEqual(statesOf(await open.validate()).slice(3), [
        "number ok",
        "service ok",
        "webhook failed",
        "fallback warning",
      ]);
      const other = [buildInstance("sms", { values: { messagingServiceSid: SERVICE.replace(/1$/, "9") } })];
      assert.match(
        checkOf(await open.validate({ instances: other }), "service").text,
        /no such messaging service/,
      );
    });
    it("makes a failed check of a Twilio that fails", async () => {
      await start();
      open.fake.behave({ status: 503, match: ({ path }) => path.includes("IncomingPhoneNumbers") });
      const number = checkOf(await open.validate(), "number");
      assert.equal(number.state, "failed");
      assert.match(number.cure ?? "", /check the network/);
      open.fake.behave({
        status: 200,
        body: "<html>",
        match: ({ path }) => path.includes("IncomingPhoneNumbers"),
      });
      assert.equal(checkOf(await open.validate(), "number").state, "failed");
    });
    it("gives Twilio's own words for what it does not know", async () => {
      await start();
      const body = { code: 20001, message: "Bad filter", status: 400 };
      open.fake.behave({ status: 400, body, match: ({ path }) => path.includes("IncomingPhoneNumbers") });
      const number = checkOf(await open.validate(), "number");
      assert.equal(number.text, "Twilio refuses this request: Bad filter (20001)");
    });
    it("says when Twilio cannot reach us", async () => {
      await start();
      const stateOf = async (callbackUrl: string) => {
        const answer = { status: 200, headers: {}, body: '{"status":"active"}' };
        const http = { request: async () => answer, close: async () => {} };
        const account = buildAccount({ instances: [] });
        const ports = {
          http,
          baseUrl: "https://api.example",
          clock: { now: Date.now, after: () => () => {} },
        };
        const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
        const checks = await sms.connect?.validate(account, { ...ports, log, callbackUrl });
        return checkOf(checks ?? [], "callbackUrl").state;
      };
      assert.equal(await stateOf("http://127.0.0.1:3978/webhooks/twilio/x"), "failed");
      assert.equal(await stateOf("https://my_bot.example/webhooks/twilio/x"), "failed");
      assert.equal(await stateOf("http://bots.example.com/x"), "warning");
      assert.equal(await stateOf("not a url"), "failed");
      assert.equal(await stateOf(CALLBACK_URL), "ok");
    });
  });

  describe("register", () => {
    it("sets URL, method and fallback, and no more", async () => {
      await start();
      await open.register();
      const call = open.fake.calls.find(({ method }) => method === "POST");
      assert.deepEqual(Object.fromEntries(new URLSearchParams(call?.body)), {
        SmsUrl: CALLBACK_URL,
        SmsMethod: "POST",
        SmsFallbackUrl: CALLBACK_URL,
        SmsFallbackMethod: "POST",
      });
    });
    it("leaves alone what belongs to an application, to others, or to nobody", async () => {
      await start();
      const application = { sid: "PN1", phone_number: OUR_NUMBER, sms_application_sid: "AP1" };
      open.fake.behave({ status: 200, body: { incoming_phone_numbers: [application] } });
      const [check] = await open.register();
      assert.match(check?.text ?? "", /TwiML application AP1/);
      const instances = numbersOf("+19995550000", "MyShop", "0612345678");
      assert.deepEqual(
        statesOf(await open.register({ instances })),
        ["number failed", "number warning", "number failed"].map((text, index) =>
          index === 0 ? "webhook failed" : text,
        ),
      );
      assert.ok(open.fake.calls.every(({ method }) => method === "GET"));
    });
  });
});
