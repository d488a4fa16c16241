import assert from "node:assert/strict";
import { queueSchema } from "../../src/core/distribution";
import { parse } from "../config/definitions";
import { createBench, FILE, failingFrom } from "./setup";

const QUEUE = { id: "general", name: "General" };
const DAY = "2026-01-02";

describe("createSettingsRepository", () => {
  let bench: ReturnType<typeof createBench>;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it("gives what was put, with defaults, to everybody and after a restart", async () => {
    const settings = await bench.open();
    const versions: number[] = [];
    settings.onChange((snapshot) => versions.push(snapshot.version));
    const put = await settings.put("queues", "general", QUEUE, { by: "sam" });
    assert.deepEqual(put.value, queueSchema.parse(QUEUE));
    assert.equal(put.value.priority, 100);
    assert.deepEqual(settings.current().queues.get("general"), put.value);
    assert.equal(versions.length, 1);
    const again = await bench.open();
    assert.deepEqual(again.current().queues.get("general"), put.value);
    assert.deepEqual(await again.get("queues", "general"), put);
    assert.equal(put.fromFile, false);
  });

  it("replaces the snapshot as a whole and keeps unchanged objects", async () => {
    const settings = await bench.open();
    await settings.put("queues", "general", QUEUE, { by: "sam" });
    const before = settings.current();
    await settings.put("queues", "vip", { name: "VIP" }, { by: "sam" });
    assert.notEqual(settings.current(), before);
    assert.equal(before.queues.size, 1);
    assert.equal(settings.current().queues.get("general"), before.queues.get("general"));
  });

  it("changes only the version that was read", async () => {
    const settings = await bench.open();
    const first = await settings.put("queues", "general", QUEUE, { by: "sam", ifNoneMatch: "*" });
    const put = (precondition: object) =>
      settings.put("queues", "general", { name: "G2" }, { by: "sam", ...precondition });
    await assert.rejects(put({}), { code: "IF_MATCH_NEEDED" });
    await assert.rejects(put({ ifNoneMatch: "*" }), { code: "CHANGED_MEANWHILE" });
    await assert.rejects(put({ ifMatch: ["nonsense"] }), { code: "CHANGED_MEANWHILE" });
    const second = await put({ ifMatch: ["nonsense", first.etag] });
    assert.equal(second.revision, 2);
    await assert.rejects(put({ ifMatch: [first.etag] }), { code: "CHANGED_MEANWHILE" });
    assert.equal((await put({ ifMatch: ["*"] })).revision, 3);
    const nobody = settings.put("queues", "new", { name: "N" }, { by: "sam", ifMatch: ["*"] });
    await assert.rejects(nobody, { code: "CHANGED_MEANWHILE" });
  });

  it("lets one of many simultaneous editors win", async () => {
    const settings = await bench.open();
    const { etag } = await settings.put("queues", "general", QUEUE, { by: "sam" });
    const tries = Array.from({ length: 10 }, (_, i) =>
      settings.put("queues", "general", { name: `G${i}` }, { by: "sam", ifMatch: [etag] }),
    );
    const won = (await Promise.allSettled(tries)).filter((result) => result.status === "fulfilled");
    assert.equal(won.length, 1);
  });

  it("tells every fault with its path", async () => {
    const settings = await bench.open();
    const put = settings.put("queues", "general", { name: "", priority: -1, membrs: [] }, { by: "sam" });
    await assert.rejects(put, (error: { code: string; details: { path: string }[] }) => {
      assert.equal(error.code, "INPUT_INVALID");
      assert.deepEqual(error.details.map((detail) => detail.path).sort(), ["", "name", "priority"]);
      return true;
    });
    await assert.rejects(settings.put("queues", "general", { id: "other", name: "G" }, { by: "sam" }), {
      code: "INPUT_INVALID",
    });
    await assert.rejects(settings.put("queues", "general", undefined, { by: "sam" }), {
      code: "INPUT_INVALID",
    });
    assert.deepEqual(settings.validateObject("queues", "general", { name: "G", members: ["bob"] }), [
      { path: "members[0]", message: 'no agent "bob"' },
    ]);
    assert.deepEqual(settings.validateObject("queues", "general", QUEUE), []);
    assert.equal(settings.current().queues.size, 0);
  });

  it("reads what is stored without being told, when it is asked to", async () => {
    const deaf = await bench.open({
      wrap: (store) => ({
        exclusive: store.exclusive,
        read: (...given) => store.read(...given),
        batch: (...given) => store.batch(...given),
        query: (...given) => store.query(...given),
        feed: (...given) => store.feed(...given),
        close: () => store.close(),
        subscribe: () => () => {},
      }),
    });
    await deaf.put("queues", "general", QUEUE, { by: "sam" });
    assert.equal(deaf.current().queues.size, 0, "what it wrote itself is not told either");
    await deaf.refresh();
    assert.equal(deaf.current().queues.get("general")?.name, QUEUE.name);
    await deaf.put("queues", "general", { ...QUEUE, name: "Newer" }, { by: "sam", ifMatch: ["*"] });
    await deaf.refresh();
    assert.equal(deaf.current().queues.get("general")?.name, "Newer");
  });

  it("asks the checks of others", async () => {
    const settings = await bench.open({
      checks: { queues: (queue) => (queue.name === "G" ? [{ path: ["name"], message: "too short" }] : []) },
    });
    await assert.rejects(settings.put("queues", "general", { name: "G" }, { by: "sam" }), {
      code: "INPUT_INVALID",
      details: [{ path: "name", message: "too short" }],
    });
    await settings.put("queues", "general", QUEUE, { by: "sam" });
  });

  it("refuses a change that breaks those that point at it", async () => {
    const settings = await bench.open();
    await settings.applyFile(parse(FILE), { by: "file" });
    const entry = await settings.get("workstreams", "messenger");
    const put = settings.put(
      "workstreams",
      "messenger",
      { ...entry?.value, channel: "sms" },
      { by: "sam", ifMatch: ["*"] },
    );
    await assert.rejects(put, { code: "INPUT_INVALID", message: /instances\/facebook~2000\.workstream/ });
  });

  it("does not delete what is in use, and says by whom", async () => {
    const settings = await bench.open();
    await settings.applyFile(parse(FILE), { by: "file" });
    await assert.rejects(settings.delete("queues", "general", { by: "sam", ifMatch: ["*"] }), {
      code: "IN_USE",
      details: [{ kind: "workstreams", id: "messenger", path: "fallbackQueue" }],
    });
    await assert.rejects(settings.delete("queues", "nope", { by: "sam", ifMatch: ["*"] }), {
      code: "NOT_FOUND",
    });
    await assert.rejects(settings.delete("queues", "vip", { by: "sam" }), { code: "IF_MATCH_NEEDED" });
    await settings.delete("queues", "vip", { by: "sam", ifMatch: ["*"] });
    assert.equal(settings.current().queues.has("vip"), false);
    assert.equal(await settings.get("queues", "vip"), undefined);
  });

  it("lists page by page in the order of ids", async () => {
    const settings = await bench.open();
    for (const id of ["c", "a", "b"]) await settings.put("queues", id, { name: id }, { by: "sam" });
    const first = await settings.list("queues", { limit: 2 });
    assert.deepEqual(
      first.items.map((entry) => entry.value.id),
      ["a", "b"],
    );
    assert.ok(first.next);
    const second = await settings.list("queues", { limit: 2, cursor: first.next });
    assert.deepEqual(
      second.items.map((entry) => entry.value.id),
      ["c"],
    );
  });

  it("makes generated secrets once and keeps them", async () => {
    const settings = await bench.open();
    const account = {
      provider: "facebook",
      name: "Shop",
      values: { applicationId: "1000" },
      secrets: { applicationSecret: "env:S" },
    };
    const first = await settings.put("accounts", "fb", account, { by: "sam" });
    const reference = first.value.secrets.verifyToken ?? "";
    const [token] = await bench.secrets.resolve(reference);
    assert.match(token ?? "", /^[\w-]{32}$/);
    const second = await settings.put("accounts", "fb", account, { by: "sam", ifMatch: [first.etag] });
    assert.equal(second.value.secrets.verifyToken, reference);
    assert.deepEqual(await bench.secrets.resolve(reference), [token]);
  });

  describe("audit", () => {
    it("tells who did what, when, with before and after", async () => {
      const settings = await bench.open();
      await settings.put("queues", "general", QUEUE, { by: "sam" });
      bench.clock.time += 1000;
      await settings.put("queues", "general", { name: "G2" }, { by: "admin", ifMatch: ["*"] });
      bench.clock.time += 1000;
      await settings.delete("queues", "general", { by: "sam", ifMatch: ["*"] });
      const { items } = await settings.audit(DAY);
      assert.deepEqual(
        items.map(({ by, action, revision, objectId, source }) => ({
          by,
          action,
          revision,
          objectId,
          source,
        })),
        [
          { by: "sam", action: "delete", revision: 3, objectId: "general", source: "console" },
          { by: "admin", action: "change", revision: 2, objectId: "general", source: "console" },
          { by: "sam", action: "create", revision: 1, objectId: "general", source: "console" },
        ],
      );
      assert.equal((items[1]?.before as { name: string } | undefined)?.name, "General");
      assert.equal((items[1]?.after as { name: string } | undefined)?.name, "G2");
      assert.equal(items[0]?.after, undefined);
    });

    // Batches of a put: the object with its debt, the entry, the debt paid.
    for (const nth of [2, 3]) {
      it(`has the entry once when the process dies at step ${nth}`, async () => {
        const settings = await bench.open({ wrap: (store) => failingFrom(store, nth) });
        await settings.put("queues", "general", QUEUE, { by: "sam" });
        const again = await bench.open();
        assert.ok(again.current().queues.has("general"));
        assert.equal((await again.audit(DAY)).items.length, 1);
        assert.equal((await bench.store.query("settings", "all", { partition: "queues" })).items.length, 1);
      });
    }

    it("pays later by itself when the store comes back", async () => {
      let broken = true;
      const settings = await bench.open({
        wrap: (store) =>
          new Proxy(store, {
            get(target, key) {
              const value = Reflect.get(target, key);
              if (key !== "batch") return typeof value === "function" ? value.bind(target) : value;
              return (...args: Parameters<typeof store.batch>) =>
                broken && args[0] === "audit" ? Promise.reject(new Error("down")) : target.batch(...args);
            },
          }),
      });
      await settings.put("queues", "general", QUEUE, { by: "sam" });
      assert.equal((await settings.audit(DAY)).items.length, 0);
      broken = false;
      bench.clock.fire();
      // The store works in order: what the retry asked stands before this.
      while ((await settings.audit(DAY)).items.length === 0) await new Promise(setImmediate);
      assert.equal((await settings.audit(DAY)).items.length, 1);
    });
  });
});
