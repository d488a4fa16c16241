import type { Clock } from "../core/clock";
import { hashId } from "../core/ids";
import type { Role } from "../core/roles";
import type { Doc, Store } from "../core/store";
import { type Tx, transact } from "../core/transact";
import { hashOf, newSecret } from "./hash";

/** What a session knows. */
export interface Session {
  agentId: string;
  /** What an identity provider said at sign-in; absent: the agent's own roles. */
  roles?: readonly Role[];
  /** The reference to the agent's token by which it began; absent: by another way. */
  token?: string;
}

interface SessionDoc extends Doc, Session {
  type: "session";
  startedAt: number;
  seenAt: number;
}

/** An agent's sessions, oldest first: signing out everywhere must find them without reading everybody's. */
interface SessionListDoc extends Doc {
  type: "sessionList";
  agentId: string;
  sessions: { id: string; startedAt: number }[];
}

const IDLE_MS = 30 * 60 * 1000;
const ABSOLUTE_MS = 12 * 60 * 60 * 1000;
const TOUCH_MS = 60 * 1000;
/** Longest life of a session, in seconds. */
export const SESSION_SECONDS = ABSOLUTE_MS / 1000;
/** More at once end the oldest; all of them fit into one batch. */
const MOST = 50;

const toId = (key: string): string => `session~${hashOf(key)}`;
/** No cookie can name it: what the platform vouches for has ids of its own. */
const toPlatformId = (identity: string): string => `platform~${hashOf(identity)}`;
const listId = (agentId: string): string => hashId("sessions", agentId);

/** Sessions of people, in the store: any server knows them, and ending one ends it everywhere. */
export function createSessions({ store, clock }: { store: Store; clock: Clock }) {
  const change = <R>(work: (tx: Tx) => Promise<R>): Promise<R> =>
    transact(store, "leases", "sessions", "session", work);
  const isOver = ({ startedAt, seenAt }: { startedAt: number; seenAt: number }): boolean =>
    clock.now() - seenAt > IDLE_MS || clock.now() - startedAt > ABSOLUTE_MS;

  /** False when another request was first: `id` lives already. */
  async function begin(id: string, session: Session): Promise<boolean> {
    const now = clock.now();
    return change(async (tx) => {
      const known = await tx.read<SessionDoc>(id);
      if (known !== undefined && !isOver(known)) return false;
      const list = (await tx.read<SessionListDoc>(listId(session.agentId)))?.sessions ?? [];
      const others = list.filter((one) => one.id !== id && now - one.startedAt <= ABSOLUTE_MS);
      await end(tx, others.slice(0, Math.max(0, others.length - MOST + 1)));
      const doc: SessionDoc = { ...session, id, type: "session", startedAt: now, seenAt: now };
      tx.put({ ...doc, ttl: SESSION_SECONDS });
      putList(tx, session.agentId, [...others.slice(1 - MOST), { id, startedAt: now }]);
      return true;
    });
  }

  /** Undefined when it is over. Writes that it was seen, once a minute at most. */
  async function find(id: string): Promise<Session | undefined> {
    const stored = await store.read<SessionDoc>("leases", "sessions", id);
    if (stored === undefined || isOver(stored.doc)) return undefined;
    const now = clock.now();
    if (now - stored.doc.seenAt > TOUCH_MS) {
      // Lost to another request of the same session, or to its end: nothing to mend.
      const doc: SessionDoc = { ...stored.doc, seenAt: now };
      await store.batch(
        "leases",
        "sessions",
        [{ do: "replace", doc: { ...doc, ttl: ttlOf(doc, now) }, etag: stored.etag }],
        "session",
      );
    }
    return stored.doc;
  }

  async function endOne(id: string): Promise<void> {
    await change(async (tx) => {
      const session = await tx.read<SessionDoc>(id);
      if (session === undefined) return;
      tx.remove(id);
      const list = await tx.read<SessionListDoc>(listId(session.agentId));
      const left = list?.sessions.filter((one) => one.id !== id);
      if (left !== undefined) putList(tx, session.agentId, left);
    });
  }

  return {
    /** Begins one; what the cookie must hold. Its hash alone is stored. */
    async begin(session: Session): Promise<string> {
      const key = newSecret();
      await begin(toId(key), session);
      return key;
    },

    find: (key: string): Promise<Session | undefined> => find(toId(key)),

    /** The session of somebody whom the platform in front of us signs in: one a person, and no cookie. */
    findOfPlatform: (identity: string): Promise<Session | undefined> => find(toPlatformId(identity)),
    /** False when another request was first. */
    beginOfPlatform: (identity: string, session: Session): Promise<boolean> =>
      begin(toPlatformId(identity), session),
    endOfPlatform: (identity: string): Promise<void> => endOne(toPlatformId(identity)),

    end: (key: string): Promise<void> => endOne(toId(key)),

    /** Ends all of an agent's, except the one of the key `but`. */
    async endAll(agentId: string, but?: string): Promise<void> {
      const kept = but === undefined ? undefined : toId(but);
      await change(async (tx) => {
        const list = (await tx.read<SessionListDoc>(listId(agentId)))?.sessions;
        if (list === undefined) return;
        await end(
          tx,
          list.filter(({ id }) => id !== kept),
        );
        putList(
          tx,
          agentId,
          list.filter(({ id }) => id === kept),
        );
      });
    },
  };
}

async function end(tx: Tx, sessions: readonly { id: string }[]): Promise<void> {
  // Those whose time was over have vanished.
  for (const { id } of sessions) if ((await tx.read(id)) !== undefined) tx.remove(id);
}

function putList(tx: Tx, agentId: string, sessions: SessionListDoc["sessions"]): void {
  const doc: SessionListDoc = { id: listId(agentId), type: "sessionList", agentId, sessions };
  tx.put({ ...doc, ttl: SESSION_SECONDS });
}

/** Time to live counts from the last write, the twelve hours from the first. */
const ttlOf = ({ startedAt }: SessionDoc, now: number): number =>
  Math.max(1, Math.ceil((startedAt + ABSOLUTE_MS - now) / 1000));
