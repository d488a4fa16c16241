import assert from "node:assert/strict";
import { adminContactRoutes } from "../../src/admin/contactRoutes";
import type { ContactView } from "../../src/core/contactSchema";
import type { Route } from "../../src/core/route";
import { createBench } from "../contacts/book/setup";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { createSettings, type TestSettings } from "../support/settings";

const GILDA = {
  name: "Gilda Moore",
  phones: ["+12065550149"],
  emails: ["gilda@example.com"],
  fields: { tier: "gold" },
};

describe("contacts in the admin API", () => {
  const open = (declared: TestSettings["more"] = {}) => {
    const settings = createSettings({ more: declared });
    const clock = createFakeClock();
    const bench = createBench(createMemoryStore(clock.now), clock);
    const routes = adminContactRoutes({ contacts: bench.book, settings });
    async function call<T = ContactView>(
      method: Route["method"],
      id: string,
      { body, match, query = "" }: { body?: unknown; match?: string; query?: string } = {},
    ) {
      const path = id === "" ? "/api/admin/contacts" : "/api/admin/contacts/:id";
      const route = routes.find((one) => one.method === method && one.path === path) ?? assert.fail();
      const reply = await route.handle({
        method,
        params: { id },
        query: new URLSearchParams(query),
        headers: match === undefined ? {} : { "if-match": match },
        body,
        principal: { id: "root", name: "Root", roles: ["admin"] },
      });
      await bench.owed.settled();
      return { ...reply, body: reply.body as T };
    }
    return { bench, routes, call, settings };
  };

  it("stand under a unit and a group that are declared, where any is; what one had may stay", async () => {
    const free = open();
    assert.equal((await free.call("PUT", "a", { body: { name: "A", unit: "x", group: "y" } })).status, 201);
    const { call, settings, bench } = open({
      units: [{ id: "lisbon", name: "Lisbon" }],
      groups: [{ id: "orders", name: "Orders" }],
    });
    await assert.rejects(call("PUT", "a", { body: { name: "A", unit: "x", group: "y" } }), {
      code: "INPUT_INVALID",
      details: [
        { path: "unit", message: "there is no such unit" },
        { path: "group", message: "there is no such group" },
      ],
    });
    assert.equal(await bench.book.read("a"), undefined);
    assert.deepEqual(bench.events, []);
    await call("PUT", "a", { body: { name: "A", unit: "lisbon", group: "orders" } });
    settings.change({ more: { units: [{ id: "porto", name: "Porto" }] } });
    const kept = { name: "B", unit: "lisbon", group: "anything" };
    assert.equal((await call("PUT", "a", { body: kept, match: "*" })).status, 200);
    await assert.rejects(call("PUT", "a", { body: { name: "B", unit: "x" }, match: "*" }), {
      code: "INPUT_INVALID",
    });
    assert.equal((await call("PUT", "a", { body: { name: "B" }, match: "*" })).body.unit, null);
  });

  it("are for admins", () => {
    assert.deepEqual(new Set(open().routes.map(({ access }) => access)), new Set(["admin"]));
  });

  it("are made, read, listed, searched, changed and set inactive", async () => {
    const { call } = open();
    const made = await call("PUT", "gilda", { body: GILDA });
    assert.deepEqual([made.status, made.body.version, made.headers?.etag], [201, 1, `"${made.body.etag}"`]);
    assert.equal((await call("GET", "gilda")).body.name, "Gilda Moore");
    const changed = await call("PUT", "gilda", {
      body: { ...made.body, unit: "retail" },
      match: made.body.etag,
    });
    assert.deepEqual([changed.status, changed.body.unit, changed.body.version], [200, "retail", 2]);
    await call("PUT", "noah", { body: { name: "Noah Park" } });
    const list = async (query: string) =>
      (await call<{ items: ContactView[] }>("GET", "", { query })).body.items.map(({ id }) => id);
    assert.deepEqual((await list("")).sort(), ["gilda", "noah"]);
    assert.deepEqual(await list("search=moo"), ["gilda"]);
    assert.equal((await call("DELETE", "gilda", { match: changed.body.etag })).status, 204);
    assert.equal((await call("GET", "gilda")).body.state, "inactive");
  });

  it("change only in the version that was read", async () => {
    const { call } = open();
    const { body } = await call("PUT", "gilda", { body: GILDA });
    await assert.rejects(call("PUT", "gilda", { body: GILDA }), { code: "IF_MATCH_NEEDED" });
    await assert.rejects(call("DELETE", "gilda"), { code: "IF_MATCH_NEEDED" });
    await call("PUT", "gilda", { body: { ...GILDA, unit: "retail" }, match: body.etag });
    await assert.rejects(call("PUT", "gilda", { body: GILDA, match: body.etag }), {
      code: "CHANGED_MEANWHILE",
    });
    await assert.rejects(call("DELETE", "gilda", { match: body.etag }), { code: "CHANGED_MEANWHILE" });
    await assert.rejects(call("PUT", "new", { body: GILDA, match: body.etag }), {
      code: "CHANGED_MEANWHILE",
    });
    assert.equal((await call("GET", "gilda")).body.version, 2);
  });

  it("are refused with the reason when they cannot be kept; nothing is written", async () => {
    const { call, bench } = open();
    for (const body of [
      { ...GILDA, phones: ["+1 23"] },
      { ...GILDA, emails: ["nobody"] },
      { ...GILDA, state: "merged" },
      { ...GILDA, shoeSize: 3 },
      {},
      "x",
    ])
      await assert.rejects(call("PUT", "gilda", { body }), { code: "INPUT_INVALID" });
    for (const id of ["a/b", "", "a b"]) {
      if (id !== "") await assert.rejects(call("PUT", id, { body: GILDA }), { code: "INPUT_INVALID" });
    }
    for (const method of ["GET", "DELETE"] as const)
      for (const id of ["nobody", "a/b"])
        await assert.rejects(call(method, id, { match: "*" }), { code: "NOT_FOUND" });
    assert.deepEqual((await bench.book.list({ limit: 10 })).items, []);
    assert.deepEqual(bench.events, []);
  });

  it("are not changed while they stand for another", async () => {
    const { call, bench } = open();
    await call("PUT", "gilda", { body: GILDA });
    await call("PUT", "gm", { body: { name: "G. Moore" } });
    await bench.book.merge({ survivorId: "gilda", otherId: "gm" }, { kind: "agent", id: "ana" });
    const merged = (await call("GET", "gm")).body;
    await assert.rejects(call("PUT", "gm", { body: { name: "x" }, match: "*" }), { code: "CONTACT_MERGED" });
    await assert.rejects(call("DELETE", "gm", { match: "*" }), { code: "CONTACT_MERGED" });
    assert.deepEqual((await call("GET", "gm")).body, merged);
  });
});
