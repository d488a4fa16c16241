import assert from "node:assert/strict";
import { silentLog } from "../../src/core/log";
import { AGENTS, buildBench, cookieOf } from "./bench";

const MINUTE_MS = 60_000;

describe("bearer tokens", () => {
  it("lead to their agent, the old one too while it is being replaced", async () => {
    const bench = buildBench();
    assert.deepEqual(await bench.bearer("new-token"), { id: "ana", name: "Ana Silva", roles: ["agent"] });
    assert.equal((await bench.bearer("old-token"))?.id, "ana");
    assert.deepEqual((await bench.bearer("admin-token"))?.roles, ["admin"]);
  });

  it("that are unknown, empty or oversized lead to nobody", async () => {
    const bench = buildBench();
    for (const token of ["wrong", "", "x".repeat(501), "new-token extra"])
      assert.equal(await bench.bearer(token), undefined);
    assert.equal(await bench.identify({ authorization: "Basic new-token" }), undefined);
  });

  it("that are unknown are counted by address; a known one never waits, and costs nothing of the store", async () => {
    const bench = buildBench();
    for (let n = 0; n < 100; n++) assert.equal(await bench.bearer(`wrong-${n}`), undefined);
    await assert.rejects(bench.bearer("wrong-again"), {
      code: "TOO_MANY_ATTEMPTS",
      details: { retryAfterSeconds: 900 },
    });
    const before = bench.store.purposes.length;
    assert.equal((await bench.bearer("new-token"))?.id, "ana");
    assert.equal(bench.store.purposes.length, before);
    assert.equal(await bench.bearer("wrong", "192.0.2.2"), undefined, "another address");
  });

  it("that can be guessed sign nobody in in production; the log names the agent and not the token", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, warn: (...line: unknown[]) => void lines.push(JSON.stringify(line)) };
    const strong = "pZ4vQm8sYx1LcW7t";
    const secrets = { "env:ANA": [strong, "change-me-0123456789"], "env:ADMIN": ["short-7fQx"] };
    const bench = buildBench({ production: true, secrets, log });
    assert.equal((await bench.bearer(strong))?.id, "ana");
    for (const weak of ["change-me-0123456789", "short-7fQx"])
      assert.equal(await bench.bearer(weak), undefined);
    assert.ok(lines.some((line) => line.includes('"admin"')));
    for (const line of lines) assert.doesNotMatch(line, /short-7fQx|change-me|pZ4v/);
    assert.ok(await bench.signIn.setUpLink(), "an admin with such a token has no way in");
  });

  it("of this machine's operator make an admin", async () => {
    const operator = await buildBench().bearer("operator-token");
    assert.deepEqual([operator?.roles, operator?.isOperator], [["admin"], true]);
    const agents = [{ id: "operator", name: "Operator", roles: ["admin" as const], token: "env:ADMIN" }];
    const namesake = await buildBench({ agents }).bearer("admin-token");
    assert.deepEqual([namesake?.id, namesake?.isOperator], ["operator", undefined]);
  });

  it("are read once, and again after the settings changed", async () => {
    const bench = buildBench();
    await Promise.all([bench.bearer("new-token"), bench.bearer("admin-token")]);
    assert.equal(bench.resolved(), 3);
    bench.settings.change({ agents: AGENTS.slice(1) });
    assert.equal(await bench.bearer("new-token"), undefined);
  });
});

describe("sessions", () => {
  it("begin with a cookie that only our own pages send, and scripts cannot read", async () => {
    const bench = buildBench();
    const reply = await bench.call("POST", "/api/session", { body: { token: "new-token" } });
    assert.equal(reply.status, 204);
    assert.match(
      reply.headers?.["Set-Cookie"] ?? "",
      /^__Host-switchboard=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/,
    );
    assert.doesNotMatch(
      JSON.stringify(bench.store.all("leases")),
      new RegExp((reply.headers?.["Set-Cookie"] ?? "").slice(19, 62)),
      "the store does not know the cookie",
    );
  });

  it("over plain HTTP, in development, do without Secure", async () => {
    const reply = await buildBench({ publicUrl: "http://localhost:3978" }).call("POST", "/api/session", {
      body: { token: "new-token" },
    });
    assert.match(reply.headers?.["Set-Cookie"] ?? "", /^switchboard=(?!.*Secure)/);
  });

  it("are refused for unknown tokens, the operator's, and what is no token", async () => {
    const bench = buildBench();
    await assert.rejects(async () => bench.call("POST", "/api/session", { body: { token: "wrong" } }), {
      code: "SIGN_IN_NEEDED",
    });
    await assert.rejects(
      async () => bench.call("POST", "/api/session", { body: { token: "operator-token" } }),
      { code: "SIGN_IN_NEEDED" },
    );
    for (const body of [undefined, null, {}, { token: 5 }, { token: "" }, { token: "x".repeat(501) }]) {
      await assert.rejects(async () => bench.call("POST", "/api/session", { body }), {
        code: "INPUT_INVALID",
      });
    }
  });

  it("note wrong tokens in the audit, until the address is throttled", async () => {
    const bench = buildBench();
    const wrong = () =>
      bench
        .call("POST", "/api/session", { body: { token: "wrong" } })
        .catch(({ code }: { code: string }) => code);
    for (let n = 0; n < 100; n++) assert.equal(await wrong(), "SIGN_IN_NEEDED");
    assert.equal(await wrong(), "TOO_MANY_ATTEMPTS");
    assert.equal(bench.audit().filter((entry) => entry === "signInFailed unknown unknown").length, 100);
    assert.ok(await bench.cookie(), "a right one is let in all the same");
  });

  it("know whose cookie it is, among others", async () => {
    const bench = buildBench();
    const cookie = await bench.cookie();
    assert.equal((await bench.identify({ cookie: `a=b; ${cookie}; c=d` }))?.id, "ana");
    assert.equal(await bench.identify({ cookie: `${cookie}x` }), undefined);
    assert.equal(await bench.identify({}), undefined);
  });

  it("end half an hour after the last request", async () => {
    const bench = buildBench();
    const cookie = await bench.cookie();
    for (let i = 0; i < 3; i++) {
      bench.clock.advance(29 * MINUTE_MS);
      assert.equal((await bench.identify({ cookie }))?.id, "ana");
    }
    bench.clock.advance(30 * MINUTE_MS + 1);
    assert.equal(await bench.identify({ cookie }), undefined);
  });

  it("end after twelve hours, however busy", async () => {
    const bench = buildBench();
    const cookie = await bench.cookie();
    for (let i = 0; i < 36; i++) {
      assert.equal((await bench.identify({ cookie }))?.id, "ana");
      bench.clock.advance(20 * MINUTE_MS);
    }
    bench.clock.advance(1);
    assert.equal(await bench.identify({ cookie }), undefined);
  });

  it("write that they were seen once a minute at most", async () => {
    const bench = buildBench();
    const cookie = await bench.cookie();
    const writes = () => bench.store.purposes.filter((purpose) => purpose === "session").length;
    for (let i = 0; i < 10; i++) await bench.identify({ cookie });
    assert.equal(writes(), 1);
    bench.clock.advance(MINUTE_MS + 1);
    await Promise.all([1, 2].map(() => bench.identify({ cookie })));
    assert.equal(writes(), 2);
  });

  it("have a new id at each sign-in, and the browser's former one ends", async () => {
    const bench = buildBench();
    const first = await bench.cookie();
    const reply = await bench.call("POST", "/api/session", {
      body: { token: "new-token" },
      headers: { cookie: first },
    });
    assert.notEqual(cookieOf(reply), first);
    assert.equal(await bench.identify({ cookie: first }), undefined);
    assert.equal((await bench.identify({ cookie: cookieOf(reply) }))?.id, "ana");
  });

  it("end everywhere when one wishes it, and nobody else's does", async () => {
    const bench = buildBench();
    const [one, two, admins] = [
      await bench.cookie(),
      await bench.cookie(),
      await bench.cookie("admin-token"),
    ];
    const ana = await bench.identify({ cookie: one });
    await bench.call("DELETE", "/api/sessions", { headers: { cookie: one }, ...(ana && { as: ana }) });
    for (const cookie of [one, two]) assert.equal(await bench.identify({ cookie }), undefined);
    assert.equal((await bench.identify({ cookie: admins }))?.id, "admin");
    assert.ok(bench.audit().includes("signOutEverywhere ana ana"));
  });

  it("end everywhere when an admin wishes it", async () => {
    const bench = buildBench();
    const [one, two] = [await bench.cookie(), await bench.cookie("admin-token")];
    const as = { id: "admin", name: "Admin", roles: ["admin"] as const };
    await bench.call("DELETE", "/api/admin/agents/:id/sessions", { params: { id: "ana" }, as });
    assert.equal(await bench.identify({ cookie: one }), undefined);
    assert.equal((await bench.identify({ cookie: two }))?.id, "admin");
    await assert.rejects(
      bench.call("DELETE", "/api/admin/agents/:id/sessions", { params: { id: "nobody" }, as }),
      { code: "NOT_FOUND" },
    );
  });

  it("are fifty a person at most: the oldest ends", async () => {
    const bench = buildBench();
    const first = await bench.cookie();
    const second = await bench.cookie();
    for (let n = 0; n < 49; n++) await bench.cookie();
    assert.equal(await bench.identify({ cookie: first }), undefined);
    assert.equal((await bench.identify({ cookie: second }))?.id, "ana");
  });

  it("that a token began end when the agent's token is another or none", async () => {
    const bench = buildBench({ secrets: { "env:NEW": ["new-token"] } });
    await bench.setPassword("ana", "correct horse battery");
    const byPassword = cookieOf(await bench.logIn("ana", "correct horse battery"));
    for (const token of ["env:NEW", undefined]) {
      const cookie = await bench.cookie();
      assert.equal((await bench.identify({ cookie }))?.id, "ana");
      const [ana, ...others] = AGENTS;
      bench.settings.change({ agents: [{ ...ana, token } as (typeof AGENTS)[number], ...others] });
      assert.equal(await bench.identify({ cookie }), undefined);
    }
    assert.equal((await bench.identify({ cookie: byPassword }))?.id, "ana");
  });

  it("that end while another begins are the older ones only", async () => {
    const bench = buildBench();
    const old = await bench.cookie();
    const as = { id: "ana", name: "Ana", roles: ["agent"] as const };
    await Promise.all([bench.cookie(), bench.call("DELETE", "/api/sessions", { as }), bench.cookie()]);
    assert.equal(await bench.identify({ cookie: old }), undefined);
    const left = bench.store.all<{ id: string; type: string }>("leases");
    const listed = left
      .flatMap((doc) => (doc as { sessions?: { id: string }[] }).sessions ?? [])
      .map(({ id }) => id);
    const kept = left.filter(({ type }) => type === "session").map(({ id }) => id);
    assert.deepEqual(listed.sort(), kept.sort(), "each session that lives can be ended");
  });

  it("end when one signs out, or the agent is gone", async () => {
    const bench = buildBench();
    const [one, two] = [await bench.cookie(), await bench.cookie()];
    const reply = await bench.call("DELETE", "/api/session", { headers: { cookie: one } });
    assert.match(reply.headers?.["Set-Cookie"] ?? "", /Max-Age=0/);
    assert.equal(await bench.identify({ cookie: one }), undefined);
    assert.equal((await bench.identify({ cookie: two }))?.id, "ana");
    bench.settings.change({ agents: [] });
    assert.equal(await bench.identify({ cookie: two }), undefined);
  });

  describe("change things from our own pages only:", () => {
    const cases: [what: string, headers: Record<string, string>, allowed: boolean][] = [
      ["same-origin", { "sec-fetch-site": "same-origin" }, true],
      ["same-site", { "sec-fetch-site": "same-site" }, false],
      ["cross-site", { "sec-fetch-site": "cross-site" }, false],
      ["typed into the address bar", { "sec-fetch-site": "none" }, false],
      ["our own origin, from an old browser", { origin: "https://desk.example" }, true],
      ["a foreign origin", { origin: "https://evil.example" }, false],
      [
        "a foreign origin that claims ours",
        { "sec-fetch-site": "cross-site", origin: "https://desk.example" },
        false,
      ],
      ["neither header", {}, false],
    ];
    for (const [what, headers, allowed] of cases) {
      it(what, async () => {
        const bench = buildBench();
        const cookie = await bench.cookie();
        const change = () => bench.identify({ cookie, ...headers }, "POST");
        if (allowed) assert.equal((await change())?.id, "ana");
        else await assert.rejects(change(), { code: "NOT_ALLOWED" });
        assert.equal((await bench.identify({ cookie, ...headers }))?.id, "ana", "reading is harmless");
      });
    }

    it("a bearer token needs none of it", async () => {
      const bench = buildBench();
      assert.equal(
        (await bench.identify({ authorization: "Bearer new-token", "sec-fetch-site": "cross-site" }, "POST"))
          ?.id,
        "ana",
      );
    });
  });
});
