import assert from "node:assert/strict";
import { request } from "undici";
import type { TicketRecord } from "../../src/core/record";
import { eventually, startTestApp, type TestApp } from "../support/startApp";
import { startCrm } from "./crmService";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("the example CRM", function () {
  this.timeout(60_000);
  let app: TestApp;
  let crm: Awaited<ReturnType<typeof startCrm>>;

  before(async () => {
    app = await startTestApp({ environment: { HOOK_SECRET: SECRET } });
    crm = await startCrm({
      SWITCHBOARD_URL: app.url,
      SWITCHBOARD_TOKEN: "token-of-sam",
      HOOK_SECRET: SECRET,
    });
  });
  after(async () => {
    crm.stop();
    await app.stop();
  });

  it("is told of records and writes its own ids into them", async () => {
    const put = await app.call("admin", "PUT", "/api/admin/webhooks/crm", {
      url: `${crm.origin}/`,
      secret: "env:HOOK_SECRET",
      events: ["contact.created", "contact.changed", "ticket.created", "ticket.changed"],
    });
    assert.equal(put.status, 201);
    const test = await app.call<{ ok: boolean }>("admin", "POST", "/api/admin/webhooks/crm/test");
    assert.equal(test.body.ok, true, JSON.stringify(test.body));

    const contact = await app.call<{ id: string }>("sam", "POST", "/api/desk/contacts", {
      name: "Ana Silva",
      emails: ["ana@example.com"],
    });
    const ticket = await app.call<{ number: string }>("sam", "POST", "/api/desk/tickets", {
      subject: "Lamp broken",
      contactId: contact.body.id,
    });
    const external = () =>
      app.call<Partial<TicketRecord>>("sam", "GET", `/api/desk/tickets/${ticket.body.number}`);
    await eventually(async () => /^CRM-\d$/.test((await external()).body.external?.id ?? ""), "its ticket");
    const read = () =>
      app.call<{ externalId: string | null; emails: string[] }>(
        "sam",
        "GET",
        `/api/desk/contacts/${contact.body.id}`,
      );
    await eventually(async () => /^CRM-\d$/.test((await read()).body.externalId ?? ""), "its contact");
    assert.deepEqual((await read()).body.emails, ["ana@example.com"]);

    // It hears of its own changes too, and lets them be: nothing goes round for ever.
    const versions = async () => (await request(`${crm.origin}/`)).body.json() as Promise<object>;
    await eventually(async () => /"version":2.*"version":2/.test(JSON.stringify(await versions())), "both");
    await app.app.internals.webhooks.idle();
    assert.equal((await external()).headers.etag, '"2"');
  });

  it("refuses what is not signed", async () => {
    const { statusCode } = await request(`${crm.origin}/`, {
      method: "POST",
      headers: { "webhook-id": "1", "webhook-timestamp": String(Math.floor(Date.now() / 1000)) },
      body: "{}",
    });
    assert.equal(statusCode, 401);
  });
});
