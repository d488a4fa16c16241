import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/core/clock";
import { type Log, type LogFields, silentLog } from "../../src/core/log";
import { type LocalStore, type LocalStoreOptions, openLocalStore } from "../../src/storage/local/localStore";

/** A clock that stands still until it is told to go on; timers fire in order on the way. */
export function createManualClock(start = 1_800_000_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  const timers = new Set<{ at: number; fire: () => void }>();
  const nextDue = (limit: number) =>
    [...timers].filter(({ at }) => at <= limit).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after(delayMs, fire) {
      const timer = { at: now + delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
        timers.delete(timer);
        now = timer.at;
        timer.fire();
      }
      now = end;
    },
  };
}

/** Remembers the messages of errors and warnings. */
export function createMemoryLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const keep = (_fields: LogFields, message: string) => void lines.push(message);
  return { ...silentLog, lines, warn: keep, error: keep };
}

/** A folder that is removed by `remove`. */
export function createTempFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-store-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const openStores = new Set<LocalStore>();

/** Opens a local store with a manual clock and no log unless given. */
export async function openTestStore(
  options: Partial<LocalStoreOptions> & { folder: string },
): Promise<LocalStore> {
  const store = await openLocalStore({ clock: createManualClock(), log: silentLog, ...options });
  openStores.add(store);
  return store;
}

/** Closes what a failed test has left open, so that its folder can be removed. */
export async function closeTestStores(): Promise<void> {
  await Promise.all([...openStores].map((store) => store.close()));
  openStores.clear();
}

/** A folder of its own for each test of the suite, removed when its stores are closed. */
export function useTempFolder(): { readonly folder: string } {
  let temp = { folder: "", remove(): void {} };
  beforeEach(() => {
    temp = createTempFolder();
  });
  afterEach(async () => {
    await closeTestStores();
    temp.remove();
  });
  return {
    get folder() {
      return temp.folder;
    },
  };
}
