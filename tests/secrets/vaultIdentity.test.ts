import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { runCliProcess } from "../cli/runCli";
import { CERTIFICATE } from "../support/vaultDouble/certificate";
import { type IdentityDouble, startIdentityDouble } from "../support/vaultDouble/identityDouble";
import { startVaultDouble, type VaultDouble } from "../support/vaultDouble/vaultDouble";

const PROGRAM = path.join(__dirname, "vaultProcess.js");
const CLIENT = "11111111-2222-3333-4444-555555555555";

describe("a managed identity", () => {
  let folder: string;
  let vault: VaultDouble;
  let identity: IdentityDouble;
  let environment: Record<string, string>;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "vault-"));
    writeFileSync(path.join(folder, "ca.pem"), CERTIFICATE);
    vault = await startVaultDouble({ now: Date.now });
    identity = await startIdentityDouble(vault);
    environment = {
      PATH: process.env.PATH ?? "",
      NODE_EXTRA_CA_CERTS: path.join(folder, "ca.pem"),
      VAULT: vault.url,
      ANY_HOST: "yes",
      AZURE_CLIENT_ID: CLIENT,
      ...identity.environment,
    };
  });
  afterEach(async () => {
    await vault.close();
    await identity.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function read(...references: string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...references], {
      env: environment,
    });
    return JSON.parse(stdout) as string[];
  }

  it("of the given client id reads in production, with one token for all", async () => {
    identity.assigned.add(CLIENT);
    vault.role = "user";
    vault.secrets.add("a", "1");
    vault.secrets.add("b", "2");
    assert.deepEqual(await read("keyvault:a", "keyvault:b"), ["1", "2"]);
    assert.deepEqual(
      identity.asked.map((query) => [query.get("resource"), query.get("client_id")]),
      [["https://vault.azure.net", CLIENT]],
    );
  });

  it("that is not assigned is told with the setting to look at", async () => {
    const [message] = await read("keyvault:a");
    assert.match(message ?? "", /No token for the vault .*assign the managed identity.*AZURE_CLIENT_ID/);
    assert.deepEqual([...vault.tokens], []);
  });

  it("of the server itself is used without a client id", async () => {
    delete environment.AZURE_CLIENT_ID;
    identity.assigned.add("");
    vault.secrets.add("a", "1");
    assert.deepEqual(await read("keyvault:a"), ["1"]);
  });

  it("gives no token to a host that is no vault", async () => {
    environment.ANY_HOST = "no";
    identity.assigned.add(CLIENT);
    const [message] = await read("keyvault:a");
    assert.match(message ?? "", /does not answer as a key vault does: check KEY_VAULT_URL/);
    assert.deepEqual([...vault.tokens], []);
  });

  it("lets the command line write and list there, and nothing lands in the data folder", async () => {
    identity.assigned.add(CLIENT);
    const { PATH: _path, VAULT: url = "", ...rest } = environment;
    const options = {
      folder: path.join(folder, "data"),
      environment: { ...rest, SWITCHBOARD_SECRETS: "keyvault", KEY_VAULT_URL: url },
    };
    const set = await runCliProcess(["secret", "set", "fb_app"], { ...options, stdin: "geheim\n" });
    assert.deepEqual([set.code, set.out], [0, "Stored. Refer to it as keyvault:fb_app\n"], set.err);
    assert.equal(vault.secrets.versionsOf("fb--under-app")[0]?.value, "geheim");
    assert.equal((await runCliProcess(["secret", "list"], options)).out, "fb_app\n");
    vault.role = "user";
    const refused = await runCliProcess(["secret", "set", "x"], { ...options, stdin: "v" });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /VAULT_UNAVAILABLE: .*Key Vault Secrets Officer/);
    assert.deepEqual(readdirSync(folder), ["ca.pem"]);
  });
});
