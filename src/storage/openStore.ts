import type { Clock } from "../core/clock";
import { InputError } from "../core/errors";
import type { Log } from "../core/log";
import type { Store } from "../core/store";
import type { Charge } from "./cosmos/operations";
import { type LocalStoreHooks, openLocalStore } from "./local/localStore";
import { withSharedFeed } from "./sharedFeed";

/** Where the documents live: this process's own store, or one that servers share. */
export type StoreChoice =
  | { kind: "local" }
  | { kind: "cosmos"; endpoint: string; key?: string; database: string; clientId?: string };

export interface OpenStoreOptions {
  choice: StoreChoice;
  dataFolder: string;
  production: boolean;
  clock: Clock;
  log: Log;
  /** For crash tests. */
  hooks?: LocalStoreHooks;
  /** What each operation of a shared store cost. */
  onCharge?: (charge: Charge) => void;
}

export interface OpenedStore {
  store: Store;
  /** Throws InputError where the database keeps its own backups. */
  backup(file: string): Promise<void>;
  /**
   * Deleted content leaves the disk now. Absent where the database service does that by itself: what it deletes nobody
   * can read any more, its own backups have their own time.
   */
  scrub?(): Promise<void>;
}

/** Opens what the settings name. Throws ConfigError and StoreError, in words for the operator. */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { choice, dataFolder, production, clock, log, hooks, onCharge } = options;
  if (choice.kind === "local") {
    const local = await openLocalStore({
      folder: dataFolder,
      clock,
      log,
      ...(hooks === undefined ? {} : { hooks }),
    });
    return { store: local, backup: (file) => local.backup(file), scrub: () => local.scrub() };
  }
  // Loaded only here: the embedded store pays nothing for it.
  const { openCosmosStore } = await import("./cosmos/cosmosStore.js");
  const { kind: _kind, ...account } = choice;
  const cosmos = await openCosmosStore({
    ...account,
    clock,
    log,
    development: !production,
    createMissing: !production && choice.key !== undefined,
    ...(hooks === undefined ? {} : { hooks }),
    ...(onCharge === undefined ? {} : { onCharge }),
  });
  const shared = withSharedFeed(cosmos, { clock, log, feedEnd: (container) => cosmos.feedEnd(container) });
  await shared.start();
  return {
    store: shared.store,
    async backup() {
      throw new InputError(
        "INPUT_INVALID",
        "Cosmos DB keeps backups by itself: restore from them in the portal, or copy the data with `switchboard copy`.",
      );
    },
  };
}
