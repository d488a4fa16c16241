import assert from "node:assert/strict";
import { silentLog } from "../../src/core/log";
import { toDay } from "../../src/reports/cells";
import { createHistory } from "../../src/reports/history";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { createSettings } from "../support/settings";
import { buildRow, DAY, DAY_MS, NINE } from "./rows";

const toClosed = (id: number, closedAt: number) => ({
  ...buildRow({ openedAt: closedAt, closedAt, stints: [] }),
  id: `closed~${id}`,
  type: "closed",
});

describe("counts of closed conversations", () => {
  it("are whole for everybody who asks while they are made", async () => {
    const clock = createFakeClock(NINE + DAY_MS);
    const store = createMemoryStore(clock.now);
    const history = createHistory({ store, clock, settings: createSettings(), log: silentLog });
    await store.batch("history", DAY, [{ do: "create", doc: toClosed(1, NINE) }], "test");
    const closed = async () => {
      const [cells] = await history.closedOn(toDay(NINE), new Set());
      return cells?.all.map(({ tally }) => tally.counts.closed);
    };
    assert.deepEqual(await Promise.all([closed(), closed()]), [[1], [1]]);
  });

  it("are forgotten of days that nobody asked for lately, when there are too many", async () => {
    const clock = createFakeClock(NINE + 4 * DAY_MS);
    const store = createMemoryStore(clock.now);
    const ports = { store, clock, settings: createSettings(), log: silentLog };
    let queries = 0;
    store.before = ({ kind }) => {
      if (kind === "query") queries += 1;
    };
    for (const day of [0, 1, 2]) {
      const closedAt = NINE + day * DAY_MS;
      const row = toClosed(day, closedAt);
      const partition = new Date(closedAt).toISOString().slice(0, 10);
      await store.batch("history", partition, [{ do: "create", doc: row }], "test");
    }
    // One cell a day, that of opening and closing: some 800 bytes.
    const history = createHistory(ports, { mostBytes: 2_000 });
    const read = async (...days: number[]): Promise<number> => {
      queries = 0;
      for (const day of days) await history.closedOn(toDay(NINE) + day, new Set());
      return queries;
    };
    assert.equal(await read(0, 1, 0), 2);
    assert.equal(await read(2), 1);
    assert.equal(await read(2, 0), 0);
    assert.equal(await read(1), 1);
  });
});
