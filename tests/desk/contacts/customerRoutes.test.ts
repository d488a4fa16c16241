import assert from "node:assert/strict";
import { consentId, keepConsent } from "../../../src/contacts/consent/consents";
import { StoreError } from "../../../src/core/errors";
import type { CustomerSummary } from "../../../src/desk/contactContract";
import type { ConversationView } from "../../../src/desk/contract";
import { threadOf } from "../../pipeline/bench";
import { SAM } from "../bench";
import { openTwo, SYSTEM } from "../contactBench";

describe("the customer of a conversation", () => {
  it("is unknown until an agent links one; then later conversations link and the summary fills", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", {
      name: "Gilda Moore",
      emails: ["gilda@example.com"],
      fields: { tier: "gold" },
    });
    const before = await desk.summary("ana", desk.one);
    assert.deepEqual([before.contact, before.link, before.profiles], [null, null, []]);
    assert.deepEqual(
      before.conversations.map(({ id, readable }) => [id, readable]),
      [[desk.one, true]],
    );

    const linked = await desk.link("ana", desk.one, "gilda");
    assert.equal(linked.contact?.name, "Gilda Moore");
    assert.deepEqual(linked.contact?.fields, { tier: "gold" });
    assert.deepEqual([linked.link?.how, linked.link?.by.id, linked.link?.ended], ["agent", "ana", false]);

    const second = await desk.next("1", "ana", 2);
    const view = (await desk.call<ConversationView>("ana", "GET", `/conversations/${second}`)).body;
    assert.deepEqual(view.contact, { id: "gilda", name: "Gilda Moore" });
    const after = await desk.summary("ana", second);
    assert.equal(after.contact?.id, "gilda");
    assert.equal(after.link?.hasEarlier, true);
    assert.deepEqual(
      after.conversations.map(({ id, state, agentId }) => [id, state, agentId]),
      [
        [second, "active", "ana"],
        [desk.one, "closed", "ana"],
      ],
    );
    assert.deepEqual(
      after.profiles.map(({ channel, present, current }) => [channel, present, current]),
      [["facebook", true, true]],
    );
  });

  it("is suggested by name, and never linked by it", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", { name: "Gilda Moore" });
    const item = await desk.item("1");
    const customer = { ...item?.customer, id: "1", name: "Gilda Moore" };
    await desk.book.seen({
      threadId: threadOf("1"),
      channel: "facebook",
      instanceId: "facebook~2000",
      customer,
    });
    const { contact, suggestions } = await desk.summary("ana", desk.one);
    assert.equal(contact, null);
    assert.deepEqual(suggestions, [{ contactId: "gilda", name: "Gilda Moore", reason: "name" }]);
    await desk.link("ana", desk.one, "gilda");
    assert.deepEqual((await desk.summary("ana", desk.one)).suggestions, []);
  });

  it("is made and linked in one step, of what the channel tells or of what the agent writes", async () => {
    const desk = await openTwo();
    const made = await desk.call<CustomerSummary>("ana", "POST", `/conversations/${desk.one}/contact`, {});
    assert.equal(made.body.link?.how, "created");
    assert.equal(made.body.contact?.createdBy.id, "ana");
    const create = { firstName: "Tom", lastName: "Baker", phones: ["+351 912 345 678"], language: "en-GB" };
    const { body } = await desk.call<CustomerSummary>("ben", "POST", `/conversations/${desk.two}/contact`, {
      create,
    });
    assert.equal(body.contact?.name, "Tom Baker");
    assert.deepEqual(body.contact?.phones, [{ number: "+351912345678", kind: "mobile" }]);
    // Found by it from now on.
    assert.deepEqual(
      (await desk.book.byPhone("+351912345678")).map(({ name }) => name),
      ["Tom Baker"],
    );
  });

  it("is made once, when the first try broke between making and linking", async () => {
    let broken = true;
    const desk = await openTwo({
      bookView: (book) => ({
        ...book,
        async link(...words) {
          if (broken) throw new StoreError("STORE_UNAVAILABLE");
          return book.link(...words);
        },
      }),
    });
    const create = () =>
      desk.call<CustomerSummary>("ana", "POST", `/conversations/${desk.one}/contact`, {
        create: { name: "Eva" },
      });
    await assert.rejects(create(), { code: "STORE_UNAVAILABLE" });
    broken = false;
    assert.equal((await create()).body.contact?.name, "Eva");
    assert.equal((await desk.book.list({ limit: 10 })).items.length, 1);
  });

  it("belongs to one contact: a second claim is refused with the reason, and nothing changes", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.contact("noah");
    await desk.link("ana", desk.one, "gilda");
    const before = await desk.book.profile(threadOf("1"));
    const claim = (body: unknown) => desk.call("ana", "POST", `/conversations/${desk.one}/contact`, body);
    for (const body of [{ contactId: "noah" }, {}, { create: { name: "Eva" } }])
      await assert.rejects(claim(body), { code: "PROFILE_LINKED", details: { contactId: "gilda" } });
    assert.deepEqual(await desk.book.profile(threadOf("1")), before);
    assert.equal((await desk.book.list({ limit: 10 })).items.length, 2);
  });

  it("goes to whoever is faster; what the slower one made is set aside", async () => {
    const desk = await openTwo({
      bookView: (book) => ({
        ...book,
        async link(threadId, contactId, how) {
          if (contactId !== "noah") await book.link(threadId, "noah", { ...how, how: "agent" });
          return book.link(threadId, contactId, how);
        },
      }),
    });
    await desk.contact("noah");
    const create = { name: "Eva" };
    await assert.rejects(desk.call("ana", "POST", `/conversations/${desk.one}/contact`, { create }), {
      code: "PROFILE_LINKED",
    });
    assert.equal((await desk.summary("ana", desk.one)).contact?.id, "noah");
    const states = (await desk.book.list({ limit: 10 })).items.map(({ doc }) => [doc.name, doc.state]);
    assert.deepEqual(states.sort(), [
      ["Eva", "inactive"],
      ["noah", "active"],
    ]);
  });

  it("is refused with the fault when the phone cannot exist, and nothing is made", async () => {
    const desk = await openTwo();
    for (const phone of ["+1 23", "12 monkeys", "+999 1234567890"])
      await assert.rejects(
        desk.call("ana", "POST", `/conversations/${desk.one}/contact`, {
          create: { name: "Eva", phones: [phone] },
        }),
        { code: "INPUT_INVALID", message: /phones/ },
      );
    for (const body of [{ contactId: "x", create: { name: "Eva" } }, { create: {} }, { contact: "x" }])
      await assert.rejects(desk.call("ana", "POST", `/conversations/${desk.one}/contact`, body), {
        code: "INPUT_INVALID",
      });
    await assert.rejects(desk.link("ana", desk.one, "nobody"), { code: "NOT_FOUND" });
    assert.deepEqual((await desk.book.list({ limit: 10 })).items, []);
    assert.deepEqual((await desk.book.profile(threadOf("1")))?.doc.links ?? [], []);
  });

  it("is unlinked as a mistake: nothing stays, and no phone links them again", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.link("ana", desk.one, "gilda");
    const second = await desk.next("1", "ana", 2);
    const { body } = await desk.call<CustomerSummary>(
      "ana",
      "POST",
      `/conversations/${second}/contact/unlink`,
      {
        keepHistory: false,
      },
    );
    assert.equal(body.contact, null);
    assert.equal(body.conversations.length, 2);
    assert.deepEqual((await desk.book.profile(threadOf("1")))?.doc.refused, ["gilda"]);
    assert.equal((await desk.summary("ana", desk.one)).contact, null);
    const view = (await desk.call<ConversationView>("ana", "GET", `/conversations/${second}`)).body;
    assert.equal(view.contact, null);
    // By hand it is linked all the same.
    assert.equal((await desk.link("ana", second, "gilda")).contact?.id, "gilda");
  });

  it("is unlinked since the number changed hands: earlier conversations stay with whom they were written by", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.contact("noah");
    await desk.link("ana", desk.one, "gilda");
    const second = await desk.next("1", "ana", 2);
    const unlink = { keepHistory: true };
    const { body } = await desk.call<CustomerSummary>(
      "ana",
      "POST",
      `/conversations/${second}/contact/unlink`,
      unlink,
    );
    assert.equal(body.contact, null);
    assert.deepEqual(
      body.conversations.map(({ id }) => id),
      [second],
    );
    const old = await desk.summary("ana", desk.one);
    assert.deepEqual([old.contact?.id, old.link?.ended], ["gilda", true]);
    const now = await desk.link("ana", second, "noah");
    assert.deepEqual(
      now.conversations.map(({ id }) => id),
      [second],
    );
    assert.deepEqual(
      (await desk.summary("ana", desk.one)).conversations.map(({ id }) => id),
      [desk.one],
    );
    await assert.rejects(desk.call("ana", "POST", `/conversations/${desk.one}/contact/unlink`, unlink), {
      code: "WRONG_STATE",
    });
  });

  it("is, of a closed conversation, whom the link names today; its record keeps nothing of a contact", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", { name: "Gilda Moore", fields: { tier: "gold" } });
    await desk.contact("noah", { name: "Noah Field" });
    await desk.link("ana", desk.one, "gilda");
    const second = await desk.next("1", "ana", 2);
    const closed = async () => {
      const one = (await desk.call<ConversationView>("ana", "GET", `/conversations/${desk.one}`)).body;
      const list = await desk.call<{ items: ConversationView[] }>(SAM, "GET", "/conversations?state=closed");
      assert.deepEqual(
        list.body.items.map(({ contact }) => contact),
        [one.contact],
      );
      return one.contact;
    };
    assert.deepEqual(await closed(), { id: "gilda", name: "Gilda Moore" });
    const day = new Date(desk.clock.now()).toISOString().slice(0, 10);
    const [row] = (await desk.store.query("history", "closed", { partition: day, limit: 10 })).items;
    const record = await desk.bench.pipeline.closing.record(desk.one);
    assert.ok(row !== undefined && record?.last !== undefined);
    assert.doesNotMatch(JSON.stringify([row, record]), /gilda|Moore|gold/);

    await desk.call("ana", "POST", `/conversations/${second}/contact/unlink`, { keepHistory: false });
    assert.equal(await closed(), null);
  });

  it("cannot be unlinked from nobody", async () => {
    const desk = await openTwo();
    await assert.rejects(
      desk.call("ana", "POST", `/conversations/${desk.one}/contact/unlink`, { keepHistory: false }),
      { code: "WRONG_STATE" },
    );
    await assert.rejects(desk.call("ana", "POST", `/conversations/${desk.one}/contact/unlink`, {}), {
      code: "INPUT_INVALID",
    });
  });

  it("is nobody's business who does not see the conversation", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    for (const [method, path, body] of [
      ["GET", "customer", undefined],
      ["POST", "contact", { contactId: "gilda" }],
      ["POST", "contact", {}],
      ["POST", "contact/unlink", { keepHistory: false }],
    ] as const)
      await assert.rejects(desk.call("ben", method, `/conversations/${desk.one}/${path}`, body), {
        code: "NOT_FOUND",
      });
    assert.equal((await desk.call(SAM, "GET", `/conversations/${desk.one}/customer`)).status, 200);
    assert.equal((await desk.book.list({ limit: 10 })).items.length, 1);
  });

  it("shows what came of it: tickets of the contact, and that they opted out", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.link("ana", desk.one, "gilda");
    await desk.link("ben", desk.two, "gilda");
    const number = await desk.ports.tickets.take();
    const wish = { number, subject: "A new cup", contactId: "gilda" };
    await desk.ports.tickets.make({ wish, by: SYSTEM, at: desk.clock.now() });
    const head = await desk.store.read<{ id: string; type: string }>("threads", threadOf("1"), "head");
    await desk.store.batch(
      "threads",
      threadOf("1"),
      [
        {
          do: "replace",
          doc: { ...(head?.doc ?? assert.fail()), optedOut: true } as never,
          etag: head?.etag ?? "",
        },
      ],
      "test",
    );
    const summary = await desk.summary("ana", desk.one);
    assert.equal(summary.optedOut, true);
    assert.equal((await desk.summary("ben", desk.two)).optedOut, false);
    assert.deepEqual(
      summary.tickets.map(({ subject }) => subject),
      ["A new cup"],
    );
  });

  it("shows what they agreed to here, and not what a former owner of the number did", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.link("ana", desk.one, "gilda");
    const record = (kind: "accepted" | "declined", conversationId: string, at: number) =>
      keepConsent(desk.store, {
        id: consentId(kind, conversationId, at),
        type: "consent",
        threadId: threadOf("1"),
        kind,
        conversationId,
        at,
      });
    await record("accepted", desk.one, 1000);
    const second = await desk.next("1", "ana", 2);
    await record("declined", second, 2000);
    const kinds = async (id: string) => (await desk.summary("ana", id)).consents.map(({ kind }) => kind);
    assert.deepEqual(await kinds(second), ["declined", "accepted"]);
    await desk.call("ana", "POST", `/conversations/${second}/contact/unlink`, { keepHistory: true });
    assert.deepEqual(await kinds(second), ["declined"]);
    assert.deepEqual(await kinds(desk.one), ["accepted"]);
  });

  it("costs few store operations, and no more with a longer history", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.link("ana", desk.one, "gilda");
    const cost = async (): Promise<number> => {
      let operations = 0;
      desk.store.before = () => {
        operations += 1;
      };
      await desk.summary("ana", desk.one);
      delete desk.store.before;
      return operations;
    };
    const first = await cost();
    for (let n = 2; n <= 5; n++) await desk.next("1", "ana", n);
    assert.ok(first <= 20, `${first} operations`);
    assert.ok((await cost()) <= first + 1);
  });
});
