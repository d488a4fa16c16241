import assert from "node:assert/strict";
import type { ContactCard, ContactView, HistoryEntry } from "../../../src/desk/contactContract";
import type { ConversationView, MessageView } from "../../../src/desk/contract";
import { conversationOf } from "../../pipeline/bench";
import { SAM } from "../bench";
import { openTwo } from "../contactBench";

interface List<T> {
  items: T[];
  next: string | null;
}

const GILDA = {
  name: "Gilda Moore",
  emails: ["gilda@example.com"],
  phones: [{ number: "+12065550149", kind: "mobile" as const }],
};

describe("contacts on the desk", () => {
  it("are found by any agent, by name, e-mail and phone, with what tells namesakes apart", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", GILDA);
    await desk.contact("noah", { name: "Noah Park" });
    for (const search of ["gil moo", "gilda@example", "+1206555", "MOORE"]) {
      const { items } = (
        await desk.call<List<ContactCard>>("ben", "GET", `/contacts?search=${encodeURIComponent(search)}`)
      ).body;
      assert.deepEqual(
        items.map(({ id, phones }) => [id, phones[0]?.number]),
        [["gilda", "+12065550149"]],
        search,
      );
    }
    const all = await desk.call<List<ContactCard>>("ben", "GET", "/contacts?limit=1");
    assert.deepEqual(
      all.body.items.map(({ id }) => id),
      ["noah"],
    );
    const rest = await desk.call<List<ContactCard>>(
      "ben",
      "GET",
      `/contacts?limit=1&cursor=${all.body.next}`,
    );
    assert.deepEqual(
      rest.body.items.map(({ id }) => id),
      ["gilda"],
    );
    await assert.rejects(desk.call("ben", "GET", "/contacts?limit=0"), { code: "INPUT_INVALID" });
  });

  it("open to whom a conversation of theirs is business, to who made them, and to supervisors", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", GILDA);
    await assert.rejects(desk.read("ana", "gilda"), { code: "NOT_FOUND" });
    await desk.link("ana", desk.one, "gilda");
    assert.equal((await desk.read("ana", "gilda")).name, "Gilda Moore");
    await assert.rejects(desk.read("ben", "gilda"), { code: "NOT_FOUND" });
    for (const path of ["gilda/history", "gilda/merges", "gilda/merge/x", "nobody", "a~%2Fb"])
      await assert.rejects(desk.call("ben", "GET", `/contacts/${path}`), { code: "NOT_FOUND" }, path);
    assert.equal((await desk.call(SAM, "GET", "/contacts/gilda")).status, 200);
    const made = await desk.call<ContactView>("ben", "POST", "/contacts", { name: "Eva Lind" });
    assert.equal(made.status, 201);
    assert.equal((await desk.read("ben", made.body.id)).name, "Eva Lind");
    await assert.rejects(desk.read("ana", made.body.id), { code: "NOT_FOUND" });
  });

  it("change in the version that was read, and in no other", async () => {
    const desk = await openTwo();
    await desk.contact("gilda", GILDA);
    await desk.link("ana", desk.one, "gilda");
    const view = await desk.read("ana", "gilda");
    const put = (body: unknown, headers = {}) =>
      desk.call<ContactView>("ana", "PUT", "/contacts/gilda", body, headers);
    await assert.rejects(put({ ...view, lastName: "Moore" }), { code: "IF_MATCH_NEEDED" });
    const match = { "if-match": `"${view.etag}"` };
    const changed = await put({ ...view, lastName: "Moore" }, match);
    assert.deepEqual([changed.body.lastName, changed.body.version], ["Moore", 2]);
    assert.equal(changed.headers?.etag, `"${changed.body.etag}"`);
    await assert.rejects(put({ ...view, lastName: "Less" }, match), { code: "CHANGED_MEANWHILE" });
    for (const body of [
      { ...view, phones: ["+1 23"] },
      { ...view, emails: ["nobody"] },
      { ...view, shoeSize: 3 },
      { ...view, timezone: "Mars/Olympus" },
    ])
      await assert.rejects(put(body, { "if-match": `"${changed.body.etag}"` }), { code: "INPUT_INVALID" });
    assert.deepEqual(await desk.read("ana", "gilda"), changed.body);
    await assert.rejects(desk.call("ben", "PUT", "/contacts/gilda", view, match), { code: "NOT_FOUND" });
  });

  it("keep what an agent only saw masked", async () => {
    const card = "4111 1111 1111 1111";
    const desk = await openTwo({
      more: { maskingRules: [{ id: "cards", name: "Cards", pattern: "card" }] },
    });
    await desk.contact("gilda", { name: "Gilda", fields: { paysWith: card, tier: "gold" } });
    await desk.link("ana", desk.one, "gilda");
    const view = await desk.read("ana", "gilda");
    assert.ok(!JSON.stringify(view).includes(card));
    assert.equal(view.fields.tier, "gold");
    const fields = { ...view.fields, tier: "silver" };
    await desk.call("ana", "PUT", "/contacts/gilda", { ...view, fields }, { "if-match": view.etag });
    assert.deepEqual((await desk.book.read("gilda"))?.doc.fields, { paysWith: card, tier: "silver" });
  });

  it("have their history over all channels, newest first, page by page", async () => {
    const desk = await openTwo();
    await desk.contact("gilda");
    await desk.link("ana", desk.one, "gilda");
    await desk.link("ben", desk.two, "gilda");
    const third = await desk.next("1", "ana", 2);
    const fourth = await desk.next("2", "ben", 2);
    const seen: string[] = [];
    let cursor: string | null = "";
    do {
      const page: List<HistoryEntry> = (
        await desk.call<List<HistoryEntry>>(
          "ana",
          "GET",
          `/contacts/gilda/history?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`,
        )
      ).body;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen.slice(0, 2), [fourth, third]);
    assert.deepEqual(seen.slice(2).sort(), [desk.one, desk.two].sort());
    await assert.rejects(desk.call("ana", "GET", "/contacts/gilda/history?cursor=x"), {
      code: "INPUT_INVALID",
    });
  });

  describe("let an agent read along", () => {
    const messages = async (desk: Awaited<ReturnType<typeof openTwo>>, who: string, id: string) =>
      (await desk.call<List<MessageView>>(who, "GET", `/conversations/${id}/messages`)).body.items.map(
        ({ text }) => text,
      );

    it("what the present customer wrote elsewhere, while they have them, and to read only", async () => {
      const desk = await openTwo();
      await desk.contact("gilda");
      await desk.link("ben", desk.two, "gilda");
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
      await desk.link("ana", desk.one, "gilda");
      assert.deepEqual(await messages(desk, "ana", desk.two), ["hello 1 from 2"]);
      assert.equal(
        (await desk.call<ConversationView>("ana", "GET", `/conversations/${desk.two}`)).body.agentId,
        "ben",
      );
      const { conversations } = await desk.summary("ana", desk.one);
      assert.deepEqual(
        conversations.map(({ readable }) => readable),
        [true, true],
      );
      for (const [method, path, body] of [
        ["POST", "messages", { text: "x" }],
        ["POST", "release", {}],
        ["POST", "end", {}],
        ["POST", "contact/unlink", { keepHistory: false }],
        ["GET", "customer", undefined],
        ["GET", "trace", undefined],
        ["GET", "templates", undefined],
      ] as const)
        await assert.rejects(
          desk.call("ana", method, `/conversations/${desk.two}/${path}`, body),
          { code: "NOT_FOUND" },
          path,
        );

      await desk.call("ana", "POST", `/conversations/${desk.one}/end`);
      await desk.call("ana", "POST", `/conversations/${desk.one}/close`);
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
    });

    it("and nothing of another contact, nor of nobody's", async () => {
      const desk = await openTwo();
      await desk.contact("gilda");
      await desk.contact("noah");
      await desk.link("ana", desk.one, "gilda");
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
      await desk.link("ben", desk.two, "noah");
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
      await assert.rejects(messages(desk, "ana", conversationOf("3")), { code: "NOT_FOUND" });
    });

    it("not what a former owner wrote elsewhere, though the new one writes from their number", async () => {
      const desk = await openTwo();
      await desk.contact("gilda");
      await desk.contact("noah");
      await desk.link("ana", desk.one, "gilda");
      await desk.link("ben", desk.two, "gilda");
      assert.deepEqual(await messages(desk, "ana", desk.two), ["hello 1 from 2"]);
      const second = await desk.next("1", "ana", 2);
      await desk.call("ana", "POST", `/conversations/${second}/contact/unlink`, { keepHistory: true });
      await desk.link("ana", second, "noah");
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
    });

    it("not the former owner of the same number, nor what was linked by mistake", async () => {
      const desk = await openTwo();
      await desk.contact("gilda");
      await desk.contact("noah");
      await desk.link("ben", desk.two, "gilda");
      const second = await desk.next("2", "ben", 2);
      await desk.call("ben", "POST", `/conversations/${second}/contact/unlink`, { keepHistory: true });
      await desk.link("ben", second, "noah");
      await desk.link("ana", desk.one, "noah");
      assert.deepEqual(await messages(desk, "ana", second), ["hello 2 from 2"]);
      await assert.rejects(messages(desk, "ana", desk.two), { code: "NOT_FOUND" });
      await desk.call("ben", "POST", `/conversations/${second}/contact/unlink`, { keepHistory: false });
      await assert.rejects(messages(desk, "ana", second), { code: "NOT_FOUND" });
    });
  });

  it("stand under a unit and a group that are declared, where any is; what one had may stay", async () => {
    const desk = await openTwo({ more: { units: [{ id: "lisbon", name: "Lisbon" }] } });
    const refused = { code: "INPUT_INVALID", details: [{ path: "unit", message: "there is no such unit" }] };
    const body = { name: "Eva", unit: "porto", group: "any" };
    await assert.rejects(desk.call("ana", "POST", "/contacts", body), refused);
    await assert.rejects(
      desk.call("ana", "POST", `/conversations/${desk.one}/contact`, { create: body }),
      refused,
    );
    assert.deepEqual((await desk.book.list({ limit: 10 })).items, []);
    const create = { ...body, unit: "lisbon" };
    await desk.call("ana", "POST", `/conversations/${desk.one}/contact`, { create });
    const [made = assert.fail()] = (await desk.book.list({ limit: 10 })).items;
    const { contactId } = made.doc;
    const put = (given: object) =>
      desk.call<ContactView>("ana", "PUT", `/contacts/${contactId}`, given, { "if-match": "*" });
    await assert.rejects(put(body), refused);

    await desk.contact("old", { unit: "before" });
    const merge = (given: object) =>
      desk.call("ana", "POST", `/contacts/${contactId}/merge`, { otherId: "old", fields: given });
    await assert.rejects(merge(body), refused);
    await merge({ ...body, unit: "before" });
    assert.equal((await put({ name: "Eva Lind", unit: "before" })).body.name, "Eva Lind");
  });
});
