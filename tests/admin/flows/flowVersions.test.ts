import assert from "node:assert/strict";
import { KEPT_REVISIONS } from "../../../src/admin/flows/flowHistory";
import { createFlowVersions, type FlowVersions } from "../../../src/admin/flows/flowVersions";
import type { SettingsRepository } from "../../../src/admin/settingsRepository";
import { parseConfig } from "../../../src/config/file";
import { silentLog } from "../../../src/core/log";
import type { Store } from "../../../src/core/store";
import { settingsChecks } from "../../../src/settingsChecks";
import { openCosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import { definitions } from "../../config/definitions";
import { createManualClock } from "../../storage/support";
import { startCosmosDouble } from "../../support/cosmosDouble/double";
import { createBench, FILE, failingFrom, START } from "../setup";

const BY = { by: "sam" };
const flow = (text: string) => ({
  id: "welcome",
  start: "hi",
  steps: { hi: { do: "say", text, next: "person" }, person: { do: "handoff", queue: "general" } },
});
const FAULTY = { ...flow("hi"), start: "hu" };

describe("createFlowVersions", () => {
  let bench: ReturnType<typeof createBench>;
  let settings: SettingsRepository;
  let versions: FlowVersions;

  beforeEach(async () => {
    bench = createBench();
    await open();
    const bundle = parseConfig({ bytes: Buffer.from(FILE), name: "file", definitions });
    await settings.applyFile(bundle, { by: "file" });
  });
  afterEach(() => bench.close());

  async function open(wrap?: (store: Store) => Store): Promise<void> {
    settings = await bench.open({ checks: settingsChecks(), ...(wrap === undefined ? {} : { wrap }) });
    versions = createFlowVersions({
      store: wrap?.(bench.store) ?? bench.store,
      settings,
      clock: bench.clock,
    });
  }

  /** Publishes by the plain route of settings. */
  async function save(text: string) {
    const before = await settings.get("flows", "welcome");
    return settings.put("flows", "welcome", flow(text), {
      ...BY,
      ...(before === undefined ? {} : { ifMatch: [before.etag] }),
    });
  }
  const textOf = () =>
    (settings.current().flows.get("welcome")?.steps.hi as { text: string } | undefined)?.text;
  const partition = async () => {
    const page = await bench.store.query("settings", "all", { partition: "flows", limit: 1000 });
    return page.items.map(({ doc }) => doc.id);
  };

  it("keeps what was published: number, when, who, and whether it says the same", async () => {
    await save("one");
    bench.clock.time = START + 1000;
    await save("two");
    bench.clock.time = START + 2000;
    await save("one");
    const rows = (await versions.revisions("welcome")).map(({ revision, at, by, source, same }) => [
      revision,
      at - START,
      by,
      source,
      same,
    ]);
    assert.deepEqual(rows, [
      [3, 2000, "sam", "console", true],
      [2, 1000, "sam", "console", false],
      [1, 0, "sam", "console", true],
    ]);
    const second = await versions.revision("welcome", 2);
    assert.equal((second.value.steps.hi as { text: string }).text, "two");
    await assert.rejects(versions.revision("welcome", 4), { code: "NOT_FOUND" });
    await assert.rejects(versions.revisions("other"), { code: "NOT_FOUND" });
  });

  it("keeps the last twenty, and does not read them to load the settings", async () => {
    for (let i = 1; i <= KEPT_REVISIONS + 3; i++) await save(`text ${i}`);
    const kept = await versions.revisions("welcome");
    assert.deepEqual([kept.length, kept[0]?.revision, kept.at(-1)?.revision], [20, 23, 4]);
    let read = 0;
    await open(
      (store) =>
        new Proxy(store, {
          get(target, key) {
            const value: unknown = Reflect.get(target, key);
            if (key !== "query") return typeof value === "function" ? value.bind(target) : value;
            return async (...given: Parameters<Store["query"]>) => {
              const page = await target.query(...given);
              if (given[2].partition === "flows") read += page.items.length;
              return page;
            };
          },
        }),
    );
    assert.equal(read, 1);
    assert.equal(textOf(), "text 23");
    assert.equal((await settings.list("flows")).items.length, 1);
  });

  it("keeps a flow of a version that kept no revisions, and deletes all with the flow", async () => {
    await save("old");
    const ids = (await partition()).filter((id) => id.startsWith("~rev~"));
    await bench.store.batch(
      "settings",
      "flows",
      ids.map((id) => ({ do: "delete", id })),
      "settings",
    );
    await save("new");
    assert.deepEqual(
      (await versions.revisions("welcome")).map(({ revision }) => revision),
      [2, 1],
    );
    await versions.saveDraft("welcome", FAULTY, BY);
    await settings.delete("flows", "welcome", { ...BY, ifMatch: ["*"] });
    const left = await partition();
    assert.deepEqual(
      left.filter((id) => !id.startsWith("removed~")),
      [],
    );
    await save("again");
    assert.deepEqual(
      (await versions.revisions("welcome")).map(({ revision }) => revision),
      [1],
    );
  });

  it("tells revisions of a file, deletes many flows at once, and never more than a batch holds", async () => {
    const many = Array.from(
      { length: 30 },
      (_, i) => `  - ${JSON.stringify({ ...flow("x"), id: `f${i}` })}\n`,
    );
    const apply = (text: string) =>
      settings.applyFile(parseConfig({ bytes: Buffer.from(text), name: "file", definitions }), {
        by: "file",
      });
    await apply(`${FILE}flows:\n${many.join("")}`);
    for (let i = 0; i < 25; i++) await apply(`${FILE}flows:\n${many.join("").replaceAll('"x"', `"x${i}"`)}`);
    const kept = await versions.revisions("f7");
    assert.deepEqual([kept.length, kept[0]?.source, kept[0]?.revision], [20, "file", 26]);
    const done = await apply(FILE);
    assert.equal(done.deleted.length, 30);
    const left = await partition();
    assert.deepEqual(
      left.filter((id) => !id.startsWith("removed~")),
      [],
    );
  });

  it("rolls back as a new revision, over the version that was read", async () => {
    await save("one");
    const second = await save("two");
    await assert.rejects(versions.rollBack("welcome", 1, BY), { code: "IF_MATCH_NEEDED" });
    await assert.rejects(versions.rollBack("welcome", 9, { ...BY, ifMatch: ["*"] }), { code: "NOT_FOUND" });
    const back = await versions.rollBack("welcome", 1, { by: "ana", ifMatch: [second.etag] });
    assert.deepEqual([back.revision, back.editedBy, textOf()], [3, "ana", "one"]);
    await assert.rejects(versions.rollBack("welcome", 2, { ...BY, ifMatch: [second.etag] }), {
      code: "CHANGED_MEANWHILE",
    });
  });

  it("refuses to roll back to what does not fit any more", async () => {
    await settings.put("queues", "late", { name: "Late", members: ["ana"] }, BY);
    const one = flow("one");
    await settings.put(
      "flows",
      "welcome",
      { ...one, steps: { ...one.steps, person: { do: "handoff", queue: "late" } } },
      BY,
    );
    await save("two");
    await settings.delete("queues", "late", { ...BY, ifMatch: ["*"] });
    await assert.rejects(versions.rollBack("welcome", 1, { ...BY, ifMatch: ["*"] }), {
      code: "INPUT_INVALID",
      message: /no queue "late"/,
    });
    assert.equal(textOf(), "two");
  });

  it("keeps a faulty draft, and publishes it only when it is mended", async () => {
    await save("one");
    const draft = await versions.saveDraft("welcome", FAULTY, BY);
    assert.deepEqual([draft.doc.basedOn, draft.published], [1, 1]);
    await assert.rejects(versions.publish("welcome", { ...BY, ifMatch: [draft.etag] }), {
      code: "INPUT_INVALID",
      message: /there is no step "hu" to go to; did you mean "hi"\?/,
    });
    assert.equal(textOf(), "one");
    assert.deepEqual((await versions.draft("welcome"))?.doc.value, FAULTY, "it is still there");
    await assert.rejects(versions.saveDraft("welcome", flow("two"), BY), { code: "IF_MATCH_NEEDED" });
    const mended = await versions.saveDraft("welcome", flow("two"), { ...BY, ifMatch: [draft.etag] });
    const published = await versions.publish("welcome", { by: "ana", ifMatch: [mended.etag] });
    assert.deepEqual([published.revision, textOf()], [2, "two"]);
    assert.equal(await versions.draft("welcome"), undefined);
    await assert.rejects(versions.publish("welcome", { ...BY, ifMatch: ["*"] }), { code: "NOT_FOUND" });
  });

  it("publishes a flow that has only been a draft so far", async () => {
    const draft = await versions.saveDraft("welcome", flow("first"), BY);
    assert.deepEqual([draft.doc.basedOn, draft.published], [0, undefined]);
    await versions.publish("welcome", { ...BY, ifMatch: [draft.etag] });
    assert.equal(textOf(), "first");
  });

  it("lets one of two admins publish", async () => {
    await save("one");
    const draft = await versions.saveDraft("welcome", flow("two"), BY);
    const tries = ["ana", "ben", "sam"].map((by) =>
      versions.publish("welcome", { by, ifMatch: [draft.etag] }),
    );
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await settings.get("flows", "welcome"))?.revision, 2);
  });

  it("does not publish over what somebody else published since the draft was begun", async () => {
    await save("one");
    await versions.saveDraft("welcome", flow("mine"), BY);
    await save("theirs");
    const again = await versions.draft("welcome");
    assert.deepEqual([again?.doc.basedOn, again?.published], [1, 2]);
    const change = { ...BY, ifMatch: [again?.etag ?? ""] };
    await assert.rejects(versions.publish("welcome", change), {
      code: "CHANGED_MEANWHILE",
      message: /Revision 2 .* the draft is of revision 1\..*"over": 2/,
    });
    assert.equal(textOf(), "theirs");
    await versions.publish("welcome", { ...change, over: 2 });
    assert.equal(textOf(), "mine");
  });

  it("does the same on Cosmos DB", async () => {
    const manual = createManualClock();
    const double = await startCosmosDouble({ clock: manual, database: "switchboard" });
    const cosmos = await openCosmosStore({
      endpoint: double.url,
      key: double.key,
      database: "switchboard",
      clock: manual,
      log: silentLog,
    });
    settings = await bench.open({ checks: settingsChecks(), on: cosmos });
    versions = createFlowVersions({ store: cosmos, settings, clock: bench.clock });
    const bundle = parseConfig({ bytes: Buffer.from(FILE), name: "file", definitions });
    await settings.applyFile(bundle, { by: "file" });
    for (let i = 1; i <= KEPT_REVISIONS + 2; i++) await save(`text ${i}`);
    await settings.put("flows", "welcome2", { ...flow("other"), id: "welcome2" }, BY);
    const kept = await versions.revisions("welcome");
    assert.deepEqual([kept.length, kept[0]?.revision, kept.at(-1)?.revision], [20, 22, 3]);
    const draft = await versions.saveDraft("welcome", flow("drafted"), BY);
    await versions.publish("welcome", { ...BY, ifMatch: [draft.etag] });
    await assert.rejects(versions.publish("welcome", { ...BY, ifMatch: [draft.etag] }), {
      code: "NOT_FOUND",
    });
    assert.equal((await settings.get("flows", "welcome"))?.revision, 23);
    assert.equal((await settings.list("flows")).items.length, 2);
    await settings.delete("flows", "welcome", { ...BY, ifMatch: ["*"] });
    assert.deepEqual(
      (await partition()).filter((id) => !id.startsWith("removed~")),
      ["welcome2", "~rev~welcome2~000000001"],
    );
    await bench.close();
    await double.close();
  });

  it("publishes and drops the draft, or neither, when it is killed in between", async () => {
    await save("one");
    const draft = await versions.saveDraft("welcome", flow("two"), BY);
    await open((store) => failingFrom(store, 1));
    await assert.rejects(versions.publish("welcome", { ...BY, ifMatch: [draft.etag] }));
    await open();
    assert.equal(textOf(), "one");
    assert.notEqual(await versions.draft("welcome"), undefined);
    // Killed after the batch, before the audit entry stands: the next start pays it.
    await open((store) => failingFrom(store, 2));
    await versions.publish("welcome", { ...BY, ifMatch: [draft.etag] });
    await open();
    assert.equal(textOf(), "two");
    assert.equal(await versions.draft("welcome"), undefined);
    assert.equal((await versions.revisions("welcome")).length, 2);
    const audit = (await settings.audit("2026-01-02")).items.filter(({ kind }) => kind === "flows");
    assert.deepEqual(audit.map(({ revision }) => revision).sort(), [1, 2]);
  });
});
