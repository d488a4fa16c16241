import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, type Environment, loadConfig } from "../config/settings";
import { systemClock } from "../core/clock";
import { NotFound } from "../core/errors";
import { silentLog } from "../core/log";
import { createSecrets, type Secrets } from "../secrets/secrets";
import { type LocalStore, openLocalStore, STORE_FILE } from "../storage/local/localStore";

/** The settings as the server reads them; PUBLIC_URL, which only a server needs, may be missing. */
export function readSettings(environment: Environment): Config {
  return loadConfig({ PUBLIC_URL: "http://127.0.0.1", ...environment });
}

/** Secrets of the environment, the key vault and the data folder's encrypted file, which a running server reads again. */
export function openSecrets(config: Config): Secrets {
  const { environment, dataFolder, production } = config;
  return createSecrets({ environment, dataFolder, production, clock: systemClock, ...config.secrets });
}

/** Opens the store for `work` while no server runs. Throws STORE_LOCKED when one does. */
export async function withStore<R>(config: Config, work: (store: LocalStore) => Promise<R>): Promise<R> {
  const store = await openLocalStore({ folder: config.dataFolder, clock: systemClock, log: silentLog });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Reading a store that does not exist would make an empty one. */
export function needStore({ dataFolder }: Config): void {
  if (existsSync(path.join(dataFolder, STORE_FILE))) return;
  throw new NotFound("NOT_FOUND", `There is no data in ${dataFolder}. Name the folder in SWITCHBOARD_DATA.`);
}
