import type { Channel } from "../../core/channel";
import type { Clock } from "../../core/clock";
import type { SettingsReader } from "../../core/settings";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";

/** Whose allowance a send uses. */
export interface RateKey {
  instanceId: string;
  accountId: string;
  channel: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Sends of one instance in the current windows; counted in the store where an allowance is worth minutes. */
interface RateDoc extends Doc {
  type: "rate";
  windows: { seconds: number; from: number; used: number }[];
}

interface Window {
  count: number;
  seconds: number;
  /** One server's part of what all share. */
  shared?: true;
}

/**
 * Keeps sends within what the platform allows: the channel's own limits or the account's `sendRate`, and pauses that
 * the platform asked for. Limits under one a second outlive a restart.
 */
export function createRates(ports: {
  store: Store;
  clock: Clock;
  settings: SettingsReader;
  channels: ReadonlyMap<string, Channel>;
  /** Servers that share what one platform allows; 1 when left out. */
  servers?: () => number;
}) {
  const buckets = new Map<string, Bucket[]>();
  const pauses = new Map<string, number>();

  function windowsOf(key: RateKey): readonly Window[] {
    const rate = ports.settings.current().accounts.get(key.accountId)?.sendRate;
    if (rate === "unlimited") return [];
    const windows =
      rate !== undefined
        ? [{ count: Math.max(1, rate), seconds: Math.max(1, 1 / rate) }]
        : (ports.channels.get(key.channel)?.definition.limits.rates ?? []);
    const servers = ports.servers?.() ?? 1;
    // Each server takes its share; what is scarce is counted in the store, for all together.
    return servers === 1
      ? windows
      : windows.map((window) => (isSlow(window) ? window : share(window, servers)));
  }

  function pausedFor(key: RateKey): number {
    const until = pauses.get(key.instanceId);
    if (until === undefined) return 0;
    const wait = until - ports.clock.now();
    if (wait <= 0) pauses.delete(key.instanceId);
    return Math.max(0, wait);
  }

  function bucketsOf(key: RateKey, windows: readonly Window[]): Bucket[] {
    const known = buckets.get(key.instanceId);
    if (known?.length === windows.length) return known;
    const fresh = windows.map(({ count }) => ({ tokens: count, at: ports.clock.now() }));
    buckets.set(key.instanceId, fresh);
    return fresh;
  }

  /** The ms until each bucket has a token; 0: now. */
  function waitFast(key: RateKey, windows: readonly Window[]): number {
    const now = ports.clock.now();
    const mine = bucketsOf(key, windows);
    let wait = 0;
    for (const [index, window] of windows.entries()) {
      const bucket = mine[index];
      if (bucket === undefined) continue;
      const perMs = window.count / (window.seconds * 1000);
      bucket.tokens = Math.min(window.count, bucket.tokens + (now - bucket.at) * perMs);
      bucket.at = now;
      if (bucket.tokens < 1) wait = Math.max(wait, Math.ceil((1 - bucket.tokens) / perMs));
    }
    return wait;
  }

  /** 0 and one token taken from each, or the ms until all have one. */
  function takeFast(key: RateKey, windows: readonly Window[]): number {
    const wait = waitFast(key, windows);
    if (wait === 0) for (const bucket of bucketsOf(key, windows)) bucket.tokens -= 1;
    return wait;
  }

  return {
    /** Takes at once when that needs no look into the store and nothing is in the way. */
    tryTake(key: RateKey): boolean {
      if (pausedFor(key) > 0) return false;
      const windows = windowsOf(key);
      return !windows.some(isSlow) && takeFast(key, windows) === 0;
    },
    /** 0: taken. Otherwise the ms to wait before asking again. */
    async take(key: RateKey): Promise<number> {
      const paused = pausedFor(key);
      if (paused > 0) return paused;
      const windows = windowsOf(key);
      const slow = windows.filter(isSlow);
      const fast = windows.filter((window) => !isSlow(window));
      if (slow.length === 0) return takeFast(key, fast);
      // The scarce last, or waiting for the others would use it up.
      return waitFast(key, fast) || (await takeSlow(ports, key.instanceId, slow)) || takeFast(key, fast);
    },
    /** The platform asked for silence until then (ms). */
    pause(instanceId: string, until: number): void {
      pauses.set(instanceId, Math.max(until, pauses.get(instanceId) ?? 0));
    },
    /** Whatever the pause was for is over. */
    resume(instanceId: string): void {
      pauses.delete(instanceId);
    },
  };
}

export type Rates = ReturnType<typeof createRates>;

/** At least one at a time, however many share: then it takes longer to come back. */
function share({ count, seconds }: Window, servers: number): Window {
  const part = count / servers;
  return part >= 1
    ? { count: part, seconds, shared: true }
    : { count: 1, seconds: seconds / part, shared: true };
}

/** Under one a second: worth minutes, so it outlives a restart and binds all servers together. */
const isSlow = ({ count, seconds, shared }: Window): boolean => shared !== true && count < seconds;

async function takeSlow(
  ports: { store: Store; clock: Clock },
  instanceId: string,
  windows: readonly Window[],
): Promise<number> {
  return transact(ports.store, "leases", "rates", "rate", async (tx) => {
    const now = ports.clock.now();
    const id = `rate~${instanceId}`;
    const before = await tx.read<RateDoc>(id);
    const next = windows.map(({ seconds }) => {
      const known = before?.windows.find((window) => window.seconds === seconds);
      return known !== undefined && known.from + seconds * 1000 > now
        ? { ...known }
        : { seconds, from: now, used: 0 };
    });
    const full = next.filter((window, index) => window.used >= (windows[index]?.count ?? 0));
    if (full.length > 0) return Math.max(...full.map((window) => window.from + window.seconds * 1000 - now));
    for (const window of next) window.used += 1;
    tx.put<RateDoc>({ id, type: "rate", windows: next, ttl: 2 * 24 * 60 * 60 });
    return 0;
  });
}
