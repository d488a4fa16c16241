import assert from "node:assert/strict";
import { toPerson } from "../../src/signIn/claims";

describe("toPerson", () => {
  const IDS = { sub: "s", tid: "tenant", oid: "object" };

  it("names people of Entra ID by tenant and object, everybody else by issuer and subject", () => {
    const entra = "https://login.microsoftonline.com/tenant/v2.0";
    assert.equal(toPerson({ iss: entra, ...IDS }, {}).identity, "tenant|object");
    assert.equal(toPerson({ iss: "https://id.example", ...IDS }, {}).identity, "https://id.example|s");
    const lookalike = "https://login.microsoftonline.com.evil.example/tenant";
    assert.equal(toPerson({ iss: lookalike, ...IDS }, {}).identity, `${lookalike}|s`);
  });

  it("never by an address that may be given to somebody else", () => {
    const person = toPerson({ iss: "https://id.example", sub: "s", email: "a@b.example" }, {});
    assert.ok(!JSON.stringify(person).includes("a@b.example"));
  });

  it("has the roles in our order, each once", () => {
    const mapping = { Boss: "admin", Lead: "supervisor", Chief: "admin" } as const;
    const { roles } = toPerson({ roles: ["Chief", "Lead", "Boss", "Other", 5] }, mapping);
    assert.deepEqual(roles, ["supervisor", "admin"]);
  });
});
