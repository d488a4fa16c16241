import assert from "node:assert/strict";
import { request } from "undici";
import type { DeliveryView, ReceiverView, WebhookTestView } from "../../src/admin/webhookContract";
import type { TicketRecord } from "../../src/core/record";
import { type Receiver, startReceiver, status } from "../contacts/webhooks/receiver";
import { fixture } from "../plugins/support";
import { buildConfiguration } from "../support/accounts";
import { createSkippingClock, type SkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const HOOK = { HOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };

describe("a server with a webhook", function () {
  this.timeout(60_000);
  let receiver: Receiver;
  let app: TestApp;
  let clock: SkippingClock;
  const started: TestApp[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
    clock = createSkippingClock();
  });
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
    await receiver.close();
  });

  async function start(environment: Record<string, string> = {}): Promise<void> {
    app = await startTestApp({
      clock,
      configuration: configuration(),
      environment: { ...HOOK, ...environment },
    });
    started.push(app);
  }
  const configuration = (): string => {
    const webhooks = [{ id: "crm", url: receiver.url, secret: "env:HOOK_SECRET" }];
    return JSON.stringify({ ...JSON.parse(buildConfiguration()), webhooks });
  };
  const admin = async <T>(method: "GET" | "POST" | "PUT", route: string, body?: unknown) =>
    (await app.call<T>("admin", method, route, body)).body;
  const receivers = async () =>
    (await admin<{ items: ReceiverView[] }>("GET", "/api/admin/webhookStates")).items;
  const deliveries = async (query = "") =>
    (await admin<{ items: DeliveryView[] }>("GET", `/api/admin/webhooks/crm/deliveries${query}`)).items;
  const makeContact = async (name: string): Promise<string> =>
    (await app.call<{ id: string }>("sam", "POST", "/api/desk/contacts", { name })).body.id;
  const came = (type: string) => receiver.received.filter(({ payload }) => payload.type === type);

  it("tells it of contacts and tickets as they are made and changed", async () => {
    await start();
    const contactId = await makeContact("Carla Canary");
    const made = await app.call<{ number: string }>("sam", "POST", "/api/desk/tickets", {
      subject: "Lamp broken",
      contactId,
    });
    assert.equal(made.status, 201);
    await eventually(
      () => came("ticket.created").length === 1 && came("contact.created").length === 1,
      "both",
    );
    assert.equal(came("contact.created")[0]?.payload.data.contact?.name, "Carla Canary");
    const ticket = came("ticket.created")[0]?.payload.data.ticket;
    assert.deepEqual([ticket?.number, ticket?.contactId], [made.body.number, contactId]);
    assert.equal((await deliveries("?state=done")).length, 2);
    const [crm] = await receivers();
    assert.deepEqual([crm?.state, crm?.waiting, crm?.lastFailure], ["ok", 0, null]);
    const metrics = await (await request(`${app.url}/metrics`)).body.text();
    assert.match(metrics, /switchboard_webhook_deliveries_total\{outcome="delivered"\} 2/);
  });

  it("shows what fails, goes on after a restart, and is tested by hand", async () => {
    await start();
    receiver.answer = status(500);
    await makeContact("Ana");
    await eventually(async () => (await receivers())[0]?.lastFailure !== null, "a failure");
    const [waiting] = await deliveries("?state=waiting");
    assert.equal(waiting?.last?.text, "It answered 500.");
    assert.deepEqual(await admin<WebhookTestView>("POST", "/api/admin/webhooks/crm/test"), {
      ok: false,
      status: 500,
      text: "It answered 500.",
    });
    const again = `/api/admin/webhooks/crm/deliveries/${waiting?.id}/replay`;
    const none = await app.call("admin", "POST", "/api/admin/webhooks/crm/deliveries/a%2Fb/replay");
    assert.equal(none.status, 404);
    assert.equal((await app.call("admin", "POST", again)).status, 409);
    assert.equal((await app.call("sam", "GET", "/api/admin/webhookStates")).status, 403);
    assert.equal((await app.call("admin", "GET", "/api/admin/webhooks/none/deliveries")).status, 404);

    const { folder } = app;
    await app.app.stop();
    started.splice(0);
    const later = await startTestApp({
      clock,
      folder,
      platforms: app.platforms,
      configuration: configuration(),
      environment: HOOK,
    });
    await app.platforms.close();
    app = later;
    started.push(later);
    receiver.answer = status(200);
    clock.skip(30_000);
    await eventually(async () => (await deliveries())[0]?.state === "done", "it came through");
    assert.equal((await app.call("admin", "POST", again)).status, 200);
    await eventually(() => came("contact.created").length === 3, "once more by hand");
  });

  it("keeps what a plugin says of contacts and tickets, and stops there", async () => {
    await start({ SWITCHBOARD_PLUGINS: fixture("crm.cjs") });
    const contactId = await makeContact("Ana");
    const { body } = await app.call<{ number: string }>("sam", "POST", "/api/desk/tickets", {
      subject: "Lamp",
      contactId,
    });
    const read = async () =>
      (await app.call<{ externalId: string | null }>("sam", "GET", `/api/desk/contacts/${contactId}`)).body;
    await eventually(async () => (await read()).externalId === `crm-${contactId}`, "the contact's id");
    const ticket = async () =>
      (await app.call<Partial<TicketRecord>>("sam", "GET", `/api/desk/tickets/${body.number}`)).body;
    await eventually(async () => (await ticket()).external?.id === `sd-${body.number}`, "the ticket's id");
    await eventually(async () => (await receivers()).every(({ waiting }) => waiting === 0), "all told");
    // Its own answers come back as events, and are told to the webhook alone.
    await eventually(
      () => came("contact.changed").length === 1 && came("ticket.changed").length === 1,
      "both",
    );
    const own = await admin<{ items: DeliveryView[] }>("GET", "/api/admin/webhooks/plugin~crm/deliveries");
    assert.ok(own.items.length >= 2 && own.items.every(({ state }) => state === "done"));
    assert.deepEqual((await receivers()).map(({ id }) => id).sort(), ["crm", "plugin~crm"]);
  });
});
