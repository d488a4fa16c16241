import type { SettingsRepository } from "../admin/settingsRepository";
import type { Config } from "../config/settings";
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { Store } from "../core/store";
import type { Secrets } from "../secrets/secrets";
import { newSecret } from "../signIn/hash";
import { createSignIn, type SignIn } from "../signIn/signIn";
import { agentBook } from "./agentBook";

/** Sign-in over the settings' agents, with a token for the command line of this machine. */
export function openSignIn(ports: {
  config: Config;
  store: Store;
  settings: SettingsRepository;
  secrets: Secrets;
  demo: readonly string[];
  clock: Clock;
  log: Log;
}): { signIn: SignIn; operatorToken: string } {
  const { config, settings, secrets } = ports;
  const operatorToken = newSecret();
  const signIn = createSignIn({
    ...ports,
    agents: agentBook(settings),
    choice: config.signIn,
    resolveSecret: (reference, options) => secrets.resolve(reference, options),
    publicUrl: config.publicUrl,
    production: config.production,
    operatorToken,
  });
  return { signIn, operatorToken };
}
