import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { MediaStore } from "../core/media";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import type { Pipeline } from "../pipeline/pipeline";

/** What keeping, exporting and erasing are built on. */
export interface PrivacyPorts {
  store: Store;
  settings: SettingsReader;
  media: MediaStore;
  pipeline: Pick<Pipeline, "eraser" | "retirement">;
  clock: Clock;
  log: Log;
  /** This process, in leases. */
  serverId: string;
  /** Deleted content leaves the disk; absent where the database sees to that. */
  scrub?: (() => Promise<void>) | undefined;
}
