import type { Clock } from "../core/clock";
import { hashId } from "../core/ids";
import { pagesOf } from "../core/pagesOf";
import type { Doc, Op, Store } from "../core/store";
import type { Hasher, PasswordHash } from "./scrypt";

/** Passwords and one-time links share a partition: a link is used up in the batch that writes its password. */
export const WAYS = { container: "leases", partition: "signIn" } as const;

interface PasswordDoc extends Doc {
  type: "password";
  agentId: string;
  hashed: PasswordHash;
  setAt: number;
}

const toId = (agentId: string): string => hashId("password", agentId);

/** Passwords of agents: their hashes in the store, which no part of the API gives out. */
export function createPasswords(ports: { store: Store; clock: Clock; hasher: Hasher }) {
  const { store, clock, hasher } = ports;
  const read = (agentId: string) => store.read<PasswordDoc>(WAYS.container, WAYS.partition, toId(agentId));
  const write = (ops: Op[]) => store.batch(WAYS.container, WAYS.partition, ops, "password");
  const toDoc = (agentId: string, hashed: PasswordHash): PasswordDoc => ({
    ...{ id: toId(agentId), type: "password", agentId, hashed },
    setAt: clock.now(),
  });

  async function setting(
    agentId: string,
    password: string,
    how: "create" | "upsert" = "upsert",
  ): Promise<Op> {
    return { do: how, doc: toDoc(agentId, await hasher.hash(password)) };
  }

  return {
    has: async (agentId: string): Promise<boolean> => (await read(agentId)) !== undefined,

    /** When it was set, in ms; undefined when it is not this one. Takes as long for nobody (undefined) as for somebody. */
    async check(agentId: string | undefined, password: string): Promise<number | undefined> {
      // No agent has an empty id: the store is asked for nobody too.
      const stored = await read(agentId ?? "");
      const right = await hasher.verify(password, stored?.doc.hashed);
      if (!right || stored === undefined) return undefined;
      const { setAt } = stored.doc;
      if (hasher.isCurrent(stored.doc.hashed)) return setAt;
      // Lost to a change of the password: the new one is hashed by today's parameters already.
      const doc: PasswordDoc = { ...stored.doc, hashed: await hasher.hash(password) };
      await write([{ do: "replace", doc, etag: stored.etag }]);
      return setAt;
    },

    /** Whether the password is still the one that was set then. */
    isFrom: async (agentId: string, setAt: number): Promise<boolean> =>
      (await read(agentId))?.doc.setAt === setAt,

    /** What sets the password, for a batch in the partition of WAYS; `create` fails where there is one already. */
    setting,

    async set(agentId: string, password: string): Promise<void> {
      await write([await setting(agentId, password)]);
    },

    /** Agents who have a password or an invitation. */
    async owners(): Promise<string[]> {
      const found = new Set<string>();
      const { container, partition } = WAYS;
      for await (const page of pagesOf<Doc & { agentId?: string }>(store, container, "all", { partition }))
        for (const { agentId } of page) if (agentId !== undefined) found.add(agentId);
      return [...found];
    },

    /** Deletes it, unless it was set after `until`, in ms. */
    async forget(agentId: string, until: number): Promise<void> {
      const stored = await read(agentId);
      if (stored === undefined || stored.doc.setAt > until) return;
      // Lost to a new password: that one is meant.
      await write([{ do: "delete", id: stored.doc.id, etag: stored.etag }]);
    },
  };
}
