import assert from "node:assert/strict";
import path from "node:path";
import { SETTING_ROWS } from "../../src/config/settingRows";
import { envExample, loadConfig, settingsTable } from "../../src/config/settings";

function problemsOf(env: Record<string, string>): string[] {
  let problems: string[] = [];
  assert.throws(
    () => loadConfig(env),
    (error: { code: string; details: string[]; message: string }) => {
      problems = error.details;
      return error.code === "SETTING_INVALID" && problems.every((problem) => error.message.includes(problem));
    },
  );
  return problems;
}

describe("loadConfig", () => {
  it("runs on defaults in development", () => {
    const config = loadConfig({});
    assert.equal(config.production, false);
    assert.equal(config.host, "127.0.0.1");
    assert.equal(config.port, 3978);
    assert.equal(config.publicUrl, "http://127.0.0.1:3978");
    assert.equal(config.dataFolder, path.resolve("data"));
    assert.equal(config.workers, true);
    assert.equal(config.botFramework, undefined);
    assert.equal(config.apiUrls.twitter, "https://api.x.com");
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.apiUrls));
    assert.deepEqual(config.apiExtras.twilio, {
      messaging: "https://messaging.twilio.com",
      content: "https://content.twilio.com",
    });
  });

  it("takes empty values for missing ones", () => {
    assert.equal(loadConfig({ PORT: "", PUBLIC_URL: " " }).port, 3978);
  });

  it("drops the trailing slash of base URLs", () => {
    const config = loadConfig({
      PUBLIC_URL: "https://desk.example.com/",
      X_API_URL: "http://127.0.0.1:4000//",
      TWILIO_CONTENT_URL: "http://127.0.0.1:4000/",
    });
    assert.equal(config.apiExtras.twilio.content, "http://127.0.0.1:4000");
    assert.equal(config.publicUrl, "https://desk.example.com");
    assert.equal(config.apiUrls.twitter, "http://127.0.0.1:4000");
  });

  it("listens on all addresses in production", () => {
    assert.equal(loadConfig({ NODE_ENV: "production" }, "command").host, "0.0.0.0");
  });

  it("keeps files in the container that MEDIA_URL names, else on the disk", () => {
    assert.equal("media" in loadConfig({}), false);
    const config = loadConfig({
      MEDIA_URL: "https://shop.blob.core.windows.net/media/",
      AZURE_CLIENT_ID: "11111111-1111-1111-1111-111111111111",
    });
    assert.deepEqual(config.media, {
      url: "https://shop.blob.core.windows.net/media",
      clientId: "11111111-1111-1111-1111-111111111111",
    });
    // A signature is a secret, and settings are shown.
    assert.match(
      problemsOf({ MEDIA_URL: "https://shop.blob.core.windows.net/media?sig=x" }).join(),
      /^MEDIA_URL: must be an http or https URL without query/,
    );
  });

  it("lists every problem at once", () => {
    const problems = problemsOf({
      PORT: "70000",
      PUBLIC_URL: "ftp://x",
      SWITCHBOARD_WORKERS: "maybe",
      SWITCHBOARD_STORE: "cloud",
      SWITCHBOARD_SECRETS: "vault",
      NODE_ENV: "prod",
      TRUST_PROXY_HOPS: "-1",
    });
    assert.deepEqual(problems, [
      "NODE_ENV: must be one of development, test, production",
      "PORT: must be a whole number from 0 to 65535",
      "PUBLIC_URL: must be an http or https URL without query, fragment or password",
      "TRUST_PROXY_HOPS: must be a whole number from 0 to 10",
      "SWITCHBOARD_STORE: must be one of local, cosmos",
      "SWITCHBOARD_WORKERS: must be one of on, off",
      "SWITCHBOARD_SECRETS: must be one of file, keyvault",
    ]);
  });

  it("refuses a Key Vault reference that was not resolved, without showing it", () => {
    const problems = problemsOf({
      METRICS_TOKEN: "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/x)",
    });
    assert.match(problems.join(), /^METRICS_TOKEN: the Key Vault reference was not resolved/);
    assert.doesNotMatch(problems.join(), /vault\.azure/);
  });

  it("stores locally unless it is told of a Cosmos DB account", () => {
    const COSMOS_ENDPOINT = "https://shop.documents.azure.com:443/";
    assert.deepEqual(loadConfig({ COSMOS_ENDPOINT }).store, { kind: "local" });
    const cosmos = { SWITCHBOARD_STORE: "cosmos", COSMOS_ENDPOINT };
    assert.deepEqual(loadConfig(cosmos).store, {
      kind: "cosmos",
      endpoint: COSMOS_ENDPOINT,
      database: "switchboard",
    });
    const more = { COSMOS_KEY: "a2V5", COSMOS_DATABASE: "shop", AZURE_CLIENT_ID: "1-2" };
    assert.deepEqual(loadConfig({ ...cosmos, ...more }).store, {
      kind: "cosmos",
      endpoint: COSMOS_ENDPOINT,
      key: "a2V5",
      database: "shop",
      clientId: "1-2",
    });
  });

  it("needs an account for the Cosmos store, and https for tokens", () => {
    assert.match(problemsOf({ SWITCHBOARD_STORE: "cosmos" }).join(), /^COSMOS_ENDPOINT: needed/);
    const open = { SWITCHBOARD_STORE: "cosmos", COSMOS_ENDPOINT: "http://127.0.0.1:8081" };
    assert.match(problemsOf(open).join(), /^COSMOS_ENDPOINT: must be https/);
    assert.equal(loadConfig({ ...open, COSMOS_KEY: "a2V5" }).store.kind, "cosmos");
  });

  it("knows where the key vault is and who asks there", () => {
    const KEY_VAULT_URL = "https://shop.vault.azure.net/";
    assert.deepEqual(loadConfig({}).secrets, { kind: "file" });
    assert.deepEqual(loadConfig({ KEY_VAULT_URL }).secrets, {
      kind: "file",
      vault: { url: "https://shop.vault.azure.net" },
    });
    const env = { KEY_VAULT_URL, SWITCHBOARD_SECRETS: "keyvault", AZURE_CLIENT_ID: "id" };
    assert.deepEqual(loadConfig(env).secrets, {
      kind: "keyvault",
      vault: { url: "https://shop.vault.azure.net", clientId: "id" },
    });
  });

  it("refuses a key vault that cannot be one", () => {
    const production = {
      NODE_ENV: "production",
      PUBLIC_URL: "https://desk.example.com",
      SWITCHBOARD_MASTER_KEY: "a long and random passphrase",
    };
    assert.deepEqual(problemsOf({ SWITCHBOARD_SECRETS: "keyvault" }), [
      "KEY_VAULT_URL: needed with SWITCHBOARD_SECRETS keyvault",
    ]);
    assert.match(
      problemsOf({ ...production, KEY_VAULT_URL: "http://shop.vault.azure.net" }).join(),
      /must be https in production/,
    );
    assert.match(
      problemsOf({ KEY_VAULT_URL: "https://shop.vault.azure.net/secrets/fb" }).join(),
      /the vault's address alone/,
    );
  });

  it("opens the Bot Framework endpoint only with whole credentials", () => {
    const msi = { MicrosoftAppType: "UserAssignedMSI", MicrosoftAppId: "app", MicrosoftAppTenantId: "t" };
    assert.deepEqual(loadConfig(msi).botFramework, {
      appType: "UserAssignedMSI",
      appId: "app",
      tenantId: "t",
    });
    assert.match(
      problemsOf({ ...msi, MicrosoftAppPassword: "p" }).join(),
      /MicrosoftAppPassword: must be empty/,
    );
    assert.match(problemsOf({ MicrosoftAppId: "app" }).join(), /MicrosoftAppPassword: needed/);
    assert.match(problemsOf({ MicrosoftAppPassword: "p" }).join(), /MicrosoftAppId: needed/);
    const single = { MicrosoftAppType: "SingleTenant", MicrosoftAppId: "app", MicrosoftAppPassword: "p" };
    assert.match(problemsOf(single).join(), /MicrosoftAppTenantId: needed/);
  });
});

describe("the settings table", () => {
  it("has every setting in the docs and in .env.example", () => {
    for (const { name } of SETTING_ROWS) {
      assert.ok(settingsTable().includes(`| \`${name}\` |`), name);
      assert.ok(envExample().includes(`\n#${name}=`), name);
    }
  });

  it("gives defaults that the parser accepts", () => {
    const env = Object.fromEntries(
      SETTING_ROWS.map((row) => [row.name, /^[^\s(]+$/.test(row.standard) ? row.standard : ""]),
    );
    delete env.METRICS_TOKEN;
    const { MicrosoftAppPassword: _password, ...rest } = env;
    assert.equal(
      loadConfig({ ...rest, MicrosoftAppId: "", MicrosoftAppTenantId: "", SWITCHBOARD_CONFIG: "" }).port,
      3978,
    );
  });
});
