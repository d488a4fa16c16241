import { messageOf } from "../core/errors";
import type { Door } from "./door";

const RETRY_MS = 30 * 1000;

/**
 * An agent who is deleted takes password, invitation and sessions along: one who is made later under the same id must not
 * inherit them. Cleans up what a crash left, then follows the settings. Returns the way to stop.
 */
export async function forgetRemoved(door: Door): Promise<() => void> {
  const { settings, clock, log } = door.ports;
  const waiting = new Set<() => void>();

  /** What is later than `goneAt` belongs to a new agent of this id, who may be there already. */
  async function forget(agentId: string, goneAt: number): Promise<void> {
    await door.passwords.forget(agentId, goneAt);
    await door.links.forget(agentId, goneAt);
    // A new agent signs in again.
    await door.sessions.endAll(agentId);
  }

  const forgetSafely = (agentId: string, goneAt = clock.now()): Promise<void> =>
    forget(agentId, goneAt).catch((error) => {
      log.warn({ agentId, error: messageOf(error) }, "a deleted agent's ways in could not be deleted yet");
      const cancel = clock.after(RETRY_MS, () => {
        waiting.delete(cancel);
        void forgetSafely(agentId, goneAt);
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
