import assert from "node:assert/strict";
import type { CheckView, HealthView } from "../../src/admin/operationsContract";
import type { ConversationView, MessageView, TemplateView } from "../../src/desk/contract";
import { type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { openSession } from "../support/session";
import { createSkippingClock, type SkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const ACCOUNTS = ["shop-fb", "shop-x", "shop-twilio"] as const;
const HOUR_MS = 3_600_000;

describe("connections", function () {
  this.timeout(60_000);
  let clock: SkippingClock;
  let platforms: Platforms;
  let test: TestApp;

  beforeEach(async () => {
    clock = createSkippingClock();
    platforms = await startPlatforms({ clock });
    test = await startTestApp({ clock, platforms });
  });
  afterEach(async () => {
    await test.stop();
    await platforms.close();
  });

  const checks = async (accountId: string, deed: "validate" | "register") => {
    const reply = await test.call<{ items: CheckView[] }>(
      "admin",
      "POST",
      `/api/admin/accounts/${accountId}/${deed}`,
    );
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body.items;
  };
  const health = async (instanceId: string) =>
    (await test.call<{ items: HealthView[] }>("sam", "GET", "/api/admin/health")).body.items.find(
      (one) => one.instanceId === instanceId,
    );

  for (const accountId of ACCOUNTS) {
    it(`${accountId}: Register and Validate find no fault where there is none`, async () => {
      await checks(accountId, "register");
      const found = await checks(accountId, "validate");
      assert.ok(found.length > 3);
      assert.deepEqual(
        found.filter(({ state }) => state === "failed"),
        [],
      );
    });
  }

  it("are an admin's to look at", async () => {
    const reply = await test.call("ana", "POST", "/api/admin/accounts/shop-fb/validate");
    assert.equal(reply.status, 403);
    assert.equal((await test.call("admin", "POST", "/api/admin/accounts/none/validate")).status, 404);
  });

  it("that lose their token turn red, hold what is written, and send it once when Validate passes", async () => {
    const session = await openSession(test, "facebook");
    platforms.facebook.behave({
      status: 401,
      times: 1000,
      match: ({ path }) => path.includes("/messages"),
      body: {
        error: {
          message: "Error validating access token",
          type: "OAuthException",
          code: 190,
          error_subcode: 463,
        },
      },
    });
    await session.write("held");
    const instanceId = "facebook~2000";
    await eventually(async () => (await health(instanceId))?.state === "error", "a red page");
    assert.match((await health(instanceId))?.text ?? "", /held/);
    const { body: view } = await test.call<ConversationView>(
      "ana",
      "GET",
      `/api/desk/conversations/${session.conversationId}`,
    );
    assert.equal(view.health.state, "error");
    assert.equal((await session.outbound())[0]?.status, "queued");
    assert.match((await session.outbound())[0]?.error?.message ?? "", /token/i);
    platforms.facebook.forgive();
    await checks("shop-fb", "register");
    await checks("shop-fb", "validate");
    await eventually(() => sentOn(platforms, "facebook").length === 1, "the held message");
    assert.equal((await health(instanceId))?.state, "ok");
    assert.equal(sentOn(platforms, "facebook")[0]?.text, "held");
  });

  it("whatsapp: when the window is shut, an approved template goes out and free text does not", async () => {
    const session = await openSession(test, "whatsapp");
    clock.skip(25 * HOUR_MS);
    const path = `/api/desk/conversations/${session.conversationId}`;
    const refused = await test.call<{ code: string }>("ana", "POST", `${path}/messages`, { text: "late" });
    assert.equal(refused.body.code, "CHANNEL_WINDOW_CLOSED");
    const { body: view } = await test.call<ConversationView>("ana", "GET", path);
    assert.equal(view.window.state, "closed");
    assert.ok(view.abilities.templates);
    const { body: list } = await test.call<{ items: TemplateView[] }>("ana", "GET", `${path}/templates`);
    const template = list.items.find(({ approved, variables }) => approved && variables.length > 0);
    assert.ok(template, JSON.stringify(list));
    const empty = await test.call<{ code: string; message: string }>("ana", "POST", `${path}/messages`, {
      template: { id: template.id, variables: {} },
    });
    assert.equal(empty.status, 400);
    assert.match(empty.body.message, /Fill in/);
    const variables = Object.fromEntries(template.variables.map(({ name }) => [name, `value ${name}`]));
    const sent = await test.call<MessageView>("ana", "POST", `${path}/messages`, {
      template: { id: template.id, variables },
    });
    assert.equal(sent.status, 201, JSON.stringify(sent.body));
    await eventually(() => sentOn(platforms, "whatsapp").length === 1, "the template");
    assert.match(sent.body.text, /value /);
    assert.doesNotMatch(sent.body.text, /\{\{/);
  });
});
