import assert from "node:assert/strict";
import { chooseVersions, toVersion, type Version } from "../../src/secrets/vaultVersions";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 21, 9);

const version = (id: string, ageMs: number, more: Partial<Version> = {}): Version => ({
  id,
  enabled: true,
  createdAt: NOW - ageMs,
  ...more,
});

function chosen(versions: Version[], overlapMs = DAY): { ids: string[]; changesIn: number } {
  const { counting, changesAt } = chooseVersions(versions, NOW, overlapMs);
  return { ids: counting.map(({ version: { id } }) => id), changesIn: changesAt - NOW };
}

describe("chooseVersions", () => {
  it("takes the newest and, for a day, the one before it", () => {
    const versions = [version("first", 9 * DAY), version("new", HOUR), version("old", 5 * DAY)];
    assert.deepEqual(chosen(versions), { ids: ["new", "old"], changesIn: 23 * HOUR });
    assert.deepEqual(chosen(versions, HOUR / 2), { ids: ["new"], changesIn: Number.POSITIVE_INFINITY });
  });

  it("goes by what the newer version says about the former", () => {
    const old = version("old", 5 * DAY);
    assert.deepEqual(chosen([version("new", HOUR, { keepOldMs: 0 }), old]).ids, ["new"]);
    assert.deepEqual(chosen([version("new", 2 * DAY, { keepOldMs: 3 * DAY }), old]), {
      ids: ["new", "old"],
      changesIn: DAY,
    });
  });

  it("leaves out what is disabled or out of its dates", () => {
    const old = version("old", 5 * DAY);
    assert.deepEqual(chosen([version("off", HOUR, { enabled: false }), old]).ids, ["old"]);
    assert.deepEqual(chosen([version("new", HOUR), { ...old, expiresAt: NOW }]).ids, ["new"]);
    assert.deepEqual(chosen([version("new", HOUR, { expiresAt: NOW - 1 }), old]).ids, ["old"]);
    assert.deepEqual(chosen([]).ids, []);
  });

  it("waits for a version that starts later, and counts the overlap from then", () => {
    const coming = version("new", HOUR, { notBefore: NOW + HOUR });
    assert.deepEqual(chosen([coming, version("old", 5 * DAY)]), { ids: ["old"], changesIn: HOUR });
    const started = version("new", 9 * DAY, { notBefore: NOW - HOUR });
    assert.deepEqual(chosen([started, version("old", 10 * DAY)]).ids, ["new", "old"]);
  });

  it("looks again when one of them expires", () => {
    const { changesIn } = chosen([version("new", HOUR, { expiresAt: NOW + 2 * HOUR }), version("old", DAY)]);
    assert.equal(changesIn, 2 * HOUR);
  });
});

describe("toVersion", () => {
  it("reads what the vault tells, and does not trip over what is missing", () => {
    assert.deepEqual(toVersion({}), { id: "", enabled: true, createdAt: 0 });
    assert.equal(toVersion({ tags: { "keep-old-hours": "2" } }).keepOldMs, 2 * HOUR);
    for (const bad of ["soon", "-1", "", "Infinity"])
      assert.equal(toVersion({ tags: { "keep-old-hours": bad } }).keepOldMs, undefined, bad);
  });
});
