import assert from "node:assert/strict";
import { type Environment, loadConfig } from "../../src/config/settings";

const OIDC = { OIDC_ISSUER: "https://login.example.com/tenant", OIDC_CLIENT_ID: "switchboard" };
const TENANT = "11111111-2222-4333-8444-555555555555";
const PLATFORM = { SIGN_IN_APP_SERVICE: "on", SIGN_IN_TENANT: TENANT };
const signInOf = (environment: Environment) => loadConfig(environment).signIn;

describe("settings of sign-in", () => {
  it("have passwords of our own where nobody else signs people in, or when told so", () => {
    assert.equal(signInOf({}).passwords, true);
    assert.equal(signInOf(OIDC).passwords, false);
    assert.equal(signInOf({ ...PLATFORM, WEBSITE_AUTH_ENABLED: "True" }).passwords, false);
    assert.equal(signInOf({ ...OIDC, SIGN_IN_PASSWORDS: "on" }).passwords, true);
    assert.equal(signInOf({ SIGN_IN_PASSWORDS: "off" }).passwords, false);
  });

  it("name the provider, with a secret or as a public client", () => {
    assert.deepEqual(signInOf(OIDC).oidc, { issuer: OIDC.OIDC_ISSUER, clientId: "switchboard" });
    assert.equal(signInOf({ ...OIDC, OIDC_CLIENT_SECRET: "x" }).oidc?.clientSecret, "x");
  });

  it("map roles, also those with an equals sign", () => {
    assert.deepEqual(signInOf({}).roles, { Agent: "agent", Supervisor: "supervisor", Admin: "admin" });
    assert.deepEqual(signInOf({ SIGN_IN_ROLES: " cn=desk = agent ,Boss=admin" }).roles, {
      "cn=desk": "agent",
      Boss: "admin",
    });
  });

  it("ask for the platform's mark where people sign in, and of no command", () => {
    assert.equal(loadConfig(PLATFORM, "command").signIn.appService, true);
    assert.throws(() => loadConfig(PLATFORM), { code: "SETTING_INVALID" });
  });

  const refused: [what: string, environment: Environment, says: RegExp][] = [
    ["a client without its issuer", { OIDC_CLIENT_ID: "x" }, /OIDC_ISSUER: needed with OIDC_CLIENT_ID/],
    ["a secret without its issuer", { OIDC_CLIENT_SECRET: "x" }, /OIDC_ISSUER: needed/],
    ["an issuer without a client", { OIDC_ISSUER: "https://a.example" }, /OIDC_CLIENT_ID: needed/],
    [
      "a plain http issuer elsewhere",
      { ...OIDC, OIDC_ISSUER: "http://a.example" },
      /OIDC_ISSUER: must be https/,
    ],
    [
      "a plain http issuer in production",
      { ...OIDC, OIDC_ISSUER: "http://127.0.0.1:1", NODE_ENV: "production", PUBLIC_URL: "https://a.example" },
      /OIDC_ISSUER: must be https/,
    ],
    [
      "Entra without a tenant",
      { ...OIDC, OIDC_ISSUER: "https://login.microsoftonline.com/common/v2.0" },
      /must name your tenant/,
    ],
    [
      "Entra without a tenant, however it is written",
      { ...OIDC, OIDC_ISSUER: "https://login.microsoftonline.com/Common/v2.0" },
      /must name your tenant/,
    ],
    ["a role that is none of ours", { SIGN_IN_ROLES: "Agent=root" }, /SIGN_IN_ROLES: "Agent=root"/],
    ["a role without ours", { SIGN_IN_ROLES: "Agent" }, /SIGN_IN_ROLES/],
    ["no role at all", { SIGN_IN_ROLES: "," }, /names no role/],
    ["App Service's headers where it signs nobody in", PLATFORM, /WEBSITE_AUTH_ENABLED/],
    [
      "App Service's headers where its authentication is off",
      { ...PLATFORM, WEBSITE_AUTH_ENABLED: "False" },
      /WEBSITE_AUTH_ENABLED/,
    ],
    [
      "App Service's headers of any tenant",
      { SIGN_IN_APP_SERVICE: "on", WEBSITE_AUTH_ENABLED: "True" },
      /SIGN_IN_TENANT: needed/,
    ],
    ["a tenant that is no id", { SIGN_IN_TENANT: "contoso.com" }, /SIGN_IN_TENANT: must be the id/],
  ];
  for (const [what, environment, says] of refused)
    it(`refuse ${what}`, () => {
      assert.throws(() => loadConfig(environment), { code: "SETTING_INVALID", message: says });
    });
});
