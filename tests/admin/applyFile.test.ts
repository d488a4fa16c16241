import assert from "node:assert/strict";
import { faultsOfAll, toSnapshot } from "../../src/admin/checks";
import type { SettingsRepository } from "../../src/admin/settingsRepository";
import { createSettingsRules } from "../../src/config/rules";
import { definitions, parse } from "../config/definitions";
import { createBench, FILE, failingFrom } from "./setup";

const WITHOUT_VIP = FILE.replace("  - { id: vip, name: VIP, members: [ana] }\n", "");
const RENAMED_VIP = FILE.replace("name: VIP", "name: Very important");

function namesOf(settings: SettingsRepository): string[] {
  const snapshot = settings.current();
  return (["accounts", "instances", "workstreams", "queues", "agents", "flows"] as const).flatMap((kind) =>
    [...snapshot[kind].keys()].map((id) => `${kind}/${id}`),
  );
}

describe("applyFile", () => {
  let bench: ReturnType<typeof createBench>;
  let settings: SettingsRepository;
  beforeEach(async () => {
    bench = createBench();
    settings = await bench.open();
  });
  afterEach(() => bench.close());

  const apply = (text: string, force = false) => settings.applyFile(parse(text), { force, by: "file" });

  it("stores everything, with generated secrets, once", async () => {
    const applied = await apply(FILE);
    assert.equal(applied.applied, true);
    assert.deepEqual(applied.created, [
      "agents/ana",
      "queues/general",
      "queues/vip",
      "workstreams/messenger",
      "accounts/shop-fb",
      "instances/facebook~2000",
    ]);
    assert.deepEqual(namesOf(settings).sort(), [...applied.created].sort());
    assert.deepEqual(await bench.secrets.list(), ["generated.shop-fb.verifyToken"]);
    assert.deepEqual(await apply(FILE), { applied: false, created: [], changed: [], deleted: [] });
  });

  it("changes nothing when only the bytes differ", async () => {
    await apply(FILE);
    assert.deepEqual(await apply(`${FILE}# note\n`), {
      applied: true,
      created: [],
      changed: [],
      deleted: [],
    });
  });

  it("takes over changes and deletes what the new file no longer has", async () => {
    await apply(FILE);
    assert.deepEqual((await apply(RENAMED_VIP)).changed, ["queues/vip"]);
    assert.deepEqual((await apply(WITHOUT_VIP)).deleted, ["queues/vip"]);
    assert.equal(settings.current().queues.has("vip"), false);
  });

  it("keeps what was made in the console", async () => {
    await apply(FILE);
    await settings.put("queues", "mine", { name: "Mine", members: ["ana"] }, { by: "sam" });
    await apply(WITHOUT_VIP);
    assert.ok(settings.current().queues.has("mine"));
  });

  it("stops whole at objects edited in the console, and lists them", async () => {
    await apply(FILE);
    await settings.put("queues", "vip", { name: "Edited" }, { by: "sam", ifMatch: ["*"] });
    const text = RENAMED_VIP.replace("name: General", "name: All");
    await assert.rejects(apply(text), {
      code: "CONFIG_CONFLICT",
      details: ["queues/vip (edited in the console)"],
    });
    assert.equal(settings.current().queues.get("general")?.name, "General");
    await apply(text, true);
    assert.equal(settings.current().queues.get("vip")?.name, "Very important");
    assert.equal((await settings.get("queues", "vip"))?.editedSinceFile, false);
  });

  it("stops at edited objects that the file drops, and at deleted ones that it has", async () => {
    await apply(FILE);
    await settings.put("queues", "vip", { name: "Edited" }, { by: "sam", ifMatch: ["*"] });
    await assert.rejects(apply(WITHOUT_VIP), {
      code: "CONFIG_CONFLICT",
      message: /queues\/vip \(edited in the console; the file/,
    });
    await settings.delete("queues", "vip", { by: "sam", ifMatch: ["*"] });
    await assert.rejects(apply(RENAMED_VIP), {
      code: "CONFIG_CONFLICT",
      message: /queues\/vip \(deleted in the console\)/,
    });
    await apply(WITHOUT_VIP);
    assert.equal(settings.current().queues.has("vip"), false);
  });

  it("takes the same edit in file and console for agreement", async () => {
    await apply(FILE);
    const vip = { ...settings.current().queues.get("vip"), name: "Very important" };
    await settings.put("queues", "vip", vip, { by: "sam", ifMatch: ["*"] });
    assert.deepEqual((await apply(RENAMED_VIP)).changed, ["queues/vip"]);
    assert.deepEqual((await apply(FILE)).changed, ["queues/vip"]);
  });

  it("refuses a file that would break what the console made", async () => {
    await apply(FILE);
    await settings.put("workstreams", "x", { channel: "twitter", fallbackQueue: "vip" }, { by: "sam" });
    await assert.rejects(apply(WITHOUT_VIP), {
      code: "CONFIG_INVALID",
      details: ['workstreams/x.fallbackQueue: no queue "vip"'],
    });
    assert.ok(settings.current().queues.has("vip"));
  });

  it("asks the checks of others about the whole outcome", async () => {
    settings = await bench.open({
      checks: {
        workstreams: (_, snapshot) => [{ path: [], message: `sees ${snapshot.queues.size} queues` }],
      },
    });
    await assert.rejects(apply(FILE), {
      code: "CONFIG_INVALID",
      details: ["workstreams/messenger: sees 2 queues"],
    });
  });

  it("writes many objects in several batches", async () => {
    const agents = Array.from({ length: 250 }, (_, i) => `  - { id: a${i}, name: A${i} }`).join("\n");
    assert.equal((await apply(`agents:\n${agents}\n`)).created.length, 250);
    assert.equal(settings.current().agents.size, 250);
    const audited = await settings.audit("2026-01-02", { limit: 1000 });
    assert.equal(audited.items.length, 250);
  });

  it("ends the same wherever the process dies, once it is run again", async () => {
    await apply(FILE);
    const next = WITHOUT_VIP.replace("name: General", "name: All").replace(
      "  - { id: ana, name: Ana }",
      "  - { id: ana, name: Ana }\n  - { id: ben, name: Ben }",
    );
    for (let nth = 1; ; nth++) {
      settings = await bench.open({ wrap: (store) => failingFrom(store, nth) });
      const died = await apply(next).then(
        () => false,
        (error: { code: string }) => error.code === "STORE_UNAVAILABLE",
      );
      settings = await bench.open();
      await apply(next);
      assert.deepEqual(
        [...settings.current().queues.values()].map((queue) => queue.name),
        ["All"],
        `step ${nth}`,
      );
      assert.deepEqual([...settings.current().agents.keys()].sort(), ["ana", "ben"]);
      assert.equal((await apply(next)).applied, false);
      if (!died) break;
      // Back to the start: also after a crash the former file can be applied again.
      await apply(FILE);
    }
  }).timeout(60_000);

  it("can go back to the former file after a crash in the middle", async () => {
    await apply(FILE);
    for (const nth of [1, 2, 3, 4, 5]) {
      settings = await bench.open({ wrap: (store) => failingFrom(store, nth) });
      await apply(WITHOUT_VIP).catch(() => undefined);
      settings = await bench.open();
      await apply(`${FILE}# again ${nth}\n`);
      assert.ok(settings.current().queues.has("vip"));
    }
  }).timeout(60_000);
});

describe("faultsOfAll", () => {
  it("checks a file without a store", () => {
    const ports = {
      rules: createSettingsRules(definitions),
      checks: { queues: () => [{ path: [], message: "no" }] },
    };
    assert.deepEqual(faultsOfAll(ports, toSnapshot(parse(FILE))), ["queues/general: no", "queues/vip: no"]);
  });
});
