import assert from "node:assert/strict";
import { type AccountDirectory, createAccountDirectory } from "../../src/admin/directory";
import type { Secrets } from "../../src/secrets/secrets";
import { createBench, FILE } from "../admin/setup";
import { definitions, parse } from "../config/definitions";
import { createVaultBench, HOUR, type VaultBench } from "./vaultBench";

const AWAY = /the key vault cannot be asked; secrets already read stay in use/;
const BACK = "the key vault answers again";
const BUSY = { status: 503, body: { error: { code: "ServiceUnavailable" } } };

const throttled = (retryAfter?: string) => ({
  status: 429,
  body: { error: { code: "Throttled" } },
  ...(retryAfter === undefined ? {} : { headers: { "Retry-After": retryAfter } }),
});

describe("a key vault that fails", () => {
  let bench: VaultBench;
  let secrets: Secrets;
  beforeEach(async () => {
    bench = await createVaultBench();
    secrets = bench.open();
    bench.clock.time -= 30 * 24 * HOUR;
    for (const name of ["a", "b"]) bench.vault.secrets.add(name, `value of ${name}`);
    bench.clock.time += 30 * 24 * HOUR;
  });
  afterEach(() => bench.close());

  describe("by throttling", () => {
    it("is asked again after the time it names, and tells nobody", async () => {
      bench.vault.faults.push(throttled("7"), throttled("3"));
      assert.deepEqual(await secrets.resolve("keyvault:a"), ["value of a"]);
      assert.deepEqual(bench.clock.waits, [7_000, 3_000]);
      assert.deepEqual(bench.told, []);
    });

    it("is given growing waits when it names no time", async () => {
      bench.vault.faults.push(throttled(), throttled(), throttled());
      assert.deepEqual(await secrets.resolve("keyvault:a"), ["value of a"]);
      assert.deepEqual(bench.clock.waits, [1_000, 2_000, 4_000]);
    });

    it("holds all names back for as long as it says", async () => {
      bench.vault.faults.push(throttled("60"));
      const refused = { code: "VAULT_UNAVAILABLE", message: /asks for fewer requests/ };
      await assert.rejects(secrets.resolve("keyvault:a"), refused);
      await assert.rejects(secrets.resolve("keyvault:b"), refused);
      await assert.rejects(secrets.set("c", "v"), refused);
      bench.clock.time += 30_000;
      await assert.rejects(secrets.resolve("keyvault:b"), refused);
      assert.equal(bench.taken().length, 1);
      assert.deepEqual(bench.clock.waits, []);
      bench.clock.time += 30_000;
      assert.deepEqual(await secrets.resolve("keyvault:b"), ["value of b"]);
      assert.deepEqual(bench.told.at(-1), BACK);
      assert.equal(bench.told.length, 2);
    });

    it("gets a write again, which it had not done", async () => {
      bench.vault.faults.push(throttled("1"), throttled("1"));
      await secrets.set("c", "v");
      assert.equal(bench.vault.secrets.versionsOf("c").length, 1);
    });
  });

  describe("for a moment", () => {
    it("is asked again at once after a broken connection and a 503", async () => {
      bench.vault.faults.push("drop", BUSY);
      assert.deepEqual(await secrets.resolve("keyvault:a"), ["value of a"]);
      assert.deepEqual(bench.clock.waits, [300, 1_000]);
      assert.deepEqual(bench.told, []);
    });

    it("is not given a write twice", async () => {
      await secrets.list();
      bench.vault.faults.push({ status: 200, body: { value: [] } }, "drop");
      await assert.rejects(secrets.set("a", "new"), {
        code: "VAULT_UNAVAILABLE",
        message: /Whether the secret was stored is not known: set it again/,
      });
      assert.equal(bench.vault.secrets.versionsOf("a").length, 1);
    });
  });

  describe("in flight", () => {
    it("leaves values in use past their eight hours, asks on, and tells once", async () => {
      for (const name of ["a", "b"]) await secrets.resolve(`keyvault:${name}`);
      bench.vault.fault = "drop";
      for (let hours = 0; hours < 48; hours += 9) {
        bench.clock.time += 9 * HOUR;
        for (const name of ["a", "b"])
          assert.deepEqual(await secrets.resolve(`keyvault:${name}`), [`value of ${name}`]);
      }
      assert.deepEqual(
        await secrets.resolve("keyvault:a", { fresh: true }),
        ["value of a"],
        "a failed signature does no harm",
      );
      assert.equal(bench.told.length, 1);
      assert.match(bench.told.join(), AWAY);
      bench.vault.fault = undefined;
      bench.vault.secrets.add("a", "new");
      bench.clock.time += 30_000;
      assert.deepEqual(await secrets.resolve("keyvault:a"), ["new", "value of a"]);
      assert.deepEqual(bench.told.slice(1), [BACK]);
    });

    it("does not make callers wait for it again and again", async () => {
      await secrets.resolve("keyvault:a");
      bench.vault.fault = "drop";
      bench.clock.time += 9 * HOUR;
      await secrets.resolve("keyvault:a");
      const asked = bench.vault.requests.length;
      await secrets.resolve("keyvault:a");
      await secrets.resolve("keyvault:a", { fresh: true });
      await assert.rejects(secrets.resolve("keyvault:b"), { code: "VAULT_UNAVAILABLE" });
      assert.equal(bench.vault.requests.length, asked);
    });

    it("counts as away when it takes requests and never answers", async () => {
      await secrets.resolve("keyvault:a");
      bench.vault.silent = true;
      bench.clock.time += 9 * HOUR;
      const asked = secrets.resolve("keyvault:a");
      await new Promise((resolve) => setImmediate(resolve));
      bench.clock.late();
      assert.deepEqual(await asked, ["value of a"]);
      assert.match(bench.told.join(), /did not answer within 8 s/);
    });

    it("goes on with values when the identity lost its role, and tells once for each secret", async () => {
      for (const name of ["a", "b"]) await secrets.resolve(`keyvault:${name}`);
      bench.vault.role = "none";
      for (let i = 0; i < 3; i++) {
        bench.clock.time += 9 * HOUR;
        for (const name of ["a", "b"])
          assert.deepEqual(await secrets.resolve(`keyvault:${name}`), [`value of ${name}`]);
      }
      assert.equal(bench.told.length, 2);
      assert.match(bench.told[0] ?? "", /its value stays in use: Secret a .*Key Vault Secrets User/);
      bench.vault.role = "user";
      bench.clock.time += 9 * HOUR;
      assert.deepEqual(await secrets.resolve("keyvault:a"), ["value of a"]);
    });

    it("stops using what was deleted, disabled or has expired", async () => {
      for (const name of ["a", "b"]) await secrets.resolve(`keyvault:${name}`);
      bench.vault.secrets.remove("a");
      for (const version of bench.vault.secrets.versionsOf("b")) version.enabled = false;
      bench.vault.secrets.add("brief", "v", { expires: bench.clock.time + HOUR });
      await secrets.resolve("keyvault:brief");
      bench.clock.time += 30_000;
      for (const name of ["a", "b"])
        for (const fresh of [true, false])
          await assert.rejects(secrets.resolve(`keyvault:${name}`, { fresh }), { code: "SECRET_MISSING" });
      bench.vault.fault = "drop";
      bench.clock.time += HOUR;
      await assert.rejects(secrets.resolve("keyvault:brief"), { code: "VAULT_UNAVAILABLE" });
    });
  });

  it("is not taken for a vault when it is none", async () => {
    const strange = [
      { status: 200, headers: { "Content-Type": "text/html" }, body: "Welcome" },
      { status: 302, headers: { Location: "https://login.example.com/" } },
      { status: 200, body: [] },
    ];
    for (const fault of strange) {
      bench.vault.fault = fault;
      const wrong = { code: "VAULT_UNAVAILABLE", message: /does not answer as a key vault does/ };
      await assert.rejects(bench.open().resolve("keyvault:a"), wrong, JSON.stringify(fault));
      await assert.rejects(bench.open().list(), wrong, JSON.stringify(fault));
    }
    bench.vault.fault = undefined;
    bench.vault.faults.push({ status: 200, body: { id: `${bench.vault.url}/secrets/a/1`, value: 7 } });
    await assert.rejects(secrets.resolve("keyvault:a"), { code: "SECRET_MISSING", message: /empty/ });
    await bench.vault.close();
    await assert.rejects(bench.open().resolve("keyvault:a"), {
      code: "VAULT_UNAVAILABLE",
      message: /cannot be reached \(ECONNREFUSED\); check KEY_VAULT_URL/,
    });
  });

  describe("at the start of a server", () => {
    const TWO = FILE.replace("env:FB_APP_SECRET", "keyvault:a").replace("env:FB_PAGE_TOKEN", "keyvault:b");
    const OTHER = `  - id: twilio
    provider: twilio
    name: Twilio
    accountSid: AC00000000000000000000000000000001
    authToken: env:TWILIO
`;
    let settings: ReturnType<typeof createBench>;
    let directory: AccountDirectory;
    beforeEach(() => {
      settings = createBench();
    });
    afterEach(async () => {
      directory.close();
      await settings.close();
    });

    async function start(): Promise<void> {
      const repository = await settings.open();
      await repository.applyFile(parse(TWO.replace("workstreams:", `${OTHER}workstreams:`)), { by: "file" });
      const { clock, log } = bench;
      const both = {
        resolve: (reference: string, options?: { fresh?: boolean }) =>
          (reference.startsWith("keyvault:") ? secrets : settings.secrets).resolve(reference, options),
      };
      settings.secrets.values.set("env:TWILIO", "token");
      directory = await createAccountDirectory({
        settings: repository,
        secrets: both,
        definitions,
        publicUrl: "https://desk.example.com",
        production: false,
        clock,
        log,
      });
    }

    it("is that account's problem until it answers; the others work", async () => {
      bench.vault.fault = "drop";
      await start();
      assert.deepEqual(directory.accountNow("twilio")?.secrets.authToken, ["token"]);
      assert.equal(directory.accountNow("shop-fb"), undefined);
      assert.match(directory.problem("shop-fb") ?? "", /The vault .* cannot be reached/);
      bench.vault.fault = undefined;
      bench.clock.time += 60_001;
      assert.match(directory.problem("shop-fb") ?? "", /cannot be reached/, "looking asks in the background");
      assert.deepEqual((await directory.account("shop-fb"))?.secrets.applicationSecret, ["value of a"]);
      assert.equal(directory.problem("shop-fb"), undefined);
    });

    it("and a new signature is tried with the value that the vault has by then", async () => {
      await start();
      bench.vault.secrets.add("a", "new");
      bench.clock.time += 30_000;
      const all = await Promise.all(Array.from({ length: 5 }, () => directory.refresh("shop-fb")));
      for (const account of all)
        assert.deepEqual(account?.secrets.applicationSecret, ["new", "value of a"], "for everybody who asks");
    });
  });
});
