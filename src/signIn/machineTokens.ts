import type { Clock } from "../core/clock";
import { NotFound } from "../core/errors";
import { newId } from "../core/ids";
import { pagesOf } from "../core/pagesOf";
import type { Role } from "../core/roles";
import type { Principal } from "../core/route";
import type { Doc, Store, Stored } from "../core/store";
import { transact } from "../core/transact";
import { hashOf, newSecret } from "./hash";

/** A bearer token of a machine. */
export interface MachineToken {
  id: string;
  name: string;
  roles: readonly Role[];
  createdAt: number;
  createdBy: string;
  lastUsedAt?: number;
  expiresAt?: number;
}

interface TokenDoc extends Doc, Omit<MachineToken, "name"> {
  type: "machineToken";
  /** Its name; the store keeps the partition under that word. */
  title: string;
  hash: string;
}

const PARTITION = "machineTokens";
const PREFIX = "swb_";
const SEEN_MS = 60 * 1000;
/** One that is over stays on the list for a while: whoever wonders why a machine fails finds the cause. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/**
 * Tokens of machines: `swb_<id>.<secret>`. Each request reads its token from the store, so that one that is revoked is
 * refused by every server at once.
 */
export function createMachineTokens({ store, clock }: { store: Store; clock: Clock }) {
  const change = <R>(work: Parameters<typeof transact<R>>[4]): Promise<R> =>
    transact(store, "leases", PARTITION, "machineToken", work);

  async function noteUse({ doc, etag }: Stored<TokenDoc>): Promise<void> {
    const now = clock.now();
    if (now - (doc.lastUsedAt ?? 0) <= SEEN_MS) return;
    const ttl = doc.expiresAt === undefined ? {} : { ttl: ttlOf(doc.expiresAt, now) };
    // Lost to another request of the same machine: nothing to mend.
    await store.batch(
      "leases",
      PARTITION,
      [{ do: "replace", doc: { ...doc, ...ttl, lastUsedAt: now } as TokenDoc, etag }],
      "machineToken",
    );
  }

  return {
    /** Whose token it is; undefined when it is unknown, revoked or over. What looks like another kind costs no read. */
    async find(token: string): Promise<Principal | undefined> {
      const id = /^swb_([\w-]{22})\./.exec(token)?.[1];
      if (id === undefined) return undefined;
      const stored = await store.read<TokenDoc>("leases", PARTITION, `token~${id}`);
      if (stored === undefined || stored.doc.hash !== hashOf(token)) return undefined;
      const { doc } = stored;
      if (doc.expiresAt !== undefined && doc.expiresAt <= clock.now()) return undefined;
      await noteUse(stored);
      return { id: doc.id, name: doc.title, roles: doc.roles };
    },

    /** `token` is told this once; its hash alone is stored. */
    async make(
      given: Pick<MachineToken, "name" | "roles" | "createdBy"> & { expiresAt?: number },
    ): Promise<MachineToken & { token: string }> {
      const now = clock.now();
      const id = newId("token");
      const token = `${PREFIX}${id.slice("token~".length)}.${newSecret()}`;
      const { name: title, ...made } = { ...given, id, createdAt: now };
      const ttl = given.expiresAt === undefined ? {} : { ttl: ttlOf(given.expiresAt, now) };
      const doc: TokenDoc = { ...made, ...ttl, title, type: "machineToken", hash: hashOf(token) };
      await store.batch("leases", PARTITION, [{ do: "create", doc }], "machineToken");
      return { ...made, name: title, token };
    },

    /** All of them, the oldest first. */
    async list(): Promise<MachineToken[]> {
      const found: MachineToken[] = [];
      for await (const page of pagesOf<TokenDoc>(store, "leases", "all", { partition: PARTITION }))
        found.push(...page.map(toToken));
      return found.sort((a, b) => a.createdAt - b.createdAt);
    },

    /** Revokes it. Throws NotFound. */
    async remove(id: string): Promise<void> {
      await change(async (tx) => {
        if ((await tx.read(id)) === undefined)
          throw new NotFound("NOT_FOUND", "There is no such token; it may have been revoked already.");
        tx.remove(id);
      });
    },
  };
}

function toToken({ id, title, roles, createdAt, createdBy, lastUsedAt, expiresAt }: TokenDoc): MachineToken {
  return {
    ...{ id, name: title, roles, createdAt, createdBy },
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

const ttlOf = (expiresAt: number, now: number): number =>
  Math.max(1, Math.ceil((expiresAt - now) / 1000)) + KEPT_SECONDS;
