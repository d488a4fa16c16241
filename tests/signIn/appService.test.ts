import assert from "node:assert/strict";
import { checkIdentity } from "../../src/signIn/identities";
import { createSettings } from "../support/settings";
import { buildBench } from "./bench";

const MINUTE_MS = 60_000;

/** As App Service writes it for Entra ID. */
function header(claims: Record<string, string | string[]>, type = "aad"): Record<string, string> {
  const list = Object.entries(claims).flatMap(([typ, values]) =>
    [values].flat().map((val) => ({ typ, val })),
  );
  const principal = { auth_typ: type, name_typ: "name", role_typ: "roles", claims: list };
  return { "x-ms-client-principal": Buffer.from(JSON.stringify(principal)).toString("base64") };
}

const IDA = header({
  "http://schemas.microsoft.com/identity/claims/tenantid": "tenant",
  "http://schemas.microsoft.com/identity/claims/objectidentifier": "object",
  name: "Ida Platform",
  roles: ["Supervisor", "Agent"],
});
const build = () => buildBench({ choice: { passwords: false, appService: true, tenant: "Tenant" } });

describe("App Service authentication", () => {
  it("counts for nothing while it is switched off", async () => {
    const bench = buildBench();
    assert.equal(await bench.identify(IDA), undefined);
    assert.equal(await bench.identify({ ...IDA, "x-ms-client-principal-name": "admin" }), undefined);
  });

  it("signs in whoever the platform names, with the mapped roles; one agent, one audit entry", async () => {
    const bench = build();
    const found = await Promise.all([1, 2, 3].map(() => bench.identify(IDA)));
    const [who] = found;
    assert.deepEqual([who?.name, who?.roles], ["Ida Platform", ["agent", "supervisor"]]);
    assert.deepEqual(new Set(found.map((one) => one?.id)).size, 1);
    const { identity } = bench.settings.current().agents.get(who?.id ?? "") ?? {};
    assert.equal(identity, "tenant|object");
    assert.equal(bench.audit().filter((entry) => entry.startsWith("signIn ")).length, 1);
    bench.clock.advance(31 * MINUTE_MS);
    await bench.identify(IDA);
    assert.equal(
      bench.audit().filter((entry) => entry.startsWith("signIn ")).length,
      2,
      "after a pause anew",
    );
  });

  it("takes roles away as soon as the platform does, and lets nobody in without one", async () => {
    const bench = build();
    const claims = { tid: "tenant", oid: "object", name: "Ida" };
    assert.deepEqual((await bench.identify(header({ ...claims, roles: "Admin" })))?.roles, ["admin"]);
    assert.deepEqual((await bench.identify(header({ ...claims, roles: "Agent" })))?.roles, ["agent"]);
    await assert.rejects(bench.identify(header(claims)), { code: "SIGN_IN_NO_ROLE" });
  });

  it("gives nobody of another tenant a role, nor somebody of Entra ID without one", async () => {
    const bench = build();
    const claims = { oid: "object", sub: "subject", roles: "Admin" };
    for (const foreign of [{ ...claims, tid: "another" }, claims])
      await assert.rejects(bench.identify(header(foreign)), { code: "SIGN_IN_NO_ROLE" });
    assert.deepEqual((await bench.identify(header({ ...claims, tid: "tenant" })))?.roles, ["admin"]);
    assert.deepEqual((await bench.identify(header(claims, "keycloak")))?.roles, ["admin"], "no Entra ID");
  });

  it("takes changes from our own pages only: the platform's cookie rides along too", async () => {
    const bench = build();
    const change = (headers: Record<string, string>) => bench.identify({ ...IDA, ...headers }, "POST");
    assert.ok(await change({ "sec-fetch-site": "same-origin" }));
    await assert.rejects(change({ "sec-fetch-site": "cross-site" }), { code: "NOT_ALLOWED" });
    await assert.rejects(change({ origin: "https://evil.example" }), { code: "NOT_ALLOWED" });
    assert.ok(await change({ authorization: "Bearer of-the-platform" }), "a machine behind the platform");
    for (const authorization of ["Basic eDp5", "Negotiate x", "", "Bearer"])
      await assert.rejects(change({ authorization, "sec-fetch-site": "cross-site" }), {
        code: "NOT_ALLOWED",
      });
  });

  it("makes way for the agent to whom an admin gives the identity", async () => {
    const bench = build();
    const made = await bench.identify(IDA);
    const agents = [...bench.settings.current().agents.values()];
    const ida = { id: "ida", name: "Ida", identity: "tenant|object" };
    for (const order of [
      [...agents, ida],
      [ida, ...agents],
    ]) {
      bench.settings.change({ agents: order as never });
      const now = bench.settings.current();
      for (const agent of now.agents.values()) assert.deepEqual(checkIdentity(agent, now), []);
      assert.equal((await bench.identify(IDA))?.id, "ida");
    }
    assert.notEqual(made?.id, "ida");
    const entries = bench.audit().filter((entry) => entry.startsWith("signIn "));
    assert.deepEqual(entries, [`signIn ${made?.id} ${made?.id}`, "signIn ida ida"]);
    const twice = createSettings({ agents: [ida, { ...ida, id: "ida2" }] as never }).current();
    assert.equal(checkIdentity(twice.agents.get("ida2") as never, twice).length, 1, "two by an admin");
  });

  it("counts more than a session that somebody else left in the browser", async () => {
    const bench = build();
    const cookie = await bench.cookie();
    assert.equal((await bench.identify({ cookie }))?.id, "ana");
    assert.equal((await bench.identify({ ...IDA, cookie }))?.name, "Ida Platform");
  });

  it("leaves no session that a cookie could name", async () => {
    const bench = build();
    await bench.identify(IDA);
    assert.equal(await bench.identify({ cookie: "__Host-switchboard=tenant|object" }), undefined);
  });

  it("names nobody by a header that cannot be read", async () => {
    const bench = build();
    const broken = ["", "%%%", Buffer.from("[]").toString("base64"), Buffer.from("null").toString("base64")];
    for (const text of [...broken, Buffer.from('{"claims":[5,null,{"typ":1}]}').toString("base64")])
      assert.equal(await bench.identify({ "x-ms-client-principal": text }), undefined, text);
    assert.equal(await bench.identify(header({ name: "Ida", roles: "Admin" })), undefined, "no subject");
  });
});
