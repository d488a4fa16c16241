import assert from "node:assert/strict";
import {
  CONTAINERS,
  type ContainerName,
  type QueryOptions,
  querySpec,
  type Stored,
} from "../../../src/core/store";
import { type AnyDoc, allPages, buildDoc, type ContractBench, fill, freshPartition, write } from "./bench";

const ids = (items: readonly Stored[]) => items.map(({ doc }) => doc.id);

/** Named queries: every one of CONTAINERS, then bounds, paging and refusals. */
export function queryContract(bench: ContractBench): void {
  describe("queries", () => {
    for (const container of Object.keys(CONTAINERS) as ContainerName[]) {
      for (const name of Object.keys(CONTAINERS[container].queries)) declaredQuery(bench, container, name);
    }
    bounds(bench);
    paging(bench);
    refusals(bench);
  });
}

/** Three matching documents among others that lack or differ in each field. */
function declaredQuery({ store }: ContractBench, container: ContainerName, name: string): void {
  it(`${container}.${name} finds what it declares, in order`, async () => {
    const spec = querySpec(container, name);
    assert.ok(spec);
    const [partition, elsewhere] = [freshPartition(), freshPartition()];
    const equals = Object.fromEntries((spec.equals ?? []).map((field) => [field, `${field}-${partition}`]));
    const base = { ...equals, type: equals.type ?? "thing" };
    const at = (id: string, order: string) =>
      spec.order === "id"
        ? { ...base, id: `${order}${id}` }
        : { ...base, id, [spec.order]: `${partition}-${order}` };
    const matching = [at("x", "2"), at("y", "1"), at("z", "3")];
    const others = (spec.equals ?? []).map((field, n) => ({ ...at(`other${n}`, "2"), [field]: "different" }));
    if (spec.order !== "id") others.push({ ...base, id: "unordered" });
    await fill(store(), container, partition, [...matching, ...others] as AnyDoc[]);
    await fill(store(), container, elsewhere, [at("w", "2")] as AnyDoc[]);

    const options: QueryOptions = { equals, limit: 2 };
    // Documents of other tests share the queries across partitions; the bounds keep them out.
    if (spec.partition === "one") options.partition = partition;
    else if (spec.direction === "desc")
      Object.assign(options, { after: `${partition}-9`, upTo: `${partition}-` });
    else Object.assign(options, { after: `${partition}-`, upTo: `${partition}-9` });
    const found = await allPages(store(), container, name, options);

    const expected = spec.order === "id" ? ["1y", "2x", "3z"] : ["y", "x", "z"];
    if (spec.partition === "all") expected.splice(1, 0, "w");
    const sorted = spec.direction === "desc" ? expected.reverse() : expected;
    assert.deepEqual(ids(found).sort(), [...sorted].sort());
    const orders = found.map(({ doc }) => String(doc[spec.order]));
    assert.deepEqual(orders, spec.direction === "desc" ? [...orders].sort().reverse() : [...orders].sort());
    for (const { doc, etag } of found) {
      const home = String(doc[CONTAINERS[container].partitionBy]);
      assert.equal(home, doc.id === "w" ? elsewhere : partition);
      assert.deepEqual(await store().read(container, home, doc.id), { doc, etag });
    }
  });
}

function bounds({ store }: ContractBench): void {
  it("leaves optional fields out or checks them, in any combination", async () => {
    const partition = freshPartition();
    const item = (id: string, openedAt: number, fields: Record<string, string>) =>
      buildDoc(id, { type: "item", openedAt, ...fields });
    await fill(store(), "routing", partition, [
      item("a", 1, { state: "open", holder: "bot" }),
      item("b", 2, { state: "open", holder: "agent", agentId: "ana" }),
      item("c", 3, { state: "closed", holder: "agent", agentId: "ana", queueId: "q1" }),
      item("d", 4, { state: "open", holder: "queue", queueId: "q1" }),
    ]);
    const find = async (equals: Record<string, string>) =>
      ids(
        (await store().query("routing", "items", { partition, equals: { type: "item", ...equals } })).items,
      );
    assert.deepEqual(await find({}), ["d", "c", "b", "a"]);
    assert.deepEqual(await find({ state: "open" }), ["d", "b", "a"]);
    assert.deepEqual(await find({ agentId: "ana", state: "open" }), ["b"]);
    assert.deepEqual(await find({ queueId: "q1" }), ["d", "c"]);
    assert.deepEqual(await find({ queueId: "q2" }), []);
  });

  it("begins behind `after` and ends with `upTo`, upwards and downwards, for numbers and texts", async () => {
    const partition = freshPartition();
    const docs = Array.from({ length: 12 }, (_, n) =>
      buildDoc(`n${n}`, { awaitingAt: n, openedAt: n, at: `t${n + 10}` }),
    );
    await fill(store(), "threads", partition, docs);
    await fill(store(), "audit", partition, docs);
    const find = async (container: ContainerName, name: string, options: QueryOptions) =>
      ids((await store().query(container, name, { partition, ...options })).items);
    assert.deepEqual(await find("threads", "awaiting", { after: 2, upTo: 4 }), ["n3", "n4"]);
    assert.deepEqual(await find("threads", "awaiting", { upTo: 1 }), ["n0", "n1"]);
    assert.deepEqual(await find("threads", "awaiting", { after: 9.5 }), ["n10", "n11"]);
    assert.deepEqual(await find("threads", "conversations", { after: 4, upTo: 2 }), ["n3", "n2"]);
    assert.deepEqual(await find("audit", "entries", { after: "t13", upTo: "t11" }), ["n2", "n1"]);
  });

  it("follows a document whose order field changes or goes", async () => {
    const partition = freshPartition();
    const inbox = async () => ids((await store().query("threads", "awaiting", { partition })).items);
    await fill(store(), "threads", partition, [
      buildDoc("a", { awaitingAt: 1 }),
      buildDoc("b", { awaitingAt: 2 }),
    ]);
    await write(store(), "threads", partition, { do: "upsert", doc: buildDoc("a", { awaitingAt: 3 }) });
    assert.deepEqual(await inbox(), ["b", "a"]);
    await write(store(), "threads", partition, { do: "upsert", doc: buildDoc("b") });
    assert.deepEqual(await inbox(), ["a"]);
    await write(store(), "threads", partition, { do: "delete", id: "a" });
    assert.deepEqual(await inbox(), []);
  });
}

function paging({ store }: ContractBench): void {
  const name = (n: number) => `n${String(n).padStart(4, "0")}`;

  it("pages through equal order values without losing or repeating one", async () => {
    const partition = freshPartition();
    const docs = Array.from({ length: 25 }, (_, n) =>
      buildDoc(name(n), { seq: n % 3, conversationId: "c", openedAt: n % 3 }),
    );
    await fill(store(), "threads", partition, docs);
    const up = await allPages(store(), "threads", "transcript", {
      partition,
      equals: { conversationId: "c" },
      limit: 4,
    });
    assert.deepEqual(new Set(ids(up)).size, 25);
    assert.deepEqual(
      up.map(({ doc }) => doc.seq),
      [...docs.map(({ seq }) => seq)].sort(),
    );
    const down = await allPages(store(), "threads", "conversations", { partition, limit: 7 });
    assert.equal(new Set(ids(down)).size, 25);
    assert.deepEqual(
      down.map(({ doc }) => doc.openedAt),
      up.map(({ doc }) => doc.seq).reverse(),
    );
  });

  it("keeps its place when documents come before and behind it", async () => {
    const partition = freshPartition();
    await fill(
      store(),
      "contacts",
      partition,
      [10, 20, 30, 40].map((n) => buildDoc(name(n))),
    );
    const first = await store().query("contacts", "all", { partition, limit: 2 });
    assert.deepEqual(ids(first.items), [name(10), name(20)]);
    await fill(
      store(),
      "contacts",
      partition,
      [5, 15, 25].map((n) => buildDoc(name(n))),
    );
    await write(store(), "contacts", partition, { do: "delete", id: name(20) });
    assert.ok(first.next);
    const second = await store().query("contacts", "all", { partition, limit: 3, cursor: first.next });
    assert.deepEqual(ids(second.items), [name(25), name(30), name(40)]);
    assert.equal(second.next, undefined);
  });

  it("pages across partitions through equal ids and order values", async () => {
    const deadAt = 4_000_000_000_000 + process.pid;
    const homes = Array.from({ length: 7 }, freshPartition);
    for (const home of homes) await fill(store(), "threads", home, [buildDoc("same", { deadAt })]);
    const found = await allPages(store(), "threads", "dead", { upTo: deadAt, after: deadAt + 0.5, limit: 2 });
    assert.deepEqual(found.map(({ doc }) => doc.threadId).sort(), [...homes].sort());
  });

  it("gives 100 items when no limit is given, and 1,000 at most", async () => {
    const partition = freshPartition();
    await fill(
      store(),
      "contacts",
      partition,
      Array.from({ length: 1_001 }, (_, n) => buildDoc(name(n))),
    );
    const standard = await store().query("contacts", "all", { partition });
    assert.equal(standard.items.length, 100);
    const most = await store().query("contacts", "all", { partition, limit: 1_000 });
    assert.equal(most.items.length, 1_000);
    const rest = await store().query("contacts", "all", { partition, limit: 1_000, cursor: most.next ?? "" });
    assert.deepEqual(ids(rest.items), [name(1_000)]);
  });
}

function refusals({ store }: ContractBench): void {
  it("refuses queries and options that nobody declared", async () => {
    const partition = "p";
    const refused = (container: ContainerName, name: string, options: QueryOptions) =>
      assert.rejects(
        store().query(container, name, options),
        { code: "STORE_REFUSED" },
        `${name} ${JSON.stringify(options)}`,
      );
    await refused("threads", "nothing", { partition });
    await refused("threads", "toString", { partition });
    await refused("threads", "awaiting", {});
    await refused("threads", "due", { partition });
    await refused("threads", "transcript", { partition });
    await refused("threads", "awaiting", { partition, equals: { seq: 1 } });
    await refused("threads", "awaiting", { partition, limit: 0 });
    await refused("threads", "awaiting", { partition, limit: 1_001 });
    await refused("threads", "awaiting", { partition, limit: 1.5 });
    await refused("threads", "awaiting", { partition, after: true as unknown as number });
    await refused("routing", "agents", { partition, equals: { type: null as unknown as string } });
  });

  it("takes a cursor that is not its own for bad input", async () => {
    for (const cursor of ["", "nonsense", Buffer.from('[1,"a"]').toString("base64url")]) {
      await assert.rejects(store().query("contacts", "all", { partition: "p", cursor }), {
        code: "INPUT_INVALID",
      });
    }
    await assert.rejects(store().feed("contacts", "nonsense", 10), { code: "INPUT_INVALID" });
  });
}
