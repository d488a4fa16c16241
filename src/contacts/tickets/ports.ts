import type { Clock } from "../../core/clock";
import type { Owed } from "../../core/owed";
import type { Store } from "../../core/store";

/** What tickets are kept with. */
export interface TicketPorts {
  store: Store;
  clock: Clock;
  /** Takes up what a batch owes at once; what is lost in between is found by its `due`. */
  owed: { add(partition: string, doc: Owed): unknown };
}
