import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { clientAddress } from "../../src/server/clientAddress";
import { AGENTS, buildBench, cookieOf, linkOf, ORIGIN } from "./bench";

const GOOD = "correct horse battery";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ADMIN = { id: "admin", name: "Admin", roles: ["admin"] as const };
const NOBODY_CAN = [{ id: "ana", name: "Ana Silva" }];

describe("passwords", () => {
  it("let in whoever has been invited, by id or by name", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    for (const name of ["ana", "Ana Silva", " ANA silva "]) {
      const cookie = cookieOf(await bench.logIn(name, GOOD));
      assert.equal((await bench.identify({ cookie }))?.id, "ana");
    }
  });

  it("that are wrong get the same answer as names that nobody has", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const told = await Promise.all(
      ["ana", "ben", "nobody"].map((name) =>
        bench.logIn(name, "correct horse batterz").then(
          () => assert.fail("let in"),
          ({ code, message, details }) => ({ code, message, details }),
        ),
      ),
    );
    assert.equal(told[0]?.code, "SIGN_IN_NEEDED");
    assert.deepEqual(told[1], told[0]);
    assert.deepEqual(told[2], told[0]);
  });

  it("are hashed also for a name that nobody has: its answer comes no sooner", async () => {
    const slow = { N: 2 ** 14, r: 8, p: 1 };
    const bench = buildBench({ passwordCost: slow });
    const started = process.hrtime.bigint();
    await assert.rejects(bench.logIn("nobody", GOOD), { code: "SIGN_IN_NEEDED" });
    assert.ok(process.hrtime.bigint() - started > 5_000_000n, "it took the time of a hash");
  });

  it("cost an unknown name the same looks at the store", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const looks = async (name: string) => {
      const seen: string[] = [];
      bench.store.before = ({ kind, container }) => void seen.push(`${kind} ${container}`);
      await assert.rejects(bench.logIn(name, "not the password"));
      return seen;
    };
    assert.deepEqual(await looks("nobody"), await looks("ana"));
  });

  it("that were changed while a sign-in looked at them let nobody in", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    bench.clock.advance(MINUTE_MS);
    let changed = false;
    bench.store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "session" || changed) return;
      changed = true;
      await bench.setPassword("ana", "another good one");
    };
    const before = await bench.logIn("ana", GOOD).catch(({ code }: { code: string }) => code);
    assert.ok(changed);
    assert.equal(before, "SIGN_IN_NEEDED");
    const left = bench.store.all<{ id: string; type: string }>("leases");
    assert.equal(left.filter(({ type }) => type === "session").length, 1, "the one of the link");
  });

  it("are not for whom the identity provider vouches: no invitation, no link, no sign-in", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const invite = () =>
      bench.call("POST", "/api/admin/agents/:id/invitation", { params: { id: "ana" }, as: ADMIN });
    const link = linkOf(((await invite()).body as { link: string }).link);
    const [ana, ...others] = AGENTS;
    bench.settings.change({
      agents: [{ ...ana, identity: "tenant|object" }, ...others] as never,
    });
    await assert.rejects(invite(), { code: "WRONG_STATE", message: /identity provider/ });
    await assert.rejects(
      bench.call("POST", "/api/set-up", { body: { link, password: "another good one" } }),
      {
        code: "LINK_UNUSABLE",
      },
    );
    await assert.rejects(bench.logIn("ana", GOOD), { code: "SIGN_IN_NEEDED" });
    const as = { id: "ana", name: "Ana", roles: ["agent"] as const };
    await assert.rejects(
      bench.call("POST", "/api/password", { body: { current: GOOD, next: "another good one" }, as }),
      { code: "NOT_ALLOWED" },
    );
  });

  it("open nothing while they are switched off", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const off = buildBench({ ...bench, choice: { passwords: false } });
    await assert.rejects(off.logIn("ana", GOOD), { code: "SIGN_IN_NEEDED" });
    await assert.rejects(
      off.call("POST", "/api/admin/agents/:id/invitation", { params: { id: "ana" }, as: ADMIN }),
      { code: "WRONG_STATE" },
    );
  });

  it("are refused when they are short, long, of few letters, or the agent's name", async () => {
    const bench = buildBench();
    const bad = [
      "short",
      "x".repeat(201),
      "aaaaaaaaaaaa",
      "Ana-1234567890",
      "anasilva2026!",
      "my name is Silva",
    ];
    for (const password of bad)
      await assert.rejects(bench.setPassword("ana", password), { code: "INPUT_INVALID" }, password);
    await bench.setPassword("ana", "banana bread, twice");
  });

  it("are hashed again when today's parameters are others", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const dearer = buildBench({ ...bench, passwordCost: { N: 64, r: 8, p: 1 } });
    await dearer.logIn("ana", GOOD);
    const kept = bench.store.all<{ id: string; type: string; hashed?: { N: number } }>("leases");
    assert.equal(kept.find(({ type }) => type === "password")?.hashed?.N, 64);
    assert.equal((await dearer.logIn("ana", GOOD)).status, 204);
  });

  it("stand nowhere: not in the store, not in the audit", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    await bench.logIn("ana", GOOD);
    await assert.rejects(bench.logIn("Mr Unknown", "a wrong password"));
    const stored = JSON.stringify([bench.store.all("leases"), bench.store.all("audit")]);
    for (const text of [GOOD, "a wrong password", "Unknown", "unknown mr"])
      assert.ok(!stored.includes(text), text);
    assert.ok(bench.audit().includes("signInFailed unknown unknown"));
  });

  it("change with the present one; all other sessions end", async () => {
    const bench = buildBench();
    const other = cookieOf(await bench.setPassword("ana", GOOD));
    const cookie = cookieOf(await bench.logIn("ana", GOOD));
    const as = { id: "ana", name: "Ana", roles: ["agent"] as const };
    const change = (current: string, next: string) =>
      bench.call("POST", "/api/password", { body: { current, next }, headers: { cookie }, as });
    await assert.rejects(change("not this one", "another good one"), { code: "NOT_ALLOWED" });
    await assert.rejects(change(GOOD, "short"), { code: "INPUT_INVALID" });
    await change(GOOD, "another good one");
    assert.equal(await bench.identify({ cookie: other }), undefined);
    assert.equal((await bench.identify({ cookie }))?.id, "ana");
    await assert.rejects(bench.logIn("ana", GOOD), { code: "SIGN_IN_NEEDED" });
    assert.equal((await bench.logIn("ana", "another good one")).status, 204);
    assert.ok(bench.audit().includes("changePassword ana ana"));
  });
});

describe("throttling", () => {
  const wrong = (bench: ReturnType<typeof buildBench>, name: string, address: string) =>
    bench.logIn(name, "not the password", { address }).then(
      () => "in",
      ({ code }: { code: string }) => code,
    );

  it("lets five wrong passwords a name pass, from wherever, then nobody for a quarter of an hour", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    for (let n = 0; n < 5; n++) assert.equal(await wrong(bench, "ana", `192.0.2.${n}`), "SIGN_IN_NEEDED");
    await assert.rejects(bench.logIn("Ana", GOOD, { address: "198.51.100.1" }), {
      code: "TOO_MANY_ATTEMPTS",
      details: { retryAfterSeconds: 900 },
    });
    bench.clock.advance(15 * MINUTE_MS);
    assert.equal((await bench.logIn("ana", GOOD)).status, 204);
  });

  it("treats a name that nobody has alike", async () => {
    const bench = buildBench();
    for (let n = 0; n < 5; n++) assert.equal(await wrong(bench, "nobody", "192.0.2.1"), "SIGN_IN_NEEDED");
    assert.equal(await wrong(bench, "nobody", "192.0.2.1"), "TOO_MANY_ATTEMPTS");
  });

  it("counts every name of one address, and one network of IPv6 as one", async () => {
    const bench = buildBench();
    for (let n = 0; n < 100; n++)
      assert.equal(await wrong(bench, `name${n}`, `2001:db8:1:2::${n}`), "SIGN_IN_NEEDED");
    assert.equal(await wrong(bench, "fresh", "2001:db8:1:2:ffff::1"), "TOO_MANY_ATTEMPTS");
    assert.equal(await wrong(bench, "fresh", "2001:db8:1:3::1"), "SIGN_IN_NEEDED");
  });

  for (const [what, entry] of [
    ["IPv4", (port: number) => `203.0.113.7:${port}`],
    ["IPv6", (port: number) => `[2001:db8:1:2::1]:${port}`],
  ] as const)
    it(`counts the connections of one ${what} address behind App Service as one`, async () => {
      const bench = buildBench();
      const addressOf = (port: number) =>
        clientAddress(
          {
            socket: { remoteAddress: "169.254.130.1" },
            headers: { "x-forwarded-for": entry(port) },
          } as unknown as IncomingMessage,
          1,
        );
      for (let n = 0; n < 100; n++)
        assert.equal(await wrong(bench, `name${n}`, addressOf(50_000 + n)), "SIGN_IN_NEEDED");
      assert.equal(await wrong(bench, "fresh", addressOf(60_000)), "TOO_MANY_ATTEMPTS");
    });

  it("lets no more through at the same moment than one after the other, on several servers", async () => {
    const one = buildBench();
    const two = buildBench({ store: one.store, clock: one.clock, settings: one.settings });
    const told = await Promise.all(
      Array.from({ length: 40 }, (_, n) => wrong(n % 2 === 0 ? one : two, "ana", `192.0.2.${n}`)),
    );
    assert.equal(told.filter((code) => code === "SIGN_IN_NEEDED").length, 5);
    assert.equal(told.filter((code) => code === "TOO_MANY_ATTEMPTS").length, 35);
  });

  it("forgets the wrong ones after the right one", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) assert.equal(await wrong(bench, "ana", "192.0.2.1"), "SIGN_IN_NEEDED");
      assert.equal((await bench.logIn("ana", GOOD)).status, 204);
    }
  });

  it("writes no audit entry for what it turns away: nobody fills the audit", async () => {
    const bench = buildBench();
    for (let n = 0; n < 20; n++) await wrong(bench, "ana", "192.0.2.1");
    assert.equal(bench.audit().filter((entry) => entry === "signInFailed ana unknown").length, 5);
  });
});

describe("the first admin's link", () => {
  it("makes an admin, who is signed in and can sign in again", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const url = await bench.signIn.setUpLink();
    assert.match(url ?? "", new RegExp(`^${ORIGIN}/set-up#first\\.[\\w-]{43}$`));
    const body = { link: linkOf(url), password: GOOD, name: "Zoë Müller" };
    const cookie = cookieOf(await bench.call("POST", "/api/set-up", { body }));
    const { id, roles } = (await bench.identify({ cookie })) ?? {};
    assert.deepEqual({ id, roles }, { id: "zoe-muller", roles: ["admin"] });
    assert.equal((await bench.logIn("zoë müller", GOOD)).status, 204);
    assert.equal(await bench.signIn.setUpLink(), undefined, "there is an admin now");
    assert.ok(bench.audit().includes("setUp zoe-muller zoe-muller"));
  });

  it("is not made while the token of an admin cannot be read; only a reference to nothing means none", async () => {
    const agents = [{ id: "boss", name: "Boss", roles: ["admin" as const], token: "env:ADMIN" }];
    const bench = buildBench({ agents, vaultDown: true });
    const setUp = async () =>
      ((await bench.call("GET", "/api/session")).body as { ways: { setUp: boolean } }).ways.setUp;
    assert.equal(await bench.signIn.setUpLink(), undefined);
    assert.equal(await setUp(), false);
    bench.vault(false);
    bench.clock.advance(2 * MINUTE_MS);
    assert.equal(await bench.signIn.setUpLink(), undefined);
    bench.settings.change({ agents: [{ ...agents[0], token: "env:GONE" }] as typeof agents });
    bench.clock.advance(2 * MINUTE_MS);
    assert.ok(await bench.signIn.setUpLink());
    assert.equal(await setUp(), true);
  });

  it("that nobody needs is not looked for at each visit of the page", async () => {
    const bench = buildBench({ agents: [...NOBODY_CAN, { id: "boss", name: "Boss", roles: ["admin"] }] });
    const reads = async () => {
      let count = 0;
      bench.store.before = ({ kind }) => {
        if (kind === "read") count += 1;
      };
      await bench.call("GET", "/api/session");
      return count;
    };
    for (let n = 0; n < 2; n++) assert.ok((await reads()) > 0, "as long as it may be needed");
    await bench.setPassword("boss", GOOD);
    await reads();
    assert.equal(await reads(), 0);
    bench.clock.advance(MINUTE_MS);
    assert.ok((await reads()) > 0);
  });

  it("is stored as a hash only", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const link = linkOf(await bench.signIn.setUpLink());
    assert.ok(!JSON.stringify(bench.store.all("leases")).includes(link.slice(6)));
  });

  it("is for the admin that the configuration names, who has no way in yet", async () => {
    const bench = buildBench({ agents: [...NOBODY_CAN, { id: "boss", name: "Boss", roles: ["admin"] }] });
    const link = linkOf(await bench.signIn.setUpLink());
    const cookie = cookieOf(await bench.call("POST", "/api/set-up", { body: { link, password: GOOD } }));
    assert.equal((await bench.identify({ cookie }))?.id, "boss");
  });

  it("makes no admin of an agent", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const link = linkOf(await bench.signIn.setUpLink());
    await assert.rejects(
      bench.call("POST", "/api/set-up", { body: { link, password: GOOD, name: "ana silva" } }),
      { code: "INPUT_INVALID" },
    );
    assert.equal((await bench.call("POST", "/api/set-up", { body: { link, password: GOOD } })).status, 204);
  });

  it("is over after a quarter of an hour, and after one use", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const use = (link: string) => bench.call("POST", "/api/set-up", { body: { link, password: GOOD } });
    const late = linkOf(await bench.signIn.setUpLink());
    bench.clock.advance(15 * MINUTE_MS);
    await assert.rejects(use(late), { code: "LINK_UNUSABLE" });
    const link = linkOf(await bench.signIn.setUpLink());
    await use(link);
    await assert.rejects(use(link), { code: "LINK_UNUSABLE" });
    await assert.rejects(use(""), { code: "INPUT_INVALID" });
    for (const made of ["first.x", `first.${"x".repeat(43)}`, `other.${"x".repeat(43)}`])
      await assert.rejects(use(made), { code: "LINK_UNUSABLE" });
  });

  it("is over in its time though another server's keeps the document", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    Object.assign(bench.store, { exclusive: false });
    const former = linkOf(await bench.signIn.setUpLink());
    bench.clock.advance(10 * MINUTE_MS);
    const later = linkOf(await bench.signIn.setUpLink());
    bench.clock.advance(5 * MINUTE_MS);
    const use = (link: string) => bench.call("POST", "/api/set-up", { body: { link, password: GOOD } });
    await assert.rejects(use(former), { code: "LINK_UNUSABLE" });
    assert.equal((await use(later)).status, 204);
  });

  it("opens nothing any more once an admin has another way in", async () => {
    const bench = buildBench({ agents: [...NOBODY_CAN, { id: "boss", name: "Boss", roles: ["admin"] }] });
    const link = linkOf(await bench.signIn.setUpLink());
    const use = (name?: string) =>
      bench.call("POST", "/api/set-up", {
        body: { link, password: "another good one", ...(name && { name }) },
      });
    await bench.setPassword("boss", GOOD);
    await assert.rejects(use(), { code: "LINK_UNUSABLE" });
    await assert.rejects(use("Somebody"), { code: "LINK_UNUSABLE" });
    assert.equal((await bench.logIn("boss", GOOD)).status, 204);
    assert.equal(bench.settings.current().agents.size, 2);
  });

  it("never overwrites a password that an admin was given while it was used", async () => {
    const bench = buildBench({ agents: [...NOBODY_CAN, { id: "boss", name: "Boss", roles: ["admin"] }] });
    const link = linkOf(await bench.signIn.setUpLink());
    let given = false;
    bench.store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "link" || given) return;
      given = true;
      await bench.setPassword("boss", GOOD);
    };
    await assert.rejects(
      bench.call("POST", "/api/set-up", { body: { link, password: "another good one" } }),
      { code: "LINK_UNUSABLE" },
    );
    assert.equal((await bench.logIn("boss", GOOD)).status, 204);
  });

  it("survives a password that is refused", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const link = linkOf(await bench.signIn.setUpLink());
    await assert.rejects(bench.call("POST", "/api/set-up", { body: { link, password: "short" } }));
    assert.equal((await bench.call("POST", "/api/set-up", { body: { link, password: GOOD } })).status, 204);
  });

  it("of two at the same moment, on two servers with different names, makes one admin", async () => {
    const one = buildBench({ agents: NOBODY_CAN });
    const two = buildBench({ store: one.store, clock: one.clock, settings: one.settings });
    const link = linkOf(await one.signIn.setUpLink());
    const told = await Promise.allSettled(
      [one, two].map((bench, n) =>
        bench.call("POST", "/api/set-up", { body: { link, password: GOOD, name: `Admin ${n}` } }),
      ),
    );
    assert.deepEqual(told.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const admins = [...one.settings.current().agents.values()].filter(({ roles }) => roles.includes("admin"));
    assert.equal(admins.length, 1);
  });

  it("that was taken up by a server that died can be used again, by the same name", async () => {
    const bench = buildBench({ agents: NOBODY_CAN });
    const link = linkOf(await bench.signIn.setUpLink());
    const use = (name: string) => bench.call("POST", "/api/set-up", { body: { link, password: GOOD, name } });
    let links = 0;
    bench.store.before = ({ kind, purpose }) => {
      if (kind === "batch" && purpose === "link" && ++links === 2) throw new TypeError("killed");
    };
    await assert.rejects(use("Zoe"), TypeError);
    await assert.rejects(use("Somebody else"), { code: "LINK_UNUSABLE" });
    assert.equal((await use("Zoe")).status, 204);
  });
});

describe("invitations", () => {
  const invite = async (bench: ReturnType<typeof buildBench>, id = "ana") => {
    const reply = await bench.call("POST", "/api/admin/agents/:id/invitation", { params: { id }, as: ADMIN });
    return linkOf((reply.body as { link: string }).link);
  };

  it("set a password once, within a day; a newer one ends the former", async () => {
    const bench = buildBench();
    const use = (link: string) => bench.call("POST", "/api/set-up", { body: { link, password: GOOD } });
    const [former, late] = [await invite(bench), await invite(bench)];
    await assert.rejects(use(former), { code: "LINK_UNUSABLE" });
    bench.clock.advance(24 * HOUR_MS);
    await assert.rejects(use(late), { code: "LINK_UNUSABLE" });
    const link = await invite(bench);
    await use(link);
    await assert.rejects(use(link), { code: "LINK_UNUSABLE" });
    assert.ok(bench.audit().includes("invite ana admin"));
    await assert.rejects(invite(bench, "nobody"), { code: "NOT_FOUND" });
  });

  it("that were not used end with a change of the password and a sign-out everywhere", async () => {
    const bench = buildBench();
    await bench.setPassword("ana", GOOD);
    const as = { id: "ana", name: "Ana", roles: ["agent"] as const };
    const ends: (() => Promise<unknown>)[] = [
      () => bench.call("POST", "/api/password", { body: { current: GOOD, next: "another good one" }, as }),
      () => bench.call("DELETE", "/api/sessions", { as }),
      () => bench.call("DELETE", "/api/admin/agents/:id/sessions", { params: { id: "ana" }, as: ADMIN }),
    ];
    for (const end of ends) {
      const link = await invite(bench);
      await end();
      await assert.rejects(bench.call("POST", "/api/set-up", { body: { link, password: GOOD } }), {
        code: "LINK_UNUSABLE",
      });
    }
    assert.equal((await bench.logIn("ana", "another good one")).status, 204);
  });

  it("lose against a newer one that is made while they are used", async () => {
    const bench = buildBench();
    const former = await invite(bench);
    let newer = "";
    bench.store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "link" || newer !== "") return;
      newer = "on its way";
      newer = await invite(bench);
    };
    const use = (link: string) => bench.call("POST", "/api/set-up", { body: { link, password: GOOD } });
    await assert.rejects(use(former), { code: "LINK_UNUSABLE" });
    assert.equal((await use(newer)).status, 204);
  });

  it("end the sessions of whoever had the password before", async () => {
    const bench = buildBench();
    const before = cookieOf(await bench.setPassword("ana", GOOD));
    const after = cookieOf(await bench.setPassword("ana", "another good one"));
    assert.equal(await bench.identify({ cookie: before }), undefined);
    assert.equal((await bench.identify({ cookie: after }))?.id, "ana");
  });

  it("used by two servers at the same moment set one password", async () => {
    const one = buildBench({ agents: AGENTS });
    const two = buildBench({ store: one.store, clock: one.clock, settings: one.settings });
    const link = await invite(one);
    const told = await Promise.allSettled(
      [one, two].map((bench, n) =>
        bench.call("POST", "/api/set-up", { body: { link, password: `good password ${n} of two` } }),
      ),
    );
    assert.deepEqual(told.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const winner = told.findIndex(({ status }) => status === "fulfilled");
    assert.equal((await one.logIn("ana", `good password ${winner} of two`)).status, 204);
    await assert.rejects(one.logIn("ana", `good password ${1 - winner} of two`), { code: "SIGN_IN_NEEDED" });
  });
});
