import { messageOf } from "../core/errors";
import type { Door } from "./door";

const RETRY_MS = 30 * 1000;

/**
 * An agent who is deleted takes password, invitation and sessions along: one who is made later under the same id must not
 * inherit them. Cleans up what a crash left, then follows the settings. Returns the way to stop.
 */
export async function forgetRemoved(door: Door): Promise<() => void> {
  const { settings, agents, clock, log } = door.ports;
  const waiting = new Set<() => void>();

  async function forget(agentId: string): Promise<void> {
    // Read from the store: what we know may be older than a new agent of this id.
    if ((await agents.find(agentId)) !== undefined) return;
    await door.passwords.forget(agentId);
    await door.links.forget(agentId);
    await door.sessions.endAll(agentId);
  }

  const forgetSafely = (agentId: string): Promise<void> =>
    forget(agentId).catch((error) => {
      // Until then nobody can use them, since there is no such agent.
      log.warn({ agentId, error: messageOf(error) }, "a deleted agent's ways in could not be deleted yet");
      const cancel = clock.after(RETRY_MS, () => {
        waiting.delete(cancel);
        void forgetSafely(agentId);
      });
      waiting.add(cancel);
    });

  let known = settings.current().agents;
  const stop = settings.onChange(({ agents: now }) => {
    const gone = [...known.keys()].filter((id) => !now.has(id));
    known = now;
    for (const id of gone) void forgetSafely(id);
  });
  for (const id of await door.passwords.owners()) if (!known.has(id)) await forgetSafely(id);
  return () => {
    stop();
    for (const cancel of waiting) cancel();
  };
}
