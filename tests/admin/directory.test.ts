import assert from "node:assert/strict";
import {
  type AccountDirectory,
  createAccountDirectory,
  type DirectoryOptions,
} from "../../src/admin/directory";
import type { SettingsRepository } from "../../src/admin/settingsRepository";
import { silentLog } from "../../src/core/log";
import { definitions, parse } from "../config/definitions";
import { createBench, FILE } from "./setup";

describe("createAccountDirectory", () => {
  let bench: ReturnType<typeof createBench>;
  let settings: SettingsRepository;
  let warnings: { accountId?: unknown; problem?: unknown }[];
  beforeEach(async () => {
    bench = createBench();
    bench.secrets.values.set("env:FB_APP_SECRET", "app").set("env:FB_PAGE_TOKEN", "page");
    settings = await bench.open();
    warnings = [];
  });
  afterEach(() => bench.close());

  async function open(text = FILE, options: Partial<DirectoryOptions> = {}): Promise<AccountDirectory> {
    await settings.applyFile(parse(text), { by: "file" });
    const log = { ...silentLog, warn: (fields: object) => void warnings.push(fields) };
    const { secrets, clock } = bench;
    const publicUrl = "https://desk.example.com";
    return createAccountDirectory({
      settings,
      secrets,
      definitions,
      publicUrl,
      production: false,
      clock,
      log,
      ...options,
    });
  }

  it("gives accounts with secrets, defaults and instances, at once", async () => {
    const directory = await open(
      FILE.replace("    pages:", "    publicUrls: [https://old.example.com/]\n    pages:"),
    );
    const account = directory.accountNow("shop-fb");
    assert.deepEqual(account?.secrets.applicationSecret, ["app"]);
    assert.match(account?.secrets.verifyToken?.[0] ?? "", /^[\w-]{32}$/);
    assert.match(account?.values.graphVersion ?? "", /^v/);
    assert.deepEqual(account?.publicUrls, ["https://desk.example.com", "https://old.example.com"]);
    assert.equal(account?.apiUrl, undefined);
    assert.equal(account?.instances[0]?.secrets.pageAccessToken?.[0], "page");
    assert.equal(directory.instance("facebook~2000"), account?.instances[0]);
    assert.equal(directory.instanceByExternalId("facebook", "2000")?.workstreamId, "messenger");
    assert.equal(directory.instanceByExternalId("facebook", "9"), undefined);
    assert.equal(await directory.account("nobody"), undefined);
  });

  it("resolves texts that are references", async () => {
    bench.secrets.values.set("env:APP_ID", "77");
    const directory = await open(FILE.replace('"1000"', "env:APP_ID"));
    assert.equal(directory.accountNow("shop-fb")?.values.applicationId, "77");
  });

  it("follows changes of the settings", async () => {
    const directory = await open();
    const page = settings.current().instances.get("facebook~2000");
    await settings.put(
      "instances",
      "facebook~2000",
      { ...page, name: "Renamed" },
      { by: "sam", ifMatch: ["*"] },
    );
    assert.equal((await directory.account("shop-fb"))?.instances[0]?.name, "Renamed");
    await settings.delete("instances", "facebook~2000", { by: "sam", ifMatch: ["*"] });
    assert.equal(directory.instance("facebook~2000"), undefined);
    await settings.delete("accounts", "shop-fb", { by: "sam", ifMatch: ["*"] });
    assert.equal(directory.accountNow("shop-fb"), undefined);
  });

  it("keeps one account's missing secret to that account, and mends itself", async () => {
    bench.secrets.values.delete("env:FB_PAGE_TOKEN");
    const directory = await open();
    assert.equal(directory.accountNow("shop-fb"), undefined);
    assert.match(directory.problem("shop-fb") ?? "", /env:FB_PAGE_TOKEN: set it/);
    assert.deepEqual(warnings, [{ accountId: "shop-fb", problem: "env:FB_PAGE_TOKEN: set it." }]);
    bench.secrets.values.set("env:FB_PAGE_TOKEN", "found");
    bench.clock.time += 60_001;
    directory.accountNow("shop-fb");
    assert.equal((await directory.account("shop-fb"))?.instances[0]?.secrets.pageAccessToken?.[0], "found");
    assert.equal(directory.problem("shop-fb"), undefined);
  });

  it("goes on with what it has when a source fails later", async () => {
    const directory = await open();
    bench.secrets.values.delete("env:FB_APP_SECRET");
    bench.clock.time += 60_001;
    directory.accountNow("shop-fb");
    assert.deepEqual((await directory.account("shop-fb"))?.secrets.applicationSecret, ["app"]);
    assert.equal(directory.problem("shop-fb"), undefined);
    assert.equal(warnings.length, 1);
  });

  it("asks again after a failed signature, at most every 30 s", async () => {
    const directory = await open();
    bench.secrets.values.set("env:FB_APP_SECRET", "new");
    assert.equal((await directory.refresh("shop-fb"))?.secrets.applicationSecret?.[0], "new");
    bench.secrets.values.set("env:FB_APP_SECRET", "newer");
    assert.equal((await directory.refresh("shop-fb"))?.secrets.applicationSecret?.[0], "new");
    bench.clock.time += 30_000;
    assert.equal((await directory.refresh("shop-fb"))?.secrets.applicationSecret?.[0], "newer");
    assert.equal(await directory.refresh("nobody"), undefined);
  });

  describe("simulated accounts", () => {
    const simulated = FILE.replace("    pages:", "    simulated: true\n    pages:");

    it("wait for the simulator and then send to it", async () => {
      const directory = await open(simulated);
      assert.equal(directory.accountNow("shop-fb"), undefined);
      assert.match(directory.problem("shop-fb") ?? "", /not running/);
      assert.equal(warnings.length, 0);
      await directory.setSimulatorUrls({ facebook: "http://127.0.0.1:4000" });
      assert.equal(directory.accountNow("shop-fb")?.apiUrl, "http://127.0.0.1:4000");
      await directory.setSimulatorUrls({});
      assert.equal(directory.accountNow("shop-fb"), undefined);
    });

    it("stop a production server", async () => {
      await assert.rejects(open(simulated, { production: true }), {
        code: "CONFIG_INVALID",
        message: /shop-fb/,
      });
    });
  });
});
