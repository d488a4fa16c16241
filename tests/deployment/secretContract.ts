import { channels } from "../../src/adapters/registry";
import type { Template } from "../support/arm/deployment";

/** Secure parameters that are not a channel's. */
const OTHERS = ["botAppPassword", "metricsToken", "oidcClientSecret"];

/** Every secret that a channel asks for has a parameter, and no parameter is for a secret that no channel has. */
export function channelSecretFaults({ parameters }: Template): string[] {
  const wanted = new Set(
    channels.flatMap(({ definition }) =>
      [...definition.accountFields, ...definition.instance.fields]
        .filter(({ kind }) => kind === "secret")
        .map(({ name }) => definition.provider + name.charAt(0).toUpperCase() + name.slice(1)),
    ),
  );
  const secure = Object.keys(parameters).filter((name) => parameters[name]?.type === "securestring");
  return [
    ...[...wanted].filter((name) => !secure.includes(name)).map((name) => `no secure parameter ${name}`),
    ...secure
      .filter((name) => !wanted.has(name) && !OTHERS.includes(name))
      .map((name) => `${name} is no channel's`),
  ];
}
