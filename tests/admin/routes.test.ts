import assert from "node:assert/strict";
import type { z } from "zod";
import { objectView } from "../../src/admin/contract";
import { adminRoutes } from "../../src/admin/routes";
import type { SettingsRepository } from "../../src/admin/settingsRepository";
import type { ApiReply, Route } from "../../src/core/route";
import { parse } from "../config/definitions";
import { createBench, FILE } from "./setup";

interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  query?: string;
}

type Listed = { items: Record<string, unknown>[]; next: string | null };

describe("adminRoutes", () => {
  let bench: ReturnType<typeof createBench>;
  let settings: SettingsRepository;
  let routes: Route[];
  beforeEach(async () => {
    bench = createBench();
    settings = await bench.open();
    const directory = { problem: (id: string) => (id === "shop-fb" ? "broken" : undefined) };
    routes = adminRoutes({ settings, directory, publicUrl: "https://desk.example.com", clock: bench.clock });
  });
  afterEach(() => bench.close());

  function call(method: Route["method"], path: string, id: string, options: Call = {}): Promise<ApiReply> {
    const route = routes.find((r) => r.method === method && r.path === path);
    assert.ok(route, `${method} ${path}`);
    return route.handle({
      method,
      params: { id },
      query: new URLSearchParams(options.query),
      headers: options.headers ?? {},
      body: options.body,
      principal: { id: "admin", name: "Admin", roles: ["admin"] },
    });
  }

  const put = (kind: string, id: string, body: unknown, headers: Record<string, string> = {}) =>
    call("PUT", `/api/admin/${kind}/:id`, id, { body, headers });
  const get = (kind: string, id: string) => call("GET", `/api/admin/${kind}/:id`, id);

  it("are for admins only", () => {
    assert.ok(routes.length >= 25);
    assert.ok(routes.every((route) => route.access === "admin"));
  });

  it("know no other kinds", () => {
    assert.ok(!routes.some((route) => route.path.includes(":kind")));
    assert.deepEqual(
      routes.filter((route) => route.path === "/api/admin/secrets"),
      [],
    );
  });

  it("create, read, replace and delete by ETag", async () => {
    const created = await put("queues", "general", { name: "General" }, { "if-none-match": "*" });
    assert.equal(created.status, 201);
    const read = await get("queues", "general");
    assert.equal(read.headers?.etag, created.headers?.etag);
    assert.match(read.headers?.etag ?? "", /^"[^"]+"$/);
    await assert.rejects(put("queues", "general", { name: "G2" }), { code: "IF_MATCH_NEEDED" });
    const weak = { "if-match": `"other", W/${read.headers?.etag}` };
    const replaced = await put("queues", "general", { ...(read.body as object), name: "G2" }, weak);
    assert.equal(replaced.status, 200);
    assert.equal((replaced.body as { name: string }).name, "G2");
    await assert.rejects(put("queues", "general", { name: "G3" }, weak), { code: "CHANGED_MEANWHILE" });
    const headers = { "if-match": replaced.headers?.etag ?? "" };
    assert.deepEqual(await call("DELETE", "/api/admin/queues/:id", "general", { headers }), { status: 204 });
    await assert.rejects(get("queues", "general"), { code: "NOT_FOUND" });
  });

  it("tell faults with path and words", async () => {
    const body = {
      channel: "facebook",
      fallbackQueue: "nope",
      rules: [{ name: "a", if: "true", queue: "no such" }],
    };
    await assert.rejects(
      put("workstreams", "w", body),
      (error: { code: string; details: { path: string }[] }) => {
        assert.equal(error.code, "INPUT_INVALID");
        assert.deepEqual(
          error.details.map((detail) => detail.path),
          ["rules[0].queue"],
        );
        return true;
      },
    );
    await assert.rejects(call("GET", "/api/admin/queues", "", { query: "limit=0" }), {
      code: "INPUT_INVALID",
    });
    await assert.rejects(call("GET", "/api/admin/audit", "", { query: "day=yesterday" }), {
      code: "INPUT_INVALID",
    });
  });

  it("list with a cursor", async () => {
    for (const id of ["a", "b", "c"]) await put("queues", id, { name: id });
    const first = (await call("GET", "/api/admin/queues", "", { query: "limit=2" })).body as Listed;
    assert.deepEqual(
      first.items.map((item) => item.id),
      ["a", "b"],
    );
    const query = `limit=2&cursor=${encodeURIComponent(first.next ?? "")}`;
    const second = (await call("GET", "/api/admin/queues", "", { query })).body as Listed;
    assert.deepEqual(
      second.items.map((item) => item.id),
      ["c"],
    );
    assert.equal(second.next, null);
  });

  it("give accounts their URLs and never a secret", async () => {
    await settings.applyFile(parse(FILE), { by: "file" });
    const { body } = await get("accounts", "shop-fb");
    const account = body as Record<string, unknown>;
    assert.equal(account.callbackUrl, "https://desk.example.com/webhooks/facebook/shop-fb");
    assert.equal(account.statusUrl, null);
    assert.equal(account.problem, "broken");
    assert.equal(account.fromFile, true);
    assert.deepEqual(account.secrets, {
      applicationSecret: "env:FB_APP_SECRET",
      verifyToken: "file:generated.shop-fb.verifyToken",
    });
    const clear = {
      provider: "twilio",
      name: "T",
      values: { accountSid: `AC${"0".repeat(32)}` },
      secrets: { authToken: "hunter2" },
    };
    await assert.rejects(put("accounts", "tw", clear), (error: { message: string; details: unknown }) => {
      return !JSON.stringify([error.message, error.details]).includes("hunter2");
    });
    const twilio = await put("accounts", "tw", { ...clear, secrets: { authToken: "env:T" } });
    assert.equal(
      (twilio.body as { statusUrl: string }).statusUrl,
      "https://desk.example.com/webhooks/twilio/tw/status",
    );
  });

  it("reply as the contract says", async () => {
    await settings.applyFile(parse(FILE), { by: "file" });
    for (const [kind, id] of [
      ["accounts", "shop-fb"],
      ["instances", "facebook~2000"],
      ["queues", "vip"],
    ] as const) {
      const view = objectView(kind) as z.ZodObject;
      view.strict().parse((await get(kind, id)).body);
    }
  });

  it("show the audit of a day", async () => {
    await put("queues", "general", { name: "General" });
    const today = (await call("GET", "/api/admin/audit", "")).body as Listed;
    assert.equal(today.items.length, 1);
    assert.equal(today.items[0]?.by, "admin");
    assert.equal(today.items[0]?.at, "2026-01-02T03:04:05.000Z");
    assert.equal(today.items[0]?.before, null);
    const other = (await call("GET", "/api/admin/audit", "", { query: "day=2026-01-01" })).body as Listed;
    assert.deepEqual(other, { items: [], next: null });
  });
});
