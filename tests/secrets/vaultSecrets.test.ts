import assert from "node:assert/strict";
import { createVaultBench, DAY, HOUR, type VaultBench } from "./vaultBench";

describe("secrets in a key vault", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await createVaultBench();
  });
  afterEach(() => bench.close());

  /** A version that has stood for long. */
  function addOld(name: string, value: string): void {
    bench.clock.time -= 9 * DAY;
    bench.vault.secrets.add(name, value);
    bench.clock.time += 9 * DAY;
  }

  describe("reading", () => {
    it("answers the challenge, then asks once for a secret and keeps it for eight hours", async () => {
      addOld("fb-app", "app");
      const secrets = bench.open();
      assert.deepEqual(await secrets.resolve("keyvault:fb-app"), ["app"]);
      assert.deepEqual(bench.vault.requests, ["challenge", "GET /secrets/fb-app/"]);
      assert.deepEqual(bench.credential.asked, ["https://vault.azure.net/.default tenant-1"]);
      bench.taken();
      bench.clock.time += 8 * HOUR - 1;
      assert.deepEqual(await secrets.resolve("keyvault:fb-app"), ["app"]);
      assert.deepEqual(bench.taken(), []);
      bench.clock.time += 1;
      await secrets.resolve("keyvault:fb-app");
      assert.deepEqual(bench.taken(), ["GET /secrets/fb-app/"]);
    });

    it("asks once for callers at the same time, and for one name in any capitals", async () => {
      addOld("fb", "app");
      const secrets = bench.open();
      const all = await Promise.all(
        ["fb", "fb", "FB"].map((name) => secrets.resolve(`keyvault:${name}`, { fresh: true })),
      );
      assert.deepEqual(all, [["app"], ["app"], ["app"]]);
      assert.equal(bench.taken().length, 1);
    });

    it("asks again when told to, at most every 30 s a name", async () => {
      addOld("fb", "old");
      addOld("x", "old");
      const secrets = bench.open();
      await secrets.resolve("keyvault:fb");
      await secrets.resolve("keyvault:x");
      bench.vault.secrets.add("fb", "new", { keepOldHours: "0" });
      bench.clock.time += 29_999;
      assert.deepEqual(await secrets.resolve("keyvault:fb", { fresh: true }), ["old"]);
      bench.clock.time += 1;
      assert.deepEqual(await secrets.resolve("keyvault:fb", { fresh: true }), ["new"]);
      bench.taken();
      await secrets.resolve("keyvault:fb", { fresh: true });
      assert.deepEqual(bench.taken(), []);
      await secrets.resolve("keyvault:x", { fresh: true });
      assert.deepEqual(bench.taken(), ["GET /secrets/x/"]);
    });
  });

  describe("a rotation", () => {
    it("lets the old and the new value count for a day, the new one first", async () => {
      addOld("fb", "older");
      bench.clock.time += HOUR;
      addOld("fb", "old");
      bench.vault.secrets.add("fb", "new");
      const secrets = bench.open();
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new", "old"]);
      bench.clock.time += DAY;
      bench.taken();
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new"]);
      assert.deepEqual(bench.taken(), ["GET /secrets/fb/"], "once it is over, one request does");
    });

    it("finds the versions on all pages, in whatever order", async () => {
      for (let i = 0; i < 10; i++) {
        bench.clock.time += 1000;
        bench.vault.secrets.add("fb", `v${i}`);
      }
      assert.deepEqual(await bench.open().resolve("keyvault:fb"), ["v9", "v8"]);
      assert.equal(bench.taken().filter((request) => request.endsWith("/versions")).length, 4);
    });

    it("takes the vault's latest of two in the same second", async () => {
      for (let i = 0; i < 6; i++) {
        bench.vault.secrets.add(`s${i}`, "old");
        bench.vault.secrets.add(`s${i}`, "new");
        assert.equal((await bench.open().resolve(`keyvault:s${i}`))[0], "new");
      }
    });

    it("ends at once for a version that is disabled", async () => {
      addOld("fb", "old");
      bench.vault.secrets.add("fb", "new");
      const secrets = bench.open();
      await secrets.resolve("keyvault:fb");
      const [old, latest] = bench.vault.secrets.versionsOf("fb");
      assert.ok(old && latest);
      old.enabled = false;
      bench.clock.time += 30_000;
      assert.deepEqual(await secrets.resolve("keyvault:fb", { fresh: true }), ["new"]);
      [old.enabled, latest.enabled] = [true, false];
      bench.clock.time += 30_000;
      assert.deepEqual(await secrets.resolve("keyvault:fb", { fresh: true }), ["old"]);
    });

    it("keeps to dates without asking, and takes a version up when it starts", async () => {
      const start = bench.clock.time;
      addOld("fb", "old");
      bench.vault.secrets.add("fb", "new", { notBefore: start + HOUR });
      bench.vault.secrets.add("x", "brief", { expires: start + HOUR });
      const secrets = bench.open();
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["old"]);
      assert.deepEqual(await secrets.resolve("keyvault:x"), ["brief"]);
      bench.clock.time += HOUR;
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new", "old"]);
      await assert.rejects(secrets.resolve("keyvault:x"), { code: "SECRET_MISSING", message: /expired/ });
    });

    it("goes by the tag of the newer version", async () => {
      addOld("fb", "old");
      bench.vault.secrets.add("fb", "new", { keepOldHours: "1" });
      const secrets = bench.open();
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new", "old"]);
      bench.clock.time += HOUR;
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new"]);
    });

    it("knows the latest version only where versions may not be listed, and says so once", async () => {
      bench.vault.role = "getOnly";
      for (const name of ["fb", "x"]) {
        addOld(name, "old");
        bench.vault.secrets.add(name, "new");
      }
      const secrets = bench.open();
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new"]);
      assert.deepEqual(await secrets.resolve("keyvault:x"), ["new"]);
      assert.equal(bench.told.length, 1);
      assert.match(bench.told.join(), /versions of secrets cannot be listed/);
    });

    it("does not let the current value wait for the former one", async () => {
      addOld("fb", "old");
      bench.vault.secrets.add("fb", "new");
      const secrets = bench.open();
      const denied = { status: 403, body: { error: { code: "Forbidden" } } };
      await secrets.resolve("keyvault:other").catch(() => undefined);
      // The latest, the list, the former.
      bench.vault.faults.push(
        { status: 200, body: latestBody(bench) },
        { status: 200, body: listBody(bench) },
        denied,
      );
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new"]);
      bench.clock.time += 60_000;
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new", "old"]);
    });
  });

  describe("writing", () => {
    it("adds versions, and the former value counts for a day", async () => {
      const secrets = bench.open();
      await secrets.set("generated.shop_1.verifyToken", "one");
      assert.equal(
        secrets.referenceTo("generated.shop_1.verifyToken"),
        "keyvault:generated.shop_1.verifyToken",
      );
      const reference = secrets.referenceTo("generated.shop_1.verifyToken");
      assert.deepEqual(await secrets.resolve(reference), ["one"]);
      bench.clock.time += 1000;
      await secrets.set("generated.shop_1.verifyToken", "two");
      assert.deepEqual(await secrets.resolve(reference), ["two", "one"]);
      assert.deepEqual(await secrets.list(), ["generated.shop_1.verifyToken"]);
      assert.equal(
        bench.vault.secrets.versionsOf("generated--dot-shop--under-1--dot-verifyToken").length,
        2,
        "a second version of one secret",
      );
      assert.deepEqual(await bench.open().resolve(reference), ["two", "one"]);
    });

    it("drops the former value at once when told to, on every server", async () => {
      const secrets = bench.open();
      await secrets.set("fb", "one");
      bench.clock.time += 1000;
      await secrets.set("fb", "two", { keepOldHours: 0 });
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["two"]);
      assert.deepEqual(await bench.open().resolve("keyvault:fb"), ["two"]);
    });

    it("is not undone by a reading that began before", async () => {
      addOld("fb", "old");
      const secrets = bench.open();
      await secrets.resolve("keyvault:fb");
      bench.clock.time += 30_000;
      const reading = secrets.resolve("keyvault:fb", { fresh: true });
      await Promise.all([reading, secrets.set("fb", "new", { keepOldHours: 0 })]);
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new"]);
    });

    it("lists names of all pages, without those of certificates", async () => {
      for (const name of ["e", "d", "c", "b", "a"]) bench.vault.secrets.add(name, "v");
      bench.vault.secrets.add("tls", "v", { managed: true });
      assert.deepEqual(await bench.open().list(), ["a", "b", "c", "d", "e"]);
    });

    it("refuses names and values that the vault cannot keep apart or take", async () => {
      const secrets = bench.open();
      const refused = (name: string, message: RegExp, value = "v") =>
        assert.rejects(secrets.set(name, value), { code: "INPUT_INVALID", message }, name);
      await refused("a/b", /letters, digits/);
      await refused("a--dot-b", /taken for a\.b/);
      await refused(`${"_".repeat(20)}`, /an underscore as 8/);
      await refused("a", /empty/, "");
      await refused("a", /25 KB/, "v".repeat(25 * 1024 + 1));
      bench.vault.secrets.add("Shop", "other");
      await refused("shop", /has a secret Shop already/);
      assert.equal(bench.vault.secrets.versionsOf("Shop").length, 1);
    });

    it("never makes a deleted secret anew", async () => {
      bench.vault.secrets.add("fb", "old");
      bench.vault.secrets.remove("fb");
      const secrets = bench.open();
      const deleted = {
        code: "SECRET_MISSING",
        message: /recover it first: az keyvault secret recover .*--name fb/,
      };
      await assert.rejects(secrets.set("fb", "new"), deleted);
      await assert.rejects(secrets.resolve("keyvault:fb"), deleted);
      bench.vault.secrets.recover("fb");
      await secrets.set("fb", "new");
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["new", "old"]);
    });
  });

  describe("refusals", () => {
    it("name the role that is missing", async () => {
      bench.vault.secrets.add("fb", "v");
      bench.vault.role = "none";
      const secrets = bench.open();
      await assert.rejects(secrets.resolve("keyvault:fb"), {
        code: "VAULT_UNAVAILABLE",
        message: /Secret fb .*may not read.*role Key Vault Secrets User/,
      });
      bench.vault.role = "user";
      assert.deepEqual(await secrets.resolve("keyvault:fb"), ["v"]);
      await assert.rejects(secrets.set("fb", "w"), {
        code: "VAULT_UNAVAILABLE",
        message: /may not write.*role Key Vault Secrets Officer/,
      });
    });

    it("tell a firewall, a wrong tenant, a missing and a disabled secret apart", async () => {
      const secrets = bench.open();
      const refused = (name: string, code: string, message: RegExp) =>
        assert.rejects(secrets.resolve(`keyvault:${name}`), { code, message });
      await refused("nope", "SECRET_MISSING", /Secret nope .*no such secret/);
      bench.vault.secrets.add("off", "v").enabled = false;
      await refused("off", "SECRET_MISSING", /no version is enabled/);
      bench.vault.secrets.add("late", "v", { notBefore: bench.clock.time + HOUR });
      await refused("late", "SECRET_MISSING", /not valid|no version is valid yet/);
      bench.vault.secrets.add("empty", "");
      await refused("empty", "SECRET_MISSING", /empty/);
      bench.vault.walled = true;
      await refused("off", "VAULT_UNAVAILABLE", /shuts out this server's address/);
      bench.vault.walled = false;
      bench.clock.time += 5_000;
      bench.vault.tokens.clear();
      await refused("off", "VAULT_UNAVAILABLE", /does not know this server; check AZURE_CLIENT_ID/);
    });

    it("show neither values nor tokens", async () => {
      bench.vault.secrets.add("fb", "geheim");
      bench.vault.role = "user";
      await assert.rejects(bench.open().set("fb", "hunter2"), ({ message }: Error) => {
        assert.doesNotMatch(message, /hunter2|geheim/);
        return [...bench.vault.tokens].every((token) => !message.includes(token));
      });
    });
  });
});

function latestBody({ vault }: VaultBench): unknown {
  return vault.secrets.get("fb").body;
}

function listBody({ vault }: VaultBench): unknown {
  return vault.secrets.versionPage("fb", 0).body;
}
