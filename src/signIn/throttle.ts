import { isIPv6 } from "node:net";
import type { Clock } from "../core/clock";
import { NotAllowed } from "../core/errors";
import { hashId } from "../core/ids";
import type { Doc, Store } from "../core/store";
import { transact } from "../core/transact";

/** Attempts of one name or one address since `since`. Neither is stored, only a hash. */
interface AttemptsDoc extends Doc {
  type: "attempts";
  count: number;
  since: number;
}

/** What an attempt counts for. */
export interface Attempt {
  /** As it was typed: unknown names wait like known ones. Left out where no name is given. */
  name?: string;
  address: string;
}

const WINDOW_MS = 15 * 60 * 1000;
/**
 * Wrong passwords within a window: of one name, and from one address, where a whole office may sign in at the same
 * moment, all of whom count until their passwords are looked at.
 */
const MOST = { name: 5, address: 100 } as const;
type Kind = keyof typeof MOST;

const DOC_ID = "attempts";

/**
 * Counts attempts to sign in, in the store, so that every server sees them. An attempt is counted before its password is
 * looked at: a thousand at the same moment get no further than one after the other.
 */
export function createThrottle({ store, clock }: { store: Store; clock: Clock }) {
  async function add(kind: Kind, value: string): Promise<void> {
    const now = clock.now();
    const retryAfterMs = await transact(store, "leases", partitionOf(kind, value), "throttle", async (tx) => {
      const known = await tx.read<AttemptsDoc>(DOC_ID);
      const fresh = known === undefined || now - known.since >= WINDOW_MS;
      const { count, since } = fresh ? { count: 0, since: now } : known;
      if (count >= MOST[kind]) return since + WINDOW_MS - now;
      const doc: AttemptsDoc = { id: DOC_ID, type: "attempts", count: count + 1, since };
      tx.put({ ...doc, ttl: WINDOW_MS / 1000 });
      return 0;
    });
    if (retryAfterMs === 0) return;
    const seconds = Math.ceil(retryAfterMs / 1000);
    throw new NotAllowed(
      "TOO_MANY_ATTEMPTS",
      `Too many attempts to sign in. Try again in ${Math.ceil(seconds / 60)} min.`,
      { details: { retryAfterSeconds: seconds } },
    );
  }

  /** A right password is no attempt: those at the same address need not wait for it. */
  async function takeBack(kind: Kind, value: string, keep: (count: number) => number): Promise<void> {
    await transact(store, "leases", partitionOf(kind, value), "throttle", async (tx) => {
      const known = await tx.read<AttemptsDoc>(DOC_ID);
      if (known === undefined) return;
      const count = keep(known.count);
      if (count <= 0) tx.remove(DOC_ID);
      else tx.put({ ...known, count });
    });
  }

  return {
    /** Counts one. Throws NotAllowed TOO_MANY_ATTEMPTS with `retryAfterSeconds`. */
    async count({ name, address }: Attempt): Promise<void> {
      await add("address", networkOf(address));
      if (name !== undefined) await add("name", toKey(name));
    },

    /** It was right: the name begins anew. */
    async forgive({ name, address }: Attempt): Promise<void> {
      if (name !== undefined) await takeBack("name", toKey(name), () => 0);
      await takeBack("address", networkOf(address), (count) => count - 1);
    },
  };
}

const partitionOf = (kind: Kind, value: string): string => hashId("attempts", kind, value);

/** A name however it is written. */
export const toKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const front = head.split(":").filter((group) => group !== "");
  const back = tail.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  const groups = address.includes("::") ? [...front, ...zeros, ...back] : front;
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
