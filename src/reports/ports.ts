import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";

export interface ReportPorts {
  store: Store;
  settings: SettingsReader;
  clock: Clock;
  log: Log;
}
