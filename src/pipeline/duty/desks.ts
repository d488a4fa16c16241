import { messageOf } from "../../core/errors";
import type { Change } from "../../core/store";
import type { AgentLoad } from "../../core/workItem";
import { loseConnection, regainConnection } from "../../routing/presence";
import type { PipelinePorts } from "../ports";
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
  const settling = new Map<string, Promise<void>>();
  let stopped = false;

  /** Brings the agent's presence in line with their desks; for each agent one at a time, since a reload leaves and comes back in one moment. */
  function settle(agentId: string): void {
    const turn = (settling.get(agentId) ?? Promise.resolve())
      .then(() => settleNow(agentId))
      .finally(() => {
        if (settling.get(agentId) === turn) settling.delete(agentId);
      });
    settling.set(agentId, turn);
  }

  async function settleNow(agentId: string): Promise<void> {
    if (stopped) return;
    try {
      if (await isThere(agentId)) {
        // Another server's desk is that server's to tell of.
        if (open.has(agentId) && (await regainConnection(ports, agentId))) parts.changed();
      } else {
        await loseConnection(ports, agentId);
        parts.changed();
      }
      parts.servers.settled(agentId);
    } catch (error) {
      ports.log.warn(
        { agentId, error: messageOf(error) },
        "whether an agent is there was not noted; it is tried again",
      );
      ports.clock.after(COMES_BACK_MS, () => settle(agentId));
    }
  }

  async function isThere(agentId: string): Promise<boolean> {
    return open.has(agentId) || (await parts.servers.hasDesk(agentId)) || open.has(agentId);
  }

  /** Noted as lost although their desk is here (another server did not know, or this one had paused): they are not. */
  function correct(changes: Change[]): void {
    for (const { container, doc } of changes) {
      const { type, agentId = "", lost } = (doc ?? {}) as Partial<AgentLoad>;
      if (container === "routing" && type === "agent" && lost !== undefined && open.has(agentId))
        settle(agentId);
    }
  }

  const unsubscribe = ports.store.subscribe(correct);
  parts.servers.onGone((agents) => {
    for (const agentId of agents) ports.clock.after(COMES_BACK_MS, () => settle(agentId));
  });

  return {
    /** A desk has connected. The returned function is for when it leaves. */
    connected(agentId: string): () => void {
      const count = open.get(agentId) ?? 0;
      open.set(agentId, count + 1);
      if (count === 0) {
        parts.servers.setDesks([...open.keys()]);
        settle(agentId);
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
        if (ports.store.exclusive) settle(agentId);
        else ports.clock.after(TOLD_MS, () => settle(agentId));
      };
    },
    /** This server goes: desks connect to another, or to the next. */
    stop(): void {
      stopped = true;
      unsubscribe();
    },
  };
}
