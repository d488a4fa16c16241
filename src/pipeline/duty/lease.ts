import type { Clock } from "../../core/clock";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";

interface LeaseDoc extends Doc {
  type: "lease";
  server: string;
  /** ms */
  until: number;
}

/**
 * The right of one server to do what would be wasted if all did it. It saves work and guards nothing: whoever believes
 * to hold it while another does (after a pause) must do no harm. An exclusive store's only server always holds it.
 */
export function createLease(
  ports: { store: Store; clock: Clock; serverId: string },
  lease: { name: string; ms: number },
) {
  const id = `lease~${lease.name}`;
  return {
    /** Takes or renews it; false while another live server has it. Throws StoreError. */
    async hold(): Promise<boolean> {
      if (ports.store.exclusive) return true;
      return transact(ports.store, "leases", "leases", "lease", async (tx) => {
        const known = await tx.read<LeaseDoc>(id);
        const now = ports.clock.now();
        if (known !== undefined && known.server !== ports.serverId && known.until > now) return false;
        tx.put<LeaseDoc>({ id, type: "lease", server: ports.serverId, until: now + lease.ms });
        return true;
      });
    },
    /** Lets go, so that another takes over at once. */
    async release(): Promise<void> {
      if (ports.store.exclusive) return;
      await transact(ports.store, "leases", "leases", "lease", async (tx) => {
        const known = await tx.read<LeaseDoc>(id);
        if (known?.server === ports.serverId) tx.remove(id);
      });
    },
  };
}
