import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { twitter } from "../../../src/adapters/twitter";
import { API_FLAVORS } from "../../../src/adapters/twitter/definition";
import { toSubscriptions } from "../../../src/adapters/twitter/webhooks";
import type { Account, ChannelConnect, Check, ConnectPorts } from "../../../src/core/channel";
import { silentLog } from "../../../src/core/log";
import { buildAccount } from "./account";
import { createClock, type Live, NOW, startLive } from "./live";

const CALLBACK = "https://bots.example.com/webhooks/twitter/shop-x";
const connect = twitter.connect as Required<ChannelConnect>;

describe("twitter connect", function () {
  this.timeout(10_000);
  let live: Live;
  let ours: Server;
  /** The secret that our side answers X's check with. */
  let secret = "apiSecret";

  beforeEach(async () => {
    secret = "apiSecret";
    ours = createServer((request, response) => {
      const asked = { method: "GET" as const, url: request.url ?? "", headers: {}, body: Buffer.alloc(0) };
      const reply = twitter.challenge?.(
        asked,
        buildAccount("xaa", { secrets: { consumerSecret: [secret] } }),
      );
      response.writeHead(reply?.status ?? 500, { "Content-Type": reply?.contentType ?? "text/plain" });
      response.end(reply?.body);
    });
    await new Promise<void>((resolve) => ours.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await live.close();
    ours.closeAllConnections();
    await new Promise((resolve) => ours.close(resolve));
  });

  async function start(flavor = "xaa") {
    const { port } = ours.address() as AddressInfo;
    const values: Record<string, string> = flavor === "aaa1-premium" ? { environmentName: "Prod" } : {};
    live = await startLive(flavor, {
      webhookUrl: `http://127.0.0.1:${port}/webhooks/twitter/shop-x`,
      values,
    });
  }
  function toPorts(over: Partial<ConnectPorts> = {}): ConnectPorts {
    return {
      http: live.http,
      baseUrl: live.fake.url,
      clock: createClock(),
      log: silentLog,
      callbackUrl: CALLBACK,
      ...over,
    };
  }
  const validate = (over: Partial<Account> = {}, ports: Partial<ConnectPorts> = {}) =>
    connect.validate({ ...live.account, ...over }, toPorts(ports));
  const register = (over: Partial<Account> = {}, ports: Partial<ConnectPorts> = {}) =>
    connect.register({ ...live.account, ...over }, toPorts(ports));
  function find(checks: readonly Check[], id: string): Check {
    for (const check of checks) assert.ok(check.state === "ok" || check.cure, `${check.id} needs a cure`);
    const found = checks.find((check) => check.id === id);
    assert.ok(found, `no check ${id}`);
    return found;
  }
  const states = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ id, state }) => [id, state]));
  const withToken = (accessToken: string): Partial<Account> => ({
    instances: live.account.instances.map((one) => ({
      ...one,
      secrets: { ...one.secrets, accessToken: [accessToken] },
    })),
  });

  for (const flavor of API_FLAVORS) {
    it(`finds nothing registered, registers, and then finds all well (${flavor})`, async () => {
      await start(flavor);
      const before = await validate();
      assert.equal(find(before, "webhook").state, "failed");
      assert.match(find(before, "webhook").cure ?? "", /Register/);
      assert.equal(find(before, "subscription").state, "skipped");
      assert.deepEqual(states(await register()), { webhook: "ok", subscription: "ok" });
      const after = await validate();
      assert.ok(
        after.every(({ state }) => state === "ok"),
        JSON.stringify(after, null, 1),
      );
      assert.deepEqual(
        after.map(({ id }) => id),
        [
          "callbackUrl",
          "challenge",
          "application",
          "token",
          "permission",
          "clock",
          ...(flavor === "aaa1-premium" ? ["environment"] : []),
          "webhook",
          "subscription",
        ],
      );
      assert.equal(find(after, "token").instanceId, "twitter~900");
    });

    it(`takes what is there already for a success (${flavor})`, async () => {
      await start(flavor);
      await register();
      const match = ({ method, path }: { method: string; path: string }) =>
        method === "GET" && /subscriptions/.test(path);
      // The look fails, so that X itself must say that it has them.
      live.fake.behave({ status: 503, match, times: 1 });
      assert.deepEqual(states(await register()), { webhook: "ok", subscription: "ok" });
    });

    it(`says that a registered webhook is invalid, and has X check it again (${flavor})`, async () => {
      await start(flavor);
      await register();
      const list = ({ method, path }: { method: string; path: string }) =>
        method === "GET" && /webhooks(\.json)?$/.test(path);
      const webhook = { id: await webhookId(), url: CALLBACK, valid: false };
      const bodies: Record<string, unknown> = {
        "aaa1-enterprise": [webhook],
        "aaa1-premium": { environments: [{ environment_name: "Prod", webhooks: [webhook] }] },
      };
      const body = bodies[flavor] ?? { data: [webhook] };
      live.fake.behave({ status: 200, body, match: list, times: flavor === "aaa1-premium" ? 2 : 1 });
      const found = find(await validate(), "webhook");
      assert.equal(found.state, "failed");
      assert.match(found.cure ?? "", /certificate/);
      live.fake.behave({ status: 200, body, match: list });
      assert.match(find(await register(), "webhook").text, /checked our address again/);
      secret = "wrong";
      live.fake.behave({ status: 200, body, match: list });
      assert.equal(find(await register(), "webhook").state, "failed");
    });
  }

  async function webhookId(): Promise<string> {
    const found = find(await validate(), "webhook").text;
    return /webhook (\d+)/.exec(found)?.[1] ?? "";
  }

  it("tells a token that Regenerate killed, and looks at nothing that needs it", async () => {
    await start();
    await register();
    const checks = await validate(withToken("old"));
    const token = find(checks, "token");
    assert.equal(token.state, "failed");
    assert.match(token.cure ?? "", /Regenerate kills the old ones/);
    assert.equal(find(checks, "permission").state, "skipped");
    assert.equal(find(checks, "subscription").state, "skipped");
    assert.equal(find(checks, "webhook").state, "ok");
  });

  it("tells whose token it is when it is another handle's", async () => {
    await start();
    const body = { data: { id: "901", name: "Other", username: "other" } };
    live.fake.behave({ status: 200, body, match: ({ path }) => path === "/2/users/me" });
    const token = find(await validate(), "token");
    assert.equal(token.state, "failed");
    assert.match(token.text, /@other with the user id 901, not of 900/);
  });

  it("tells a missing right by X's refusal and by the token's level", async () => {
    await start();
    const match = ({ path }: { path: string }) => path.startsWith("/2/dm_events");
    const body = { errors: [{ code: 93, message: "This application is not allowed to access" }] };
    live.fake.behave({ status: 403, body, match });
    const refused = find(await validate(), "permission");
    assert.equal(refused.state, "failed");
    assert.match(refused.cure ?? "", /Read, Write and Direct Message".*regenerate/);
    live.fake.behave({ match, headers: { "x-access-level": "read-write" } });
    assert.match(find(await validate(), "permission").text, /only "read-write"/);
    live.fake.behave({ status: 429, match });
    assert.equal(find(await validate(), "permission").state, "warning");
  });

  it("tells a wrong key or secret", async () => {
    await start();
    const checks = await validate({ secrets: { consumerSecret: ["wrong"] } });
    assert.equal(find(checks, "application").state, "failed");
    assert.match(find(checks, "application").cure ?? "", /API Key Secret again/);
    assert.equal(find(checks, "webhook").state, "skipped");
    assert.equal(find(await register({ secrets: { consumerSecret: ["wrong"] } }), "webhook").state, "failed");
    assert.equal(find(await validate({ secrets: {} }), "challenge").state, "failed");
  });

  it("tells addresses that X refuses", async () => {
    await start();
    for (const [callbackUrl, why] of [
      ["http://bots.example.com/x", /https/],
      ["https://bots.example.com:8443/x", /port/],
      ["https://bots.example.com:443/x", /port/],
      [`https://bots.example.com/${"x".repeat(200)}`, /characters/],
      ["https://localhost/x", /this machine/],
      ["https://192.168.1.5/x", /this machine/],
      ["nonsense", /no address/],
    ] as const) {
      const check = find(await validate({}, { callbackUrl }), "callbackUrl");
      assert.equal(check.state, "failed", callbackUrl);
      assert.match(check.text, why);
    }
  });

  it("tells the environment's right label", async () => {
    await start("aaa1-premium");
    const name = (environmentName: string) => ({ values: { ...live.account.values, environmentName } });
    const near = find(await validate(name("prod")), "environment");
    assert.equal(near.state, "failed");
    assert.match(near.text, /upper and lower case/);
    assert.equal(near.cure, "Set it to Prod.");
    assert.match(find(await validate(name("dev")), "environment").text, /it has: Prod/);
    assert.match(find(await validate(name("")), "environment").text, /not set/);
  });

  it("tells a clock that is off", async () => {
    await start();
    const clock = { ...createClock(), now: () => NOW + 200_000 };
    const check = find(await validate({}, { clock }), "clock");
    assert.equal(check.state, "failed");
    assert.match(check.text, /200 s ahead/);
  });

  it("tells where X posts instead, and why it takes no second webhook", async () => {
    await start();
    await register();
    const callbackUrl = "https://bots.example.com/webhooks/twitter/other";
    const found = find(await validate({}, { callbackUrl }), "webhook");
    assert.equal(found.state, "failed");
    assert.ok(found.text.includes(CALLBACK));
    const refused = find(await register({}, { callbackUrl }), "webhook");
    assert.match(refused.cure ?? "", /Delete the one/);
  });

  it("says that X could not prove the address", async () => {
    await start();
    secret = "wrong";
    const checks = await register();
    assert.equal(checks.length, 1);
    assert.match(find(checks, "webhook").text, /CrcValidationFailed/);
    assert.match(find(checks, "webhook").cure ?? "", /reachable over https from outside/);
  });

  it("warns of events that are missing beside the messages, and fails without these", async () => {
    await start();
    const match = ({ body }: { body: string }) => body.includes("chat.received");
    live.fake.behave({ status: 403, body: { detail: "not enrolled" }, match });
    const registered = find(await register(), "subscription");
    assert.equal(registered.state, "warning");
    assert.match(registered.text, /chat\.received \(.*not enrolled/);
    const found = find(await validate(), "subscription");
    assert.equal(found.state, "warning");
    assert.match(found.text, /not: chat\.received/);
    await live.close();
    await start();
    const first = ({ body }: { body: string }) => body.includes("dm.received");
    live.fake.behave({
      status: 400,
      body: { errors: [{ message: "SubscriptionLimitExceeded: x" }] },
      match: first,
    });
    const failed = find(await register(), "subscription");
    assert.equal(failed.state, "failed");
    assert.match(failed.cure ?? "", /no further subscription/);
    assert.equal(find(await validate(), "subscription").state, "failed");
  });

  it("makes failed checks of a platform that is down", async () => {
    await start();
    await live.fake.close();
    const checks = await validate();
    assert.equal(find(checks, "token").state, "failed");
    assert.match(find(checks, "application").cure ?? "", /could not be reached/);
    assert.equal(find(await register(), "webhook").state, "failed");
  });

  it("counts no subscription of another handle or without a webhook", async () => {
    await start();
    await register();
    const events = ["dm.received", "dm.sent", "dm.read", "dm.indicate_typing", "chat.received"];
    const match = ({ path, method }: { path: string; method: string }) =>
      method === "GET" && path.startsWith("/2/activity");
    const toBody = (user_id: string, webhook_id?: string) => ({
      data: events.map((event_type) => ({ event_type, filter: { user_id }, webhook_id })),
    });
    const id = await webhookId();
    for (const [body, state] of [
      [toBody("900", id), "ok"],
      [toBody("901", id), "failed"],
      [toBody("900"), "failed"],
      [toBody("900", "1"), "failed"],
    ] as const) {
      live.fake.behave({ status: 200, body, match });
      assert.equal(find(await validate(), "subscription").state, state, JSON.stringify(body.data[0]));
    }
    live.fake.behave({ status: 200, body: { data: [], meta: { next_token: "abc" } }, match });
    live.fake.behave({ status: 200, body: toBody("900", id), match });
    assert.equal(find(await validate(), "subscription").state, "ok");
  });
});

describe("twitter subscriptions", () => {
  it("reads each shape that X's pages show", () => {
    const one = { subscription_id: "1", event_type: "dm.received", filter: { user_id: "900" } };
    for (const data of [
      [one],
      one,
      { subscription: one },
      { subscription: [one] },
      { subscriptions: [one, null, "x"] },
    ]) {
      assert.deepEqual(toSubscriptions({ data }), [one]);
    }
    for (const data of [undefined, null, "x", {}, [{}]]) assert.deepEqual(toSubscriptions({ data }), []);
  });
});
