import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import { buildConfiguration, PUBLIC_URL, SECRETS } from "../support/accounts";

describe("a data folder that development has used", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (environment: Record<string, string>, configuration?: string) =>
    startApp(loadConfig({ PORT: "0", PUBLIC_URL, SWITCHBOARD_DATA: folder, ...SECRETS, ...environment }), {
      log: silentLog,
      ...(configuration === undefined ? {} : { configuration }),
    });
  const production = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    SWITCHBOARD_MASTER_KEY: "Zm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmcgLi4=",
  };

  it("is refused in production while it holds the demo: every account and person by name", async () => {
    await (await start({})).stop();
    await assert.rejects(start(production), (error: { code: string; details: string[]; message: string }) => {
      assert.equal(error.code, "CONFIG_INVALID");
      assert.match(error.message, /SWITCHBOARD_DATA/);
      const told = error.details.join("\n");
      for (const id of ["demo-facebook", "demo-x", "demo-twilio"])
        assert.match(told, new RegExp(`^accounts/${id} simulated: `, "m"));
      for (const id of ["ana", "ben", "sam", "admin"])
        assert.match(told, new RegExp(`^agents/${id} token: file:demo-${id}-token is the demo's`, "m"));
      return true;
    });
  });

  it("is refused also when only the demo's people are left", async () => {
    const app = await start({});
    const { settings } = app.internals;
    const people = [...settings.current().agents.values()].map(({ id, name, token }) => ({
      id,
      name,
      token,
    }));
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
    await (await start({}, JSON.stringify({ agents: people }))).stop();
    await assert.rejects(start(production), (error: { details: string[] }) => {
      assert.equal(error.details.length, people.length);
      return error.details.every((fault) => fault.startsWith("agents/"));
    });
  });

  it("is taken in production when nothing in it is the demo's", async () => {
    await (await start({}, buildConfiguration())).stop();
    const app = await start(production);
    assert.equal(app.demo, undefined);
    await app.stop();
  });
});
