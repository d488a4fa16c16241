import assert from "node:assert/strict";
import { request } from "undici";
import type { ContactView, CustomerSummary, MergeView } from "../../src/desk/contactContract";
import type { ConversationView } from "../../src/desk/contract";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const PHONE = "+12065550149";

describe("customer records over HTTP", function () {
  this.timeout(30_000);
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.stop());

  const summary = async (who: string, id: string): Promise<CustomerSummary> =>
    (await app.call<CustomerSummary>(who, "GET", `/api/desk/conversations/${id}/customer`)).body;

  async function open(channel: "facebook" | "sms" | "whatsapp", customer: string, text: string) {
    assert.equal(await app.say(channel, customer, text), 200);
    await app.idle();
    const found = await eventually(
      async () => (await app.conversations("sam")).find((one) => one.lastText === text),
      `a conversation on ${channel}`,
    );
    const picked = await app.call<ConversationView>(
      "ana",
      "POST",
      `/api/desk/conversations/${found.id}/pick`,
    );
    assert.equal(picked.status, 200, JSON.stringify(picked.body));
    return found.id;
  }

  async function finish(id: string): Promise<void> {
    await app.call("ana", "POST", `/api/desk/conversations/${id}/end`);
    assert.equal((await app.call("ana", "POST", `/api/desk/conversations/${id}/close`, {})).status, 200);
    await app.idle();
  }

  it("link a profile once, fill the summary of later conversations, and follow the customer to another channel", async () => {
    const first = await open("facebook", "6001", "hello");
    assert.equal((await summary("ana", first)).contact, null);
    const create = { firstName: "Gilda", lastName: "Moore", phones: [PHONE] };
    const made = await app.call<CustomerSummary>("ana", "POST", `/api/desk/conversations/${first}/contact`, {
      create,
    });
    assert.equal(made.status, 200);
    const contactId = made.body.contact?.id ?? assert.fail("no contact");
    await finish(first);

    const second = await open("facebook", "6001", "hello again");
    assert.equal((await summary("ana", second)).contact?.id, contactId);
    await finish(second);

    // By the mobile phone, without anybody's doing.
    const third = await open("sms", PHONE, "it is me, from another telephone");
    const known = await summary("ana", third);
    assert.deepEqual([known.contact?.id, known.link?.how], [contactId, "phone"]);
    assert.deepEqual(
      known.conversations.map(({ id, state }) => [id, state]),
      [
        [third, "active"],
        [second, "closed"],
        [first, "closed"],
      ],
    );
    assert.deepEqual(known.profiles.map(({ channel }) => channel).sort(), ["facebook", "sms"]);
    assert.deepEqual(
      (await app.messages("ana", first)).map(({ text }) => text),
      ["hello"],
    );
  });

  it("take If-Match over HTTP, answer 412 and 428, and show the ETag", async () => {
    const { body: made } = await app.call<ContactView>("ana", "POST", "/api/desk/contacts", { name: "Eva" });
    const put = async (headers: Record<string, string>) => {
      const reply = await request(`${app.url}/api/desk/contacts/${made.id}`, {
        method: "PUT",
        headers: { authorization: "Bearer token-of-ana", "content-type": "application/json", ...headers },
        body: JSON.stringify({ name: "Eva Lind" }),
      });
      await reply.body.dump();
      return [reply.statusCode, reply.headers.etag !== undefined];
    };
    assert.deepEqual(await put({}), [428, false]);
    assert.deepEqual(await put({ "if-match": '"0"' }), [412, false]);
    assert.deepEqual(await put({ "if-match": `"${made.etag}"` }), [200, true]);
    assert.deepEqual(await put({ "if-match": `"${made.etag}"` }), [412, false]);
  });

  it("merge and undo, and refuse what makes no sense with 400, 404 and 409", async () => {
    const make = async (name: string) =>
      (await app.call<ContactView>("ana", "POST", "/api/desk/contacts", { name })).body.id;
    const [a, b] = [await make("Ann"), await make("Anne")];
    const merge = (id: string, otherId: string) =>
      app.call<MergeView & { code: string }>("ana", "POST", `/api/desk/contacts/${id}/merge`, { otherId });
    assert.deepEqual(
      [(await merge(a, a)).status, (await merge(a, a)).body.code],
      [400, "CONTACT_MERGE_SELF"],
    );
    const done = await merge(a, b);
    assert.equal(done.status, 201);
    assert.deepEqual([(await merge(b, a)).status, (await merge(b, a)).body.code], [409, "CONTACT_MERGED"]);
    assert.equal((await merge(a, "nobody")).status, 404);
    assert.equal((await app.call("ben", "GET", `/api/desk/contacts/${a}`)).status, 404);
    const undo = await app.call("ana", "POST", `/api/desk/contacts/${a}/merges/${done.body.id}/undo`);
    assert.equal(undo.status, 200);
    assert.equal((await app.call<ContactView>("ana", "GET", `/api/desk/contacts/${b}`)).body.state, "active");
  });

  it("are an admin's to list and change, and nobody else's there", async () => {
    const put = await app.call("admin", "PUT", "/api/admin/contacts/gilda", {
      name: "Gilda",
      phones: [PHONE],
    });
    assert.equal(put.status, 201);
    assert.equal((await app.call("sam", "GET", "/api/admin/contacts")).status, 403);
    const audit = await app.call<{ items: { kind: string; after: unknown }[] }>(
      "admin",
      "GET",
      "/api/admin/audit",
    );
    const entry = audit.body.items.find(({ kind }) => kind === "contacts");
    assert.deepEqual(entry?.after, { fields: ["name", "phones"] });
    assert.ok(!JSON.stringify(entry).includes("Gilda"));
  });
});
