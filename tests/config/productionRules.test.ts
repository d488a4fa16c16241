import assert from "node:assert/strict";
import { developmentFaults } from "../../src/config/productionRules";
import { loadConfig } from "../../src/config/settings";

type Environment = Record<string, string>;

const PRODUCTION: Environment = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://desk.example.com",
  SWITCHBOARD_MASTER_KEY: "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=",
};
/** As the template sets them. */
const APP_SERVICE: Environment = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://desk.example.com",
  WEBSITE_SITE_NAME: "switchboard-abc",
  TRUST_PROXY_HOPS: "1",
  SWITCHBOARD_DATA: "/tmp/switchboard",
  SWITCHBOARD_STORE: "cosmos",
  COSMOS_ENDPOINT: "https://shop.documents.azure.com:443/",
  SWITCHBOARD_SECRETS: "keyvault",
  KEY_VAULT_URL: "https://shop.vault.azure.net/",
  MEDIA_URL: "https://shop.blob.core.windows.net/media",
};

function faultsOf(environment: Environment): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    return (error as { details: string[] }).details;
  }
}

/** Exactly this setting is refused, in words that name it. */
function refuses(name: string, environment: Environment, words: RegExp): void {
  const faults = faultsOf(environment);
  assert.equal(faults.length, 1, faults.join("\n"));
  assert.ok(faults[0]?.startsWith(`${name}: `), faults[0]);
  assert.match(faults[0] ?? "", words);
}

describe("settings of a server in production", () => {
  it("are taken when they are safe", () => {
    assert.deepEqual(faultsOf(PRODUCTION), []);
    assert.deepEqual(faultsOf({ ...PRODUCTION, METRICS_TOKEN: "kq83hd82hdk29dj1" }), []);
  });

  it("need an address that platforms sign", () => {
    const { PUBLIC_URL: _, ...rest } = PRODUCTION;
    refuses("PUBLIC_URL", rest, /needed in production/);
  });

  it("refuse cookies in the open", () => {
    for (const url of ["http://desk.example.com", "http://127.0.0.1:3978"])
      refuses("PUBLIC_URL", { ...PRODUCTION, PUBLIC_URL: url }, /must be https.*cookies/);
  });

  it("refuse a generated master key, unless secrets are in a vault", () => {
    const { SWITCHBOARD_MASTER_KEY: _, ...rest } = PRODUCTION;
    refuses("SWITCHBOARD_MASTER_KEY", rest, /needed in production unless SWITCHBOARD_SECRETS is keyvault/);
    const vault = { SWITCHBOARD_SECRETS: "keyvault", KEY_VAULT_URL: "https://shop.vault.azure.net" };
    assert.deepEqual(faultsOf({ ...rest, ...vault }), []);
  });

  it("refuse a master key that can be guessed, without showing it", () => {
    const pattern = Buffer.alloc(32, 1).toString("base64");
    for (const key of [
      pattern,
      "change-me-please",
      "ChangeMe1234567",
      "password-of-shop",
      "aaaaaaaaaaaaaaaa",
    ]) {
      refuses("SWITCHBOARD_MASTER_KEY", { ...PRODUCTION, SWITCHBOARD_MASTER_KEY: key }, /can be guessed/);
      assert.ok(
        !faultsOf({ ...PRODUCTION, SWITCHBOARD_MASTER_KEY: key })
          .join()
          .includes(key),
      );
    }
    refuses("SWITCHBOARD_MASTER_KEY", { ...PRODUCTION, SWITCHBOARD_MASTER_KEY: "short" }, /too short/);
  });

  it("refuse a token of /metrics that can be guessed", () => {
    for (const token of ["bench", "0000000000000000", "change-me-change-me"])
      refuses("METRICS_TOKEN", { ...PRODUCTION, METRICS_TOKEN: token }, /at least 16 random characters/);
  });

  it("refuse platforms, database and files in the open, except on this machine", () => {
    for (const name of [
      "FACEBOOK_GRAPH_URL",
      "X_API_URL",
      "TWILIO_API_URL",
      "TWILIO_MESSAGING_URL",
      "TWILIO_CONTENT_URL",
    ]) {
      // The second is a name like any other.
      for (const url of ["http://proxy.example.com", "http://127.0.0.1.example.com"])
        refuses(name, { ...PRODUCTION, [name]: url }, /token would travel in the open/);
      assert.deepEqual(faultsOf({ ...PRODUCTION, [name]: "http://127.0.0.1:4000" }), []);
    }
    const cosmos = { ...PRODUCTION, SWITCHBOARD_STORE: "cosmos", COSMOS_KEY: "a2V5" };
    refuses("COSMOS_ENDPOINT", { ...cosmos, COSMOS_ENDPOINT: "http://10.0.0.4:8081" }, /must be https/);
    assert.deepEqual(faultsOf({ ...cosmos, COSMOS_ENDPOINT: "http://localhost:8081" }), []);
    refuses("MEDIA_URL", { ...PRODUCTION, MEDIA_URL: "http://127.0.0.1/shop/media" }, /must be https/);
  });

  it("are told all at once", () => {
    const names = faultsOf({
      NODE_ENV: "production",
      PUBLIC_URL: "http://desk.example.com",
      METRICS_TOKEN: "x",
      X_API_URL: "http://proxy.example.com",
      SWITCHBOARD_WORKERS: "off",
      PORT: "-1",
    }).map((fault) => fault.split(":", 1)[0]);
    assert.deepEqual(names, [
      "PORT",
      "PUBLIC_URL",
      "SWITCHBOARD_MASTER_KEY",
      "METRICS_TOKEN",
      "X_API_URL",
      "SWITCHBOARD_WORKERS",
    ]);
  });

  it("matter to a server, not to a command such as config check", () => {
    assert.equal(loadConfig({ NODE_ENV: "production" }, "command").production, true);
    assert.equal(loadConfig({ ...APP_SERVICE, SWITCHBOARD_STORE: "local" }, "command").store.kind, "local");
  });

  it("are not asked of development", () => {
    assert.deepEqual(faultsOf({ PUBLIC_URL: "http://desk.test", SWITCHBOARD_MASTER_KEY: "change-me" }), []);
  });
});

describe("settings of a server without workers", () => {
  it("need a store that others work", () => {
    refuses("SWITCHBOARD_WORKERS", { SWITCHBOARD_WORKERS: "off" }, /needs SWITCHBOARD_STORE cosmos/);
    assert.deepEqual(faultsOf({ ...APP_SERVICE, SWITCHBOARD_WORKERS: "off" }), []);
  });
});

describe("settings of a server on App Service", () => {
  it("are taken as the template sets them", () => {
    assert.deepEqual(faultsOf(APP_SERVICE), []);
  });

  it("refuse development, which anybody could use", () => {
    const { NODE_ENV: _, ...rest } = APP_SERVICE;
    refuses("NODE_ENV", rest, /must be production on App Service/);
  });

  it("refuse the embedded store, which a restart or the network share would cost", () => {
    refuses("SWITCHBOARD_STORE", { ...APP_SERVICE, SWITCHBOARD_STORE: "local" }, /must be cosmos/);
  });

  it("refuse a secrets file, which a restart would cost", () => {
    const file = {
      SWITCHBOARD_SECRETS: "file",
      SWITCHBOARD_MASTER_KEY: PRODUCTION.SWITCHBOARD_MASTER_KEY ?? "",
    };
    refuses("SWITCHBOARD_SECRETS", { ...APP_SERVICE, ...file }, /must be keyvault/);
  });

  it("refuse files on a disk that a restart empties", () => {
    const { MEDIA_URL: _, ...rest } = APP_SERVICE;
    refuses("MEDIA_URL", rest, /needed on App Service/);
  });

  it("refuse a data folder that all instances share, or in the read-only package", () => {
    for (const folder of ["/home/data", "/home", "data", ""])
      refuses("SWITCHBOARD_DATA", { ...APP_SERVICE, SWITCHBOARD_DATA: folder }, /all instances share \/home/);
    assert.deepEqual(faultsOf({ ...APP_SERVICE, SWITCHBOARD_DATA: "/homely" }), []);
  });

  it("refuse to take the proxy's address for everybody's", () => {
    refuses("TRUST_PROXY_HOPS", { ...APP_SERVICE, TRUST_PROXY_HOPS: "0" }, /at least 1/);
  });
});

describe("developmentFaults", () => {
  const faults = (kind: "accounts" | "instances" | "agents", value: object) =>
    developmentFaults(kind, value as never).map(({ path, message }) => `${path.join(".")} ${message}`);

  it("finds simulated accounts and the demo's secrets and people", () => {
    const account = {
      simulated: true,
      secrets: { applicationSecret: "file:demo-secret", verifyToken: "env:A" },
    };
    const [simulated, secret, ...none] = faults("accounts", account);
    assert.match(simulated ?? "", /^simulated .*for development/);
    assert.match(secret ?? "", /^secrets\.applicationSecret file:demo-secret is the demo's/);
    assert.deepEqual(none, []);
    assert.equal(faults("instances", { secrets: { pageAccessToken: "file:demo-page" } }).length, 1);
    assert.match(faults("agents", { token: "file:demo-ana" })[0] ?? "", /^token file:demo-ana is the demo's/);
  });

  it("finds nothing in what production may have", () => {
    assert.deepEqual(faults("agents", { token: "env:ANA_TOKEN" }), []);
    assert.deepEqual(faults("agents", {}), []);
    assert.deepEqual(faults("accounts", { simulated: false, secrets: { a: "file:shop-demo-1" } }), []);
  });
});
