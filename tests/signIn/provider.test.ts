import assert from "node:assert/strict";
import type { Role } from "../../src/core/roles";
import type { ApiReply } from "../../src/core/route";
import { ownPath } from "../../src/signIn/providerRoutes";
import { type OidcIssuer, startOidcIssuer } from "../support/oidcIssuer";
import { buildBench, cookieOf, ORIGIN } from "./bench";

const CALLBACK = "/api/sign-in/oidc/callback";

describe("sign-in at an identity provider", () => {
  let issuer: OidcIssuer;
  before(async () => {
    issuer = await startOidcIssuer(ORIGIN + CALLBACK);
  });
  beforeEach(() => {
    issuer.person = { sub: "subject-1", name: "Ida Oidc", roles: ["Agent"] };
    issuer.faults = {};
  });
  after(() => issuer.close());

  function build(more: { secret?: string; roles?: Record<string, Role>; issuer?: string } = {}) {
    const oidc = {
      issuer: more.issuer ?? issuer.url,
      clientId: issuer.clientId,
      clientSecret: more.secret ?? issuer.clientSecret,
    };
    return buildBench({ choice: { passwords: false, oidc, ...(more.roles && { roles: more.roles }) } });
  }
  type TestBench = ReturnType<typeof build>;

  /** The browser's way to the provider; what it carries back. */
  async function begin(bench: TestBench, to?: string) {
    const reply = await bench.call("GET", "/api/sign-in/oidc", {
      query: to === undefined ? "" : new URLSearchParams({ to }).toString(),
    });
    const back = new URL(await issuer.authorize(reply.headers?.Location ?? ""));
    return {
      cookie: cookieOf(reply),
      query: back.search.slice(1),
      sent: new URL(reply.headers?.Location ?? ""),
    };
  }
  const end = (bench: TestBench, { cookie, query }: { cookie: string; query: string }) =>
    bench.call("GET", CALLBACK, { headers: { cookie }, query });
  const whole = async (bench: TestBench, to?: string): Promise<ApiReply> =>
    end(bench, await begin(bench, to));
  const errorOf = ({ headers }: ApiReply) => /^\/sign-in#error=(.*)$/.exec(headers?.Location ?? "")?.[1];

  it("goes by code with PKCE, state and nonce, and comes back to where it began", async () => {
    const bench = build();
    const { sent, ...flight } = await begin(bench, "/counts?day=1#x");
    const parameters = Object.fromEntries(sent.searchParams);
    assert.equal(parameters.response_type, "code");
    assert.equal(parameters.code_challenge_method, "S256");
    for (const name of ["state", "nonce", "code_challenge"])
      assert.match(parameters[name] ?? "", /^[\w-]{43}$/);
    const reply = await end(bench, flight);
    assert.equal(reply.headers?.Location, "/counts?day=1#x");
    const who = await bench.identify({ cookie: cookieOf(reply) });
    assert.deepEqual([who?.name, who?.roles], ["Ida Oidc", ["agent"]]);
  });

  it("makes an agent at the first sign-in, in no queue, and finds it at the next", async () => {
    const bench = build();
    await whole(bench);
    await whole(bench);
    const made = [...bench.settings.current().agents.values()].filter(
      ({ identity }) => identity !== undefined,
    );
    assert.deepEqual(
      made.map(({ identity, name }) => [identity, name]),
      [[`${issuer.url}|subject-1`, "Ida Oidc"]],
    );
    assert.match(made[0]?.id ?? "", /^person-[\w-]+$/, "an id without the name");
    assert.equal(bench.audit().filter((entry) => entry.startsWith(`signIn ${made[0]?.id}`)).length, 2);
    assert.ok(!JSON.stringify(bench.store.all("audit")).includes("Ida"));
  });

  it("finds the agent whom the configuration gave this identity", async () => {
    const bench = build();
    bench.settings.change({ agents: [{ id: "ida", name: "I.", identity: `${issuer.url}|subject-1` }] });
    const cookie = cookieOf(await whole(bench));
    assert.equal((await bench.identify({ cookie }))?.id, "ida");
  });

  it("takes the roles of each sign-in, as they are mapped", async () => {
    const bench = build({ roles: { "Desk Lead": "supervisor", Boss: "admin" } });
    issuer.person.roles = ["Something", "Desk Lead", "Agent"];
    const first = cookieOf(await whole(bench));
    assert.deepEqual((await bench.identify({ cookie: first }))?.roles, ["supervisor"]);
    issuer.person.roles = "Boss";
    const second = cookieOf(await whole(bench));
    assert.deepEqual((await bench.identify({ cookie: second }))?.roles, ["admin"]);
    assert.deepEqual((await bench.identify({ cookie: first }))?.roles, ["supervisor"], "kept in the session");
  });

  it("lets nobody in without a role that is mapped, whatever it is called", async () => {
    const bench = build();
    for (const roles of [undefined, [], ["User"], "admin", ["constructor", "__proto__"], { Agent: true }]) {
      issuer.person.roles = roles;
      assert.equal(errorOf(await whole(bench)), "SIGN_IN_NO_ROLE");
    }
    assert.ok(bench.audit().includes("signInFailed unknown unknown"));
    const kept = bench.store.all<{ id: string; type: string }>("leases").map(({ type }) => type);
    assert.deepEqual(new Set(kept), new Set(["attempts"]), "no session");
  });

  const refused: [what: string, faults: OidcIssuer["faults"]][] = [
    ["another nonce", { claims: { nonce: "another" } }],
    ["no nonce", { claims: { nonce: undefined } }],
    ["another issuer", { claims: { iss: "https://evil.example" } }],
    ["another audience", { claims: { aud: "somebody-else" } }],
    ["a token that is over", { claims: { exp: Math.floor(Date.now() / 1000) - 3600 } }],
    ["no subject", { claims: { sub: undefined } }],
    ["another key", { foreignKey: true }],
    ["no signature", { unsigned: true }],
    ["a refusal of the token", { tokenStatus: 400 }],
    ["a person who says no", { denied: true }],
  ];
  for (const [what, faults] of refused)
    it(`refuses ${what}`, async () => {
      const bench = build();
      issuer.faults = faults;
      assert.equal(errorOf(await whole(bench)), "SIGN_IN_REFUSED");
    });

  it("refuses a state of another browser, and one that nobody began", async () => {
    const bench = build();
    const [mine, theirs] = [await begin(bench), await begin(bench)];
    assert.equal(errorOf(await end(bench, { cookie: mine.cookie, query: theirs.query })), "SIGN_IN_EXPIRED");
    assert.equal(errorOf(await end(bench, { cookie: "", query: theirs.query })), "SIGN_IN_EXPIRED");
    const name = theirs.cookie.split("=")[0];
    const forged = `${name}=${mine.cookie.split("=")[1]}`;
    assert.equal(errorOf(await end(bench, { cookie: forged, query: theirs.query })), "SIGN_IN_REFUSED");
  });

  it("refuses a code that was used, and one caught by somebody without the verifier", async () => {
    const bench = build();
    const flight = await begin(bench);
    assert.equal(errorOf(await end(bench, flight)), undefined);
    assert.equal(errorOf(await end(bench, flight)), "SIGN_IN_REFUSED");
    const [mine, theirs] = [await begin(bench), await begin(bench)];
    const caught = new URLSearchParams(mine.query);
    caught.set("code", new URLSearchParams(theirs.query).get("code") ?? "");
    assert.equal(
      errorOf(await end(bench, { cookie: mine.cookie, query: caught.toString() })),
      "SIGN_IN_REFUSED",
    );
  });

  it("refuses another state though code, nonce and verifier are right", async () => {
    const bench = build();
    const mine = await begin(bench);
    const query = new URLSearchParams(mine.query);
    const [name = "", value = ""] = mine.cookie.split("=");
    // The first letters name the cookie; the rest must fit as well.
    query.set("state", `${query.get("state")?.slice(0, 8)}${"x".repeat(35)}`);
    assert.equal(
      errorOf(await end(bench, { cookie: `${name}=${value}`, query: query.toString() })),
      "SIGN_IN_REFUSED",
    );
    assert.equal(errorOf(await end(bench, mine)), undefined, "mine is still good");
  });

  it("leads to our own pages only", async () => {
    const bench = build();
    const foreign = [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/.//evil.example",
      "desk",
      "",
    ];
    for (const to of [...foreign, "/\t/evil.example", `/${"x".repeat(400)}`, "javascript:alert(1)"])
      assert.equal((await whole(bench, to)).headers?.Location, "/desk", to);
    for (const to of foreign) assert.equal(ownPath(to, ORIGIN), "/desk", to);
  });

  it("goes back to no path that would not fit into the cookie once it is escaped", async () => {
    const bench = build();
    for (const letter of ["ü", "\\", "\u{1f600}", "'", "a"]) {
      for (const lead of ["/", "/?q=", "/#"]) {
        const to = lead + letter.repeat(Math.floor((300 - lead.length) / letter.length));
        const reply = await whole(bench, to);
        assert.ok(reply.headers?.Location?.startsWith("/"), to);
        assert.doesNotMatch(reply.headers?.Location ?? "", /error/, to);
      }
    }
  });

  it("stops asking the provider for an address that fails again and again", async () => {
    const bench = build();
    issuer.faults = { tokenStatus: 400 };
    for (let n = 0; n < 100; n++) assert.equal(errorOf(await whole(bench)), "SIGN_IN_REFUSED");
    const asked = issuer.asked["/token"];
    assert.equal(errorOf(await whole(bench)), "TOO_MANY_ATTEMPTS");
    assert.equal(issuer.asked["/token"], asked);
    assert.ok(bench.audit().includes("signInFailed unknown unknown"));
  });

  it("tells when the provider cannot be reached, and asks again at the next sign-in", async () => {
    const gone = await startOidcIssuer(ORIGIN + CALLBACK);
    await gone.close();
    const bench = build({ issuer: gone.url });
    for (let n = 0; n < 2; n++)
      assert.equal(errorOf(await bench.call("GET", "/api/sign-in/oidc")), "SIGN_IN_UNAVAILABLE");
  });

  it("refuses an address that turns out to be of all tenants", async () => {
    const tenants = "https://login.microsoftonline.com";
    const real = globalThis.fetch;
    globalThis.fetch = async () =>
      Response.json({
        issuer: `${tenants}/{tenantid}/v2.0`,
        authorization_endpoint: `${tenants}/x/oauth2/v2.0/authorize`,
      });
    try {
      // Whoever is forwarded there finds all tenants under any name.
      const bench = build({ issuer: `${tenants}/organizations/v2.0` });
      assert.equal(errorOf(await bench.call("GET", "/api/sign-in/oidc")), "SIGN_IN_UNAVAILABLE");
    } finally {
      globalThis.fetch = real;
    }
  });

  it("asks once for the provider's addresses, not at each sign-in", async () => {
    const bench = build();
    const before = issuer.asked["/.well-known/openid-configuration"] ?? 0;
    await whole(bench);
    await whole(bench);
    assert.equal(issuer.asked["/.well-known/openid-configuration"], before + 1);
  });

  it("answers 404 where no provider is configured", async () => {
    const bench = buildBench();
    for (const path of ["/api/sign-in/oidc", CALLBACK])
      await assert.rejects(bench.call("GET", path), { code: "NOT_FOUND" });
  });
});
