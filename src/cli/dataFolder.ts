import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, type Environment, loadConfig } from "../config/settings";
import { systemClock } from "../core/clock";
import { NotFound } from "../core/errors";
import { silentLog } from "../core/log";
import { createDemoSecrets, createSecrets, type Secrets, type SecretsOptions } from "../secrets/secrets";
import { STORE_FILE } from "../storage/local/localStore";
import { type OpenedStore, openStore } from "../storage/openStore";

/** The settings as the server reads them; what only a server needs, such as PUBLIC_URL, may be missing. */
export const readSettings = (environment: Environment): Config => loadConfig(environment, "command");

/** Secrets of the environment, the key vault and the data folder's encrypted file, which a running server reads again. */
export const openSecrets = (config: Config): Secrets => createSecrets(secretsOptions(config));

/** Where the demo's made-up secrets go. */
export const openDemoSecrets = (config: Config): Secrets => createDemoSecrets(secretsOptions(config));

function secretsOptions({ environment, dataFolder, production, secrets }: Config): SecretsOptions {
  return { environment, dataFolder, production, clock: systemClock, ...secrets };
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
