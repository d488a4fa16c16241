import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Doc, Store } from "../../core/store";

/** A process that serves, or served: its heartbeat tells the others whether it lives. */
export interface ServerDoc extends Doc {
  type: "server";
  startedAt: number;
  beatAt: number;
  /** Present when it ended as it should. */
  stoppedAt?: number;
  /** Hours ("2026-11-21T14") in which it was killed. */
  brokenHours?: string[];
  /** Agents whose desks are connected to it. */
  desks?: string[];
  /** Agents whose desks were connected to one that is gone: it waits for them. */
  awaited?: string[];
}

const BEAT_MS = 15_000;
const KEEP_SECONDS = 35 * 24 * 60 * 60;
const TELL_MS = 500;

/** Who has not been heard of for so long does not live, ms. */
const DEAD_MS = 3 * BEAT_MS;

/** Writes this server's heartbeat, counts who else lives, and finds out who was killed. */
export function createServers(ports: { store: Store; clock: Clock; log: Log; serverId: string }) {
  const startedAt = ports.clock.now();
  let cancel: (() => void) | undefined;
  let live = 1;
  let desks: string[] = [];
  const awaited = new Set<string>();
  let telling = false;
  let stopped = false;
  let tellGone: (agentIds: string[]) => void = () => {};
  const doc = (more: Partial<ServerDoc> = {}): ServerDoc => ({
    id: ports.serverId,
    type: "server",
    startedAt,
    beatAt: ports.clock.now(),
    ttl: KEEP_SECONDS,
    ...(desks.length === 0 ? {} : { desks }),
    ...(awaited.size === 0 ? {} : { awaited: [...awaited] }),
    ...more,
  });
  const write = (server: ServerDoc) =>
    ports.store.batch("leases", "servers", [{ do: "upsert", doc: server }], "beat");

  async function others(): Promise<ServerDoc[]> {
    const page = await ports.store.query<ServerDoc>("leases", "all", { partition: "servers", limit: 1000 });
    return page.items
      .map(({ doc: server }) => server)
      .filter(
        ({ type, id, stoppedAt }) => type === "server" && id !== ports.serverId && stoppedAt === undefined,
      );
  }

  /**
   * Desks of servers that are gone, killed or stopped. Noted here before they are forgotten there: should this server go
   * as well while it waits for them, the next one takes them over.
   */
  async function takeOverDesks(): Promise<void> {
    const silentSince = ports.store.exclusive ? Number.POSITIVE_INFINITY : ports.clock.now() - DEAD_MS;
    const page = await ports.store.query<ServerDoc>("leases", "all", { partition: "servers", limit: 1000 });
    for (const { doc: server } of page.items) {
      const isGone = server.stoppedAt !== undefined || server.beatAt <= silentSince;
      if (server.type !== "server" || server.id === ports.serverId || !isGone) continue;
      const { desks: open = [], awaited: waitedFor = [], ...rest } = server;
      const left = [...new Set([...open, ...waitedFor])];
      if (left.length === 0) continue;
      for (const agentId of left) awaited.add(agentId);
      await write(doc());
      await write(rest);
      tellGone(left);
    }
  }

  /** Soon: connections come and go in bursts. */
  function tell(): void {
    if (telling || stopped) return;
    telling = true;
    ports.clock.after(TELL_MS, () => {
      telling = false;
      if (stopped) return;
      write(doc()).catch((error) => ports.log.warn({ error: messageOf(error) }, "heartbeat not written"));
    });
  }

  /** On an exclusive store every other server is gone, else whoever was not heard of for long: killed. */
  async function findKilled(): Promise<void> {
    const silentSince = ports.store.exclusive ? Number.POSITIVE_INFINITY : ports.clock.now() - DEAD_MS;
    const found = await others();
    live = 1 + found.filter(({ beatAt }) => !ports.store.exclusive && beatAt > silentSince).length;
    for (const server of found) {
      if (server.beatAt > silentSince || server.brokenHours !== undefined) continue;
      const hours = [server.beatAt, server.beatAt + BEAT_MS].map((at) =>
        new Date(at).toISOString().slice(0, 13),
      );
      await write({ ...server, brokenHours: [...new Set(hours)] });
      ports.log.warn(
        { server: server.id, lastBeat: new Date(server.beatAt).toISOString() },
        "an earlier server was killed; its unfinished work is taken up",
      );
    }
  }

  function beat(): void {
    cancel = ports.clock.after(BEAT_MS, () => {
      write(doc())
        .then(() => (ports.store.exclusive ? undefined : findKilled().then(takeOverDesks)))
        .catch((error) => ports.log.warn({ error: messageOf(error) }, "heartbeat not written"));
      beat();
    });
  }

  return {
    async start(): Promise<void> {
      await findKilled();
      await takeOverDesks();
      await write(doc());
      beat();
    },
    /** Which desks are connected here, told to the others soon. */
    setDesks(agentIds: string[]): void {
      desks = agentIds;
      tell();
    },
    /** Nobody need wait for this agent's desk any more: it is back, or noted as lost. */
    settled(agentId: string): void {
      if (awaited.delete(agentId)) tell();
    },
    /** Has another live server a desk of this agent? */
    async hasDesk(agentId: string): Promise<boolean> {
      if (ports.store.exclusive) return false;
      const since = ports.clock.now() - DEAD_MS;
      return (await others()).some(
        (server) => server.beatAt > since && server.desks?.includes(agentId) === true,
      );
    },
    /** `listener` hears of agents whose desks were connected to a server that is gone. */
    onGone(listener: (agentIds: string[]) => void): void {
      tellGone = listener;
    },
    /** Servers that live, this one among them. */
    live: (): number => live,
    async stop(): Promise<void> {
      cancel?.();
      stopped = true;
      await write(doc({ stoppedAt: ports.clock.now() }));
    },
  };
}

export type Servers = ReturnType<typeof createServers>;
