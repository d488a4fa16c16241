import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSecrets, type SecretsOptions } from "../../src/secrets/secrets";

describe("createSecrets", () => {
  let folder: string;
  let now: number;
  const clock = { now: () => now, after: () => () => {} };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "secrets-"));
    now = 1_000_000;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(options: Partial<SecretsOptions> = {}) {
    return createSecrets({ environment: {}, dataFolder: folder, production: false, clock, ...options });
  }

  it("reads the environment it was given", async () => {
    const secrets = open({
      environment: { TOKEN: "t", EMPTY: "", VAULT: "@Microsoft.KeyVault(SecretUri=x)" },
    });
    assert.deepEqual(await secrets.resolve("env:TOKEN"), ["t"]);
    for (const name of ["NOT_THERE", "EMPTY", "toString"]) {
      await assert.rejects(secrets.resolve(`env:${name}`), { code: "SECRET_MISSING" }, name);
    }
    // The platform could not ask the vault: that says nothing about the secret.
    await assert.rejects(secrets.resolve("env:VAULT"), { code: "VAULT_UNAVAILABLE" });
  });

  it("refuses what is no reference without repeating it", async () => {
    await assert.rejects(open().resolve("hunter2"), (error: Error) => !error.message.includes("hunter2"));
  });

  it("needs KEY_VAULT_URL for Key Vault", async () => {
    const missing = { code: "SECRET_MISSING", message: /KEY_VAULT_URL/ };
    await assert.rejects(open().resolve("keyvault:x"), missing);
    await assert.rejects(open({ kind: "keyvault" }).set("x", "v"), missing);
    await assert.rejects(open({ kind: "keyvault" }).list(), missing);
  });

  it("keeps secrets encrypted in a file of its own", async () => {
    const secrets = open();
    await secrets.set("fb", "geheim-äöü");
    await secrets.set("x", "other");
    assert.deepEqual(await open().resolve(secrets.referenceTo("fb")), ["geheim-äöü"]);
    assert.deepEqual(await secrets.list(), ["fb", "x"]);
    assert.doesNotMatch(readFileSync(path.join(folder, "secrets.json"), "utf8"), /geheim|other/);
    assert.equal(statSync(path.join(folder, "secrets.json")).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(folder, "master.key")).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder).sort(), ["master.key", "secrets.json"]);
  });

  it("keeps every one of many secrets set at once", async () => {
    const secrets = open();
    await Promise.all(Array.from({ length: 20 }, (_, i) => secrets.set(`n${i}`, `v${i}`)));
    assert.equal((await secrets.list()).length, 20);
    assert.deepEqual(await secrets.resolve("file:n7"), ["v7"]);
  });

  it("names a secret that is not there", async () => {
    await assert.rejects(open().resolve("file:nope"), {
      code: "SECRET_MISSING",
      message: /switchboard secret set nope/,
    });
    assert.deepEqual(await open().list(), []);
  });

  it("refuses bad names and empty values", async () => {
    await assert.rejects(open().set("a/b", "v"), { code: "INPUT_INVALID" });
    await assert.rejects(open().set("a", ""), { code: "INPUT_INVALID" });
  });

  it("accepts keys in hex, in base64 and as a passphrase", async () => {
    const keys = ["ab".repeat(32), Buffer.alloc(32, 7).toString("base64"), "correct horse battery staple"];
    for (const [i, masterKey] of keys.entries()) {
      const dataFolder = path.join(folder, String(i));
      await open({ masterKey, dataFolder }).set("a", "v");
      assert.deepEqual(await open({ masterKey, dataFolder }).resolve("file:a"), ["v"]);
      assert.deepEqual(readdirSync(dataFolder), ["secrets.json"]);
    }
    await assert.rejects(open({ masterKey: "short" }).set("a", "v"), { code: "SETTING_INVALID" });
  });

  it("says that the key is wrong, and mixes nothing under two keys", async () => {
    await open({ masterKey: "ab".repeat(32) }).set("a", "v");
    const wrong = open({ masterKey: "cd".repeat(32) });
    await assert.rejects(wrong.resolve("file:a"), { code: "SECRET_UNREADABLE" });
    await assert.rejects(wrong.set("b", "w"), { code: "SECRET_UNREADABLE" });
  });

  it("notices entries that were swapped in the file", async () => {
    const secrets = open();
    await secrets.set("a", "1");
    await secrets.set("b", "2");
    const file = path.join(folder, "secrets.json");
    const content = JSON.parse(readFileSync(file, "utf8"));
    content.secrets = { a: content.secrets.b, b: content.secrets.a };
    writeFileSync(file, JSON.stringify(content));
    await assert.rejects(open().resolve("file:a"), { code: "SECRET_UNREADABLE" });
    writeFileSync(file, "{");
    await assert.rejects(open().resolve("file:a"), { code: "SECRET_UNREADABLE" });
  });

  it("needs a key of one's own in production", async () => {
    await assert.rejects(open({ production: true }).set("a", "v"), {
      code: "SETTING_INVALID",
      message: /MASTER_KEY is needed/,
    });
  });

  it("keeps a value for a minute and asks again when told to", async () => {
    const [server, command] = [open(), open()];
    await server.set("a", "old");
    assert.deepEqual(await server.resolve("file:a"), ["old"]);
    await command.set("a", "new");
    assert.deepEqual(await server.resolve("file:a"), ["old"]);
    assert.deepEqual(await server.resolve("file:a", { fresh: true }), ["new"]);
    await command.set("a", "newer");
    now += 60_001;
    assert.deepEqual(await server.resolve("file:a"), ["newer"]);
  });

  it("accepts the old value beside the new one as long as wished", async () => {
    const secrets = open();
    await secrets.set("a", "old");
    await secrets.set("a", "new", { keepOldHours: 1 });
    assert.deepEqual(await secrets.resolve("file:a"), ["new", "old"]);
    now += 3_600_001;
    assert.deepEqual(await secrets.resolve("file:a"), ["new"]);
  });
});
