import assert from "node:assert/strict";
import { createFake, facebook } from "../../../src/adapters/facebook";
import { PAGE_FIELDS } from "../../../src/adapters/facebook/connect";
import type { FakePlatform } from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Account, Check, ConnectPorts, Http } from "../../../src/core/channel";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { buildAccount, PAGE } from "./account";

const CALLBACK = "https://bots.example.com/webhooks/facebook/shop";

describe("facebook connect", function () {
  // Real sockets on a busy machine.
  this.timeout(10_000);
  const connect = facebook.connect;
  assert.ok(connect);
  let fake: FakePlatform;
  let http: Http;
  let account: Account;
  let ports: ConnectPorts;

  beforeEach(async () => {
    const known = buildAccount();
    known.instances = known.instances.slice(0, 1);
    fake = createFake({ account: known, publicUrl: "", webhookUrl: CALLBACK, clock: systemClock });
    await fake.listen();
    http = createHttp({ connections: 2 });
    account = { ...known, apiUrl: fake.url };
    ports = { http, baseUrl: fake.url, clock: systemClock, log: silentLog, callbackUrl: CALLBACK };
  });
  afterEach(async () => {
    await http.close();
    await fake.close();
  });

  const validate = (over: Partial<ConnectPorts> = {}, of = account) =>
    connect.validate(of, { ...ports, ...over });
  const find = (checks: Check[], id: string): Check => {
    const found = checks.find((check) => check.id === id);
    assert.ok(found, `${id} of ${checks.map((check) => check.id)}`);
    return found;
  };
  const states = (checks: Check[]) => checks.map(({ id, state }) => `${id} ${state}`);
  /** The next call whose path matches is answered so. */
  const answer = (match: RegExp, body: unknown, status = 200) =>
    fake.behave({ status, body, match: (call) => call.method === "GET" && match.test(call.path) });
  const debugToken = (over: object) =>
    answer(/debug_token/, {
      data: {
        app_id: "777",
        type: "PAGE",
        is_valid: true,
        profile_id: PAGE,
        expires_at: 0,
        scopes: SCOPES,
        ...over,
      },
    });
  const SCOPES = ["pages_messaging", "pages_manage_metadata"];

  it("finds nothing subscribed before it registers, and all well after", async () => {
    assert.deepEqual(states(await validate()), [
      "webhook failed",
      "clock ok",
      "token ok",
      "permissions ok",
      "page ok",
      "subscription failed",
      "otherApplications ok",
    ]);
    assert.deepEqual(states((await connect.register?.(account, ports)) ?? []), [
      "webhook ok",
      "subscription ok",
    ]);
    const after = await validate();
    assert.ok(
      after.every(({ state }) => state === "ok"),
      JSON.stringify(after),
    );
    assert.equal(find(after, "token").instanceId, `facebook~${PAGE}`);
  });

  it("registers the address, the verify token and every field as documented", async () => {
    await connect.register?.(account, ports);
    const [application, page] = fake.calls.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    assert.deepEqual(application, {
      object: "page",
      callback_url: CALLBACK,
      verify_token: "verify me",
      fields: PAGE_FIELDS.join(","),
      include_values: "true",
    });
    assert.deepEqual(page, { subscribed_fields: PAGE_FIELDS.join(",") });
  });

  it("keeps its own tokens out of addresses", async () => {
    await validate();
    for (const { path } of fake.calls) {
      assert.ok(!path.includes("s3cret"), path);
      if (!path.includes("debug_token")) assert.ok(!path.includes("EAA-"), path);
    }
  });

  it("names what is wrong with a token", async () => {
    const soon = Math.floor(Date.now() / 1000) + 86_400;
    for (const [data, state, words] of [
      [{ is_valid: false, error: { message: "Session has expired" } }, "failed", /Session has expired/],
      [{ app_id: 9 }, "failed", /application 9, not for 777/],
      [{ type: "USER" }, "failed", /kind USER/],
      [{ profile_id: "102" }, "failed", /page 102, not to 101/],
      [{ expires_at: 1_700_000_000 }, "failed", /expired on 2023-11-14/],
      [{ expires_at: soon }, "warning", /expires on/],
      [{ data_access_expires_at: soon }, "warning", /expires on/],
      [{ expires_at: soon + 90 * 86_400 }, "ok", /valid until/],
    ] as const) {
      debugToken(data);
      const token = find(await validate(), "token");
      assert.equal(token.state, state, JSON.stringify(token));
      assert.match(token.text, words);
      assert.equal(token.cure === undefined, state === "ok");
    }
  });

  it("asks nothing more of a page with a dead token", async () => {
    debugToken({ is_valid: false });
    assert.deepEqual(states(await validate()).slice(2), [
      "token failed",
      "page skipped",
      "subscription skipped",
    ]);
  });

  it("names missing permissions", async () => {
    debugToken({ scopes: ["pages_manage_metadata"] });
    const permissions = find(await validate(), "permissions");
    assert.equal(permissions.state, "failed");
    assert.match(permissions.cure ?? "", /pages_messaging/);
    debugToken({ scopes: ["pages_messaging"] });
    assert.equal(find(await validate(), "permissions").state, "warning");
  });

  it("sees a page that is not the one that is configured", async () => {
    answer(/\/101\?/, { id: "999", name: "Other" });
    const page = find(await validate(), "page");
    assert.equal(page.state, "failed");
    assert.match(page.text, /999 "Other", not for 101/);
  });

  it("refuses a page that is linked to a second application", async () => {
    const ours = { id: "777", name: "Shop", subscribed_fields: PAGE_FIELDS };
    answer(/subscribed_apps/, {
      data: [ours, { id: "9", name: "Other desk", subscribed_fields: ["messages"] }],
    });
    const checks = await validate();
    assert.equal(find(checks, "subscription").state, "ok");
    const others = find(checks, "otherApplications");
    assert.equal(others.state, "failed");
    assert.match(others.text, /Other desk/);
    assert.ok(others.cure);
  });

  it("tells fields that are missing from fields without which nothing works", async () => {
    const app = (subscribed_fields: string[]) => ({ data: [{ id: 777, subscribed_fields }] });
    answer(/subscribed_apps/, app(["messages", "messaging_postbacks"]));
    const some = find(await validate(), "subscription");
    assert.equal(some.state, "warning");
    assert.match(some.text, /message_reactions/);
    answer(/subscribed_apps/, app(["message_reads"]));
    assert.equal(find(await validate(), "subscription").state, "failed");
  });

  it("sees another callback address, and one that is switched off", async () => {
    await connect.register?.(account, ports);
    const moved = find(await validate({ callbackUrl: "https://new.example.com/w" }), "webhook");
    assert.equal(moved.state, "failed");
    assert.match(moved.cure ?? "", /https:\/\/new\.example\.com\/w/);
    answer(/777\/subscriptions/, {
      data: [
        {
          object: "page",
          callback_url: CALLBACK,
          active: false,
          fields: PAGE_FIELDS.map((name) => ({ name })),
        },
      ],
    });
    assert.match(find(await validate(), "webhook").text, /switched off/);
  });

  it("says so when the verify token is missing or another", async () => {
    const bare = { ...account, secrets: { ...account.secrets, verifyToken: [] } };
    assert.match((await connect.register?.(bare, ports))?.[0]?.text ?? "", /no verify token/);
    const other = { ...account, secrets: { ...account.secrets, verifyToken: ["another"] } };
    const [webhook] = (await connect.register?.(other, ports)) ?? [];
    assert.equal(webhook?.state, "failed");
    assert.match(webhook?.text ?? "", /verify token mismatch/);
  });

  it("says so when there is no page or no token", async () => {
    assert.equal(find(await validate({}, { ...account, instances: [] }), "page").state, "warning");
    const instances = account.instances.map((one) => ({ ...one, secrets: {} }));
    const token = find(await validate({}, { ...account, instances }), "token");
    assert.equal(token.state, "failed");
    assert.match(token.text, /no access token/);
  });

  it("says so when the clock is wrong", async () => {
    const clock = { ...systemClock, now: () => Date.now() + 600_000 };
    const check = find(await validate({ clock }), "clock");
    assert.equal(check.state, "failed");
    assert.match(check.text, /ahead of/);
  });
});
