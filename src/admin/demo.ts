import { DEMO_SECRET } from "../core/demo";
import { makeSecrets } from "./generated";
import type { SecretsPort, SettingsBundle } from "./ports";

/** Makes random values for the demo's secrets (`file:demo-…`) that do not exist yet; gives their names. Development only. */
export function ensureDemoSecrets(secrets: SecretsPort, bundle: SettingsBundle): Promise<string[]> {
  const references = [
    ...bundle.accounts.flatMap((account) => Object.values(account.secrets)),
    ...bundle.instances.flatMap((instance) => Object.values(instance.secrets)),
    ...bundle.agents.flatMap((agent) => agent.token ?? []),
  ];
  return makeSecrets(
    secrets,
    references.flatMap((reference) => DEMO_SECRET.exec(reference)?.[1] ?? []),
  );
}
