import assert from "node:assert/strict";
import { buildBench } from "./bench";

const HOUR_MS = 3_600_000;
const ADMIN = { id: "admin", name: "Admin", roles: ["admin"] as const };

type View = { id: string; name: string; token?: string; lastUsedAt: string | null; expiresAt: string | null };

function build() {
  const bench = buildBench();
  return {
    ...bench,
    make: async (body: unknown) =>
      (await bench.call("POST", "/api/admin/tokens", { body, as: ADMIN })).body as View,
    list: async () => ((await bench.call("GET", "/api/admin/tokens")).body as { items: View[] }).items,
    revoke: (id: string) => bench.call("DELETE", "/api/admin/tokens/:id", { params: { id }, as: ADMIN }),
  };
}

describe("tokens of machines", () => {
  it("are told once, and lead to their name and roles", async () => {
    const bench = build();
    const { id, token = "" } = await bench.make({ name: "CRM", roles: ["supervisor"] });
    assert.deepEqual(await bench.bearer(token), { id, name: "CRM", roles: ["supervisor"] });
    const stored = JSON.stringify([await bench.list(), bench.store.all("leases"), bench.store.all("audit")]);
    assert.ok(!stored.includes(token.split(".")[1] ?? "?"), "no part of it is kept or listed");
    assert.ok(bench.audit().includes(`create ${id} admin`));
  });

  it("lead to nobody when they are made up, changed, or revoked, on every server at once", async () => {
    const bench = build();
    const other = buildBench({ store: bench.store, clock: bench.clock });
    const { id, token = "" } = await bench.make({ name: "CRM", roles: ["admin"] });
    assert.ok(await other.bearer(token));
    for (const wrong of [`${token}x`, token.slice(0, -1), `swb_${"x".repeat(22)}.${"x".repeat(43)}`, "swb_"])
      assert.equal(await bench.bearer(wrong), undefined);
    await bench.revoke(id);
    assert.equal(await other.bearer(token), undefined);
    assert.deepEqual(await bench.list(), []);
    assert.ok(bench.audit().includes(`delete ${id} admin`));
    await assert.rejects(bench.revoke(id), { code: "NOT_FOUND" });
  });

  it("end when they should, and stay on the list for a while", async () => {
    const bench = build();
    const expiresAt = new Date(bench.clock.now() + HOUR_MS).toISOString();
    const { token = "" } = await bench.make({ name: "CRM", roles: ["agent"], expiresAt });
    assert.ok(await bench.bearer(token));
    bench.clock.advance(HOUR_MS);
    assert.equal(await bench.bearer(token), undefined);
    assert.deepEqual(
      (await bench.list()).map((one) => one.expiresAt),
      [expiresAt],
    );
  });

  it("note when they were used last, once a minute at most", async () => {
    const bench = build();
    const { token = "" } = await bench.make({ name: "CRM", roles: ["agent"] });
    assert.equal((await bench.list())[0]?.lastUsedAt, null);
    const writes = () => bench.store.purposes.filter((purpose) => purpose === "machineToken").length;
    for (let n = 0; n < 5; n++) await bench.bearer(token);
    assert.equal(writes(), 2);
    assert.equal((await bench.list())[0]?.lastUsedAt, new Date(bench.clock.now()).toISOString());
  });

  it("begin no session: they are for machines", async () => {
    const bench = build();
    const { token = "" } = await bench.make({ name: "CRM", roles: ["agent"] });
    await assert.rejects(bench.call("POST", "/api/session", { body: { token } }), { code: "SIGN_IN_NEEDED" });
  });

  it("need a name, roles, and an end to come", async () => {
    const bench = build();
    const wrong = [
      {},
      { name: "CRM", roles: [] },
      { name: "CRM", roles: ["root"] },
      { name: "CRM", roles: ["agent"], expiresAt: "tomorrow" },
      { name: "CRM", roles: ["agent"], expiresAt: "2020-01-01T00:00:00Z" },
      { name: "CRM", roles: ["agent"], token: "mine" },
    ];
    for (const body of wrong) await assert.rejects(bench.make(body), { code: "INPUT_INVALID" });
  });
});
