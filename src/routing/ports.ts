import type { Clock } from "../core/clock";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";

/** What everything about queues and agents is built on. */
export interface QueuePorts {
  store: Store;
  settings: SettingsReader;
  clock: Clock;
}
