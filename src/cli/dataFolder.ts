import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, type Environment, loadConfig } from "../config/settings";
import { systemClock } from "../core/clock";
import { NotFound } from "../core/errors";
import { silentLog } from "../core/log";
import { createSecrets, type Secrets } from "../secrets/secrets";
import { STORE_FILE } from "../storage/local/localStore";
import { type OpenedStore, openStore } from "../storage/openStore";

/** The settings as the server reads them; PUBLIC_URL, which only a server needs, may be missing. */
export function readSettings(environment: Environment): Config {
  return loadConfig({ PUBLIC_URL: "http://127.0.0.1", ...environment });
}

/** Secrets of the environment, the key vault and the data folder's encrypted file, which a running server reads again. */
export function openSecrets(config: Config): Secrets {
  const { environment, dataFolder, production } = config;
  return createSecrets({ environment, dataFolder, production, clock: systemClock, ...config.secrets });
}

/** The demo's made-up secrets stay on this machine, wherever the real ones live. */
export function openDemoSecrets(config: Config): Secrets {
  const { masterKey } = config.secrets;
  return openSecrets({
    ...config,
    secrets: { kind: "file", ...(masterKey === undefined ? {} : { masterKey }) },
  });
}

/**
 * Opens the store for `work`. The embedded one while no server runs: throws STORE_LOCKED when one does. One that servers
 * share may be in use.
 */
export async function withStore<R>(config: Config, work: (opened: OpenedStore) => Promise<R>): Promise<R> {
  const { store: choice, dataFolder, production } = config;
  const opened = await openStore({ choice, dataFolder, production, clock: systemClock, log: silentLog });
  try {
    return await work(opened);
  } finally {
    await opened.store.close();
  }
}

/** Reading an embedded store that does not exist would make an empty one. */
export function needStore({ store, dataFolder }: Config): void {
  if (store.kind !== "local" || existsSync(path.join(dataFolder, STORE_FILE))) return;
  throw new NotFound("NOT_FOUND", `There is no data in ${dataFolder}. Name the folder in SWITCHBOARD_DATA.`);
}
