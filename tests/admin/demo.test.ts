import assert from "node:assert/strict";
import path from "node:path";
import { ensureDemoSecrets } from "../../src/admin/demo";
import { readConfigFile } from "../../src/config/file";
import { definitions } from "../config/definitions";
import { createMemorySecrets } from "./setup";

describe("ensureDemoSecrets", () => {
  it("makes what the demo refers to, once", async () => {
    const bundle = readConfigFile(path.resolve("examples/demo/switchboard.yaml"), definitions);
    const secrets = createMemorySecrets();
    const made = await ensureDemoSecrets(secrets, bundle);
    assert.ok(
      made.includes("demo-ana-token") &&
        made.includes("demo-facebook-secret") &&
        made.includes("demo-x-token"),
    );
    const [token] = await secrets.resolve("file:demo-ana-token");
    assert.deepEqual(await ensureDemoSecrets(secrets, bundle), []);
    assert.deepEqual(await secrets.resolve("file:demo-ana-token"), [token]);
    const references = [...bundle.accounts, ...bundle.instances].flatMap((holder) =>
      Object.values(holder.secrets),
    );
    for (const reference of references) assert.equal((await secrets.resolve(reference)).length, 1);
  });

  it("leaves other references alone", async () => {
    const bundle = readConfigFile(path.resolve("examples/switchboard.yaml"), definitions);
    assert.deepEqual(await ensureDemoSecrets(createMemorySecrets(), bundle), []);
  });
});
