import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { openCosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import { type CosmosDouble, startCosmosDouble } from "../../support/cosmosDouble/double";
import {
  deleteUnits,
  feedUnits,
  insertUnits,
  queryUnits,
  readUnits,
  replaceUnits,
} from "../../support/cosmosDouble/meter";
import { parseSql } from "../../support/cosmosDouble/sql";
import { buildDoc, write } from "../contract/bench";
import { DATABASE } from "./support";

const KB = 1024;

/** A request signed with a key, past the SDK. */
async function ask(
  double: CosmosDouble,
  method: string,
  link: string,
  headers: Record<string, string> = {},
  body?: string,
) {
  const date = new Date().toUTCString().toLowerCase();
  const kind = "docs";
  const text = `${method.toLowerCase()}\n${kind}\n${link}\n${date}\n\n`;
  const signature = createHmac("sha256", Buffer.from(double.key, "base64")).update(text).digest("base64");
  return fetch(`${double.url}${link}/docs`, {
    method,
    headers: {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      "x-ms-date": date,
      "x-ms-version": "2020-07-15",
      "x-ms-consistency-level": "Session",
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
}

describe("the double of Cosmos DB", function () {
  this.timeout(30_000);
  let double: CosmosDouble;
  const link = `dbs/${DATABASE}/colls/settings`;

  before(async () => {
    double = await startCosmosDouble({ clock: systemClock, database: DATABASE });
  });
  after(() => double.close());

  it("counts request units as Microsoft's article does", () => {
    assert.equal(readUnits(KB), 1);
    assert.equal(readUnits(100 * KB), 9.95);
    assert.equal(insertUnits(KB, 10), 7);
    assert.equal(replaceUnits(KB, KB, 2), 10.8);
    assert.equal(deleteUnits(KB, 10), 7);
    assert.equal(feedUnits([KB, KB, KB, KB, KB]), 5);
    assert.equal(queryUnits(2, [KB]), 6.6);
  });

  it("answers 501 to what it does not know", async () => {
    const query = { "x-ms-documentdb-isquery": "true", "x-ms-documentdb-partitionkey": '["k"]' };
    const statuses = [
      (await ask(double, "POST", link, query, JSON.stringify({ query: "SELECT * FROM c" }))).status,
      (await ask(double, "GET", link, { "x-ms-documentdb-partitionkey": '["k"]' })).status,
      (await ask(double, "PATCH", link, { "x-ms-documentdb-partitionkey": '["k"]' })).status,
    ];
    assert.deepEqual(statuses, [501, 501, 501]);
    for (const text of [
      "SELECT * FROM c",
      'SELECT TOP @limit * FROM c WHERE c["a"] LIKE @b ORDER BY c["a"] ASC',
    ])
      assert.throws(() => parseSql(text), { status: 501 });
  });

  it("answers 401 to a wrong signature", async () => {
    const response = await ask(
      double,
      "POST",
      link,
      { authorization: "type%3Dmaster%26ver%3D1.0%26sig%3Dabc" },
      "{}",
    );
    assert.equal(response.status, 401);
  });

  it("refuses a query of one partition that names none", async () => {
    const query = 'SELECT TOP @limit * FROM c WHERE c["kind"] = @partition ORDER BY c["id"] ASC';
    const response = await ask(
      double,
      "POST",
      link,
      { "x-ms-documentdb-isquery": "true" },
      JSON.stringify({ query }),
    );
    assert.equal(response.status, 400);
    assert.match(await response.text(), /settings\.all is a query of one partition/);
  });

  it("compares as the service does: nothing is known of values of different types", () => {
    const { where } = parseSql(
      'SELECT TOP @limit * FROM c WHERE IS_DEFINED(c["a"]) AND (c["a"] > @x OR (c["a"] = @x AND c["id"] > @y)) ORDER BY c["a"] ASC',
    );
    const holds = (document: Record<string, unknown>, x: unknown, y: unknown) =>
      where(
        document,
        new Map([
          ["@x", x],
          ["@y", y],
        ]),
      ) === true;
    assert.equal(holds({ a: 2, id: "i" }, 1, null), true);
    assert.equal(holds({ a: 1, id: "i" }, 1, null), false);
    assert.equal(holds({ a: 1, id: "i" }, 1, "h"), true);
    assert.equal(holds({ a: "text", id: "i" }, 1, "h"), false);
    assert.equal(holds({ id: "i" }, 1, "h"), false);
  });

  describe("in a process of its own", () => {
    let child: ChildProcess;
    afterEach(() => child.kill());

    it("serves several servers and tells what they cost", async () => {
      const main = path.resolve(__dirname, "..", "..", "support", "cosmosDouble", "main.js");
      child = spawn(process.execPath, [main, "0"], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = await once(createInterface(child.stdout as NodeJS.ReadableStream), "line");
      const { url, key, database } = JSON.parse(String(line));
      const open = () =>
        openCosmosStore({ endpoint: url, key, database, clock: systemClock, log: silentLog });
      const [one, two] = await Promise.all([open(), open()]);
      await fetch(`${url}_double/reset`, { method: "POST" });
      await fetch(`${url}_double/faults`, {
        method: "POST",
        body: JSON.stringify([{ kind: "status", status: 449 }]),
      });
      await write(one, "settings", "k", { do: "create", doc: buildDoc("a") });
      assert.notEqual(await two.read("settings", "k", "a"), undefined);
      const meter = (await (await fetch(`${url}_double/meter`)).json()) as {
        byKind: Record<string, unknown>;
      };
      assert.deepEqual(meter.byKind, {
        create: { requests: 2, units: 5.2 },
        read: { requests: 1, units: 1 },
      });
      await Promise.all([one.close(), two.close()]);
    });
  });
});
