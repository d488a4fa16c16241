import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { request } from "undici";
import { buildConfiguration } from "../support/accounts";
import { useCosmosServers } from "../support/cosmosServers";
import { type OidcIssuer, startOidcIssuer } from "../support/oidcIssuer";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const GOOD = "correct horse battery";
const PUBLIC_URL = "https://desk.example";
/** Nobody is an admin: the first one comes by the link. */
const WITHOUT_ADMIN = JSON.stringify({
  ...JSON.parse(buildConfiguration()),
  agents: [{ id: "ana", name: "Ana" }],
  queues: [{ id: "general", name: "General", members: ["ana"] }],
});

interface Answer {
  status: number;
  cookie: string;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

async function ask(
  app: TestApp,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  { body, cookie = "", bearer }: { body?: unknown; cookie?: string; bearer?: string } = {},
): Promise<Answer> {
  const reply = await request(app.url + path, {
    method,
    headers: {
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      ...(cookie !== "" && { cookie }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.body.text();
  const set = String(reply.headers["set-cookie"] ?? "");
  return {
    status: reply.statusCode,
    cookie: set.split(";", 1)[0] ?? "",
    headers: reply.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

const userOf = async (app: TestApp, cookie: string) =>
  (
    (await ask(app, "GET", "/api/session", { cookie })).body as {
      user: { id: string; roles: string[] } | null;
    }
  ).user;
const linkIn = (url: string | undefined) => url?.split("#")[1] ?? "";

describe("sign-in on servers that share a database", () => {
  const servers = useCosmosServers();

  it("makes one admin by the links of two starts, and knows sessions, passwords and throttling everywhere", async () => {
    const [one, two] = [await servers.start(WITHOUT_ADMIN), await servers.start(WITHOUT_ADMIN)];
    const links = [one, two].map(({ app }) => linkIn(app.setUpLink));
    assert.ok(links.every((link) => link.startsWith("first.")) && links[0] !== links[1]);
    const told = await Promise.all(
      [one, two].map((server, n) =>
        ask(server, "POST", "/api/set-up", { body: { link: links[n], password: GOOD, name: `Zoe ${n}` } }),
      ),
    );
    assert.deepEqual(told.map(({ status }) => status).sort(), [204, 401]);
    const admin = told.find(({ status }) => status === 204)?.cookie ?? "";
    // The other server may not have heard of the new agent yet: it is looked up.
    for (const server of [one, two]) assert.deepEqual((await userOf(server, admin))?.roles, ["admin"]);

    const invited = await ask(two, "POST", "/api/admin/agents/ana/invitation", { cookie: admin });
    const { link } = invited.body as { link: string };
    assert.ok(link.startsWith(`${PUBLIC_URL}/set-up#`));
    const used = await Promise.all(
      [one, two].map((server) =>
        ask(server, "POST", "/api/set-up", { body: { link: linkIn(link), password: GOOD } }),
      ),
    );
    assert.deepEqual(used.map(({ status }) => status).sort(), [204, 401]);
    assert.equal(
      (await ask(one, "POST", "/api/session", { body: { name: "Ana", password: GOOD } })).status,
      204,
    );
    const ana = (await ask(two, "POST", "/api/session", { body: { name: "ana", password: GOOD } })).cookie;

    await ask(one, "DELETE", "/api/admin/agents/ana/sessions", { cookie: admin });
    assert.equal(await userOf(two, ana), null);

    for (let n = 0; n < 5; n++) {
      const wrong = await ask(n % 2 === 0 ? one : two, "POST", "/api/session", {
        body: { name: "ana", password: "not the password" },
      });
      assert.equal(wrong.status, 401);
    }
    for (const server of [one, two]) {
      const late = await ask(server, "POST", "/api/session", { body: { name: "ana", password: GOOD } });
      assert.equal(late.status, 429);
      assert.ok(Number(late.headers["retry-after"]) > 800);
    }
  }).timeout(60_000);

  it("revokes a machine's token everywhere at once", async () => {
    const [one, two] = [await servers.start(buildConfiguration()), await servers.start(buildConfiguration())];
    const made = await ask(one, "POST", "/api/admin/tokens", {
      body: { name: "CRM", roles: ["admin"] },
      bearer: "token-of-admin",
    });
    const { id, token } = made.body as { id: string; token: string };
    assert.equal((await ask(two, "GET", "/api/admin/queues", { bearer: token })).status, 200);
    await ask(two, "DELETE", `/api/admin/tokens/${id}`, { bearer: "token-of-admin" });
    for (const server of [one, two])
      assert.equal((await ask(server, "GET", "/api/admin/queues", { bearer: token })).status, 401);
  }).timeout(60_000);
});

describe("sign-in on one server", () => {
  let test: TestApp;
  let issuer: OidcIssuer | undefined;
  afterEach(async () => {
    await test.stop();
    await issuer?.close();
    issuer = undefined;
  });

  it("survives a restart: passwords, sessions and tokens; the link of the former start does not", async () => {
    test = await startTestApp({ configuration: WITHOUT_ADMIN });
    const { folder, platforms } = test;
    const former = linkIn(test.app.setUpLink);
    await test.app.stop();
    test = await startTestApp({ configuration: WITHOUT_ADMIN, folder, platforms });
    const link = linkIn(test.app.setUpLink);
    const use = (one: string) => ask(test, "POST", "/api/set-up", { body: { link: one, password: GOOD } });
    assert.equal((await use(former)).status, 401);
    const { cookie } = await use(link);
    const made = await ask(test, "POST", "/api/admin/tokens", {
      body: { name: "CRM", roles: ["agent"] },
      cookie,
    });
    await test.app.stop();

    test = await startTestApp({ configuration: WITHOUT_ADMIN, folder, platforms });
    assert.equal(test.app.setUpLink, undefined);
    assert.equal((await userOf(test, cookie))?.id, "admin");
    assert.equal(
      (await ask(test, "POST", "/api/session", { body: { name: "Admin", password: GOOD } })).status,
      204,
    );
    const { token } = made.body as { token: string };
    assert.equal((await ask(test, "GET", "/api/desk/offers", { bearer: token })).status, 200);
  }).timeout(60_000);

  it("lets no admin write a backup over the web: it has hashes of passwords, and goes to any path", async () => {
    test = await startTestApp();
    const file = `${test.folder}/over-the-web.db`;
    const { status } = await ask(test, "POST", "/api/admin/backup", {
      body: { file },
      bearer: "token-of-admin",
    });
    assert.equal(status, 403);
    assert.equal(existsSync(file), false);
  });

  it("prints no link where an admin has a token", async () => {
    test = await startTestApp();
    assert.equal(test.app.setUpLink, undefined);
    const { body } = await ask(test, "GET", "/api/session");
    const ways = { password: true, oidc: null, demo: false, setUp: false };
    assert.deepEqual(body, { demoPeople: [], user: null, ways });
  });

  it("keeps passwords, links, sessions and tokens out of the configuration that is exported", async () => {
    test = await startTestApp();
    const invited = await ask(test, "POST", "/api/admin/agents/ana/invitation", { bearer: "token-of-admin" });
    const { link } = invited.body as { link: string };
    await ask(test, "POST", "/api/set-up", { body: { link: linkIn(link), password: GOOD } });
    const made = await ask(test, "POST", "/api/admin/tokens", {
      body: { name: "CRM machine", roles: ["agent"] },
      bearer: "token-of-admin",
    });
    const { token } = made.body as { token: string };
    const stored = await test.app.internals.store.query<{
      id: string;
      type: string;
      hashed?: { hash: string };
    }>("leases", "all", { partition: "signIn" });
    const hash = stored.items.find(({ doc }) => doc.type === "password")?.doc.hashed?.hash ?? "?";
    const texts = await Promise.all(
      ["/api/admin/config", "/api/admin/agents", "/api/admin/audit", "/api/admin/tokens", "/api/session"].map(
        async (path) => JSON.stringify((await ask(test, "GET", path, { bearer: "token-of-admin" })).body),
      ),
    );
    for (const text of texts)
      for (const secret of [hash, GOOD, token, token.split(".")[1] ?? "?", linkIn(link)])
        assert.ok(!text.includes(secret));
    assert.ok(!texts[0]?.includes("CRM machine"));
  });

  it("takes password and sessions away from an agent who is deleted and made again", async () => {
    test = await startTestApp({ configuration: WITHOUT_ADMIN });
    const setUp = { link: linkIn(test.app.setUpLink), password: GOOD, name: "Boss" };
    const admin = (await ask(test, "POST", "/api/set-up", { body: setUp })).cookie;
    const agent = { name: "Cleo", roles: ["agent"] };
    const path = "/api/admin/agents/cleo";
    await ask(test, "PUT", path, { body: agent, cookie: admin });
    const { body } = await ask(test, "POST", `${path}/invitation`, { cookie: admin });
    const link = linkIn((body as { link: string }).link);
    const cleo = (await ask(test, "POST", "/api/set-up", { body: { link, password: GOOD } })).cookie;
    assert.equal((await userOf(test, cleo))?.id, "cleo");
    await request(test.url + path, {
      method: "DELETE",
      headers: { cookie: admin, "sec-fetch-site": "same-origin", "if-match": "*" },
    });
    await eventually(
      async () =>
        (await test.app.internals.store.query("leases", "all", { partition: "signIn" })).items.length === 1,
      "Cleo's password to be gone",
    );
    await ask(test, "PUT", path, { body: agent, cookie: admin });
    assert.equal(await userOf(test, cleo), null);
    const again = await ask(test, "POST", "/api/session", { body: { name: "cleo", password: GOOD } });
    assert.equal(again.status, 401);
  });

  it("signs in at a provider over HTTP, and the session has the provider's roles", async () => {
    issuer = await startOidcIssuer(`${PUBLIC_URL}/api/sign-in/oidc/callback`);
    issuer.person.roles = ["Admin"];
    test = await startTestApp({
      environment: {
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.clientSecret,
      },
    });
    const begun = await ask(test, "GET", "/api/sign-in/oidc?to=/counts");
    const back = new URL(await issuer.authorize(String(begun.headers.location)));
    const ended = await ask(test, "GET", back.pathname + back.search, { cookie: begun.cookie });
    assert.deepEqual([ended.status, ended.headers.location], [302, "/counts"]);
    assert.equal((await ask(test, "GET", "/api/admin/queues", { cookie: ended.cookie })).status, 200);
    const { body } = await ask(test, "GET", "/api/session", { cookie: ended.cookie });
    const { user, ways } = body as { user: { name: string }; ways: object };
    assert.equal(user.name, "Ida Oidc");
    assert.deepEqual(ways, { password: false, oidc: { name: "127.0.0.1" }, demo: false, setUp: false });
    const agents = await ask(test, "GET", "/api/admin/agents", { cookie: ended.cookie });
    const made = (agents.body as { items: { identity?: string }[] }).items.map(({ identity }) => identity);
    assert.ok(made.includes(`${issuer.url}|subject-1`));
  });

  it("refuses an identity that another agent has", async () => {
    test = await startTestApp();
    const put = (id: string) =>
      ask(test, "PUT", `/api/admin/agents/${id}`, {
        body: { name: id, identity: "tenant|object" },
        bearer: "token-of-admin",
      });
    assert.equal((await put("cleo")).status, 201);
    const twice = await put("dan");
    assert.deepEqual([twice.status, (twice.body as { code: string }).code], [400, "INPUT_INVALID"]);
    assert.match((twice.body as { message: string }).message, /identity: agent cleo has it already/);
  });
});
