import type { PipelinePorts } from "../ports";
import { createLease } from "./lease";

const LEASE_MS = 15_000;
const ASK_AGAIN_MS = 5_000;

/**
 * Who assigns: every server on duty, since each offer is one conditional batch and a server that hangs must not hold up the
 * line. What would be wasted if all did it, one does at a time: asked at most every five seconds, another takes over when
 * it has not been heard of for fifteen. On an exclusive store it is the only one there is.
 */
export function createShift(ports: PipelinePorts) {
  const lease = createLease(ports, { name: "assigner", ms: LEASE_MS });
  let mine = false;
  let askAt = 0;
  /** A server that only answers HTTP (SWITCHBOARD_WORKERS=off) never begins, and leaves assignment to others. */
  let onDuty = false;
  let cancel: (() => void) | undefined;

  return {
    /** May this server offer conversations? */
    isOnDuty: async (): Promise<boolean> => ports.store.exclusive || onDuty,
    /** Is it this server's to do what one does for all? Throws StoreError. */
    async isMine(): Promise<boolean> {
      if (ports.store.exclusive) return true;
      if (!onDuty) return false;
      const now = ports.clock.now();
      if (now < askAt) return mine;
      mine = await lease.hold();
      askAt = now + ASK_AGAIN_MS;
      return mine;
    },
    /** From now on it is on duty: `assign` is called every five seconds where servers share the store. */
    start(assign: () => Promise<void>): void {
      onDuty = true;
      if (ports.store.exclusive) return;
      cancel = ports.clock.after(ASK_AGAIN_MS, () => {
        void assign();
        this.start(assign);
      });
    },
    /** Another may take over at once. */
    async stop(): Promise<void> {
      cancel?.();
      onDuty = false;
      await lease.release().catch(() => {});
    },
  };
}
