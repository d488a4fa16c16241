import type { Clock } from "../../core/clock";
import type { Store } from "../../core/store";

/** What tickets are kept with. What they owe is done by whoever follows the store (`createOwed`). */
export interface TicketPorts {
  store: Store;
  clock: Clock;
}
