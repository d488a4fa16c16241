import type { Channel } from "../core/channel";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import type { Pipeline } from "../pipeline/pipeline";
import type { EventHub } from "./events";

/** What the agents' API is built on. */
export interface DeskPorts {
  store: Store;
  settings: SettingsReader;
  clock: Clock;
  channels: ReadonlyMap<string, Channel>;
  pipeline: Pipeline;
  contacts: ContactBook;
  events: EventHub;
  log: Log;
}
