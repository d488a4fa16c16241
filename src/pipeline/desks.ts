import { messageOf } from "../core/errors";
import { loseConnection, regainConnection } from "../routing/presence";
import type { PipelinePorts } from "./ports";
import type { Servers } from "./servers";

/** A desk that a server left behind is waited for so long. */
const COMES_BACK_MS = 15_000;
/** Where servers share a store, another may just have got the connection and not told yet. */
const TOLD_MS = 1_500;

/**
 * Which agents have a desk open here. Whoever's last connection anywhere is gone is offline, and as before when it comes
 * back in time.
 */
export function createDesks(ports: PipelinePorts, parts: { servers: Servers; changed(): void }) {
  const open = new Map<string, number>();
  let stopped = false;

  async function lost(agentId: string): Promise<void> {
    if (stopped || open.has(agentId)) return;
    try {
      if (await parts.servers.hasDesk(agentId)) return;
      await loseConnection(ports, agentId);
      parts.changed();
    } catch (error) {
      ports.log.warn({ agentId, error: messageOf(error) }, "a lost desk was not noted; it is tried again");
      ports.clock.after(COMES_BACK_MS, () => void lost(agentId));
    }
  }

  async function back(agentId: string): Promise<void> {
    try {
      if (await regainConnection(ports, agentId)) parts.changed();
    } catch (error) {
      ports.log.warn({ agentId, error: messageOf(error) }, "an agent who is back was not noted");
    }
  }

  parts.servers.onGone((agents) => {
    for (const agentId of agents) ports.clock.after(COMES_BACK_MS, () => void lost(agentId));
  });

  return {
    /** A desk has connected. The returned function is for when it leaves. */
    connected(agentId: string): () => void {
      const count = open.get(agentId) ?? 0;
      open.set(agentId, count + 1);
      if (count === 0) {
        parts.servers.setDesks([...open.keys()]);
        void back(agentId);
      }
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const others = (open.get(agentId) ?? 1) - 1;
        if (others > 0) return void open.set(agentId, others);
        open.delete(agentId);
        if (stopped) return;
        parts.servers.setDesks([...open.keys()]);
        if (ports.store.exclusive) void lost(agentId);
        else ports.clock.after(TOLD_MS, () => void lost(agentId));
      };
    },
    /** This server goes: desks connect to another, or to the next. */
    stop(): void {
      stopped = true;
    },
  };
}

export type Desks = ReturnType<typeof createDesks>;
