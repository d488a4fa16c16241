import type { SettingsSnapshot } from "../../core/settings";

export const MISSING_APP_TEXT =
  "The Azure bot is not set up: set MicrosoftAppId (and MicrosoftAppPassword) in the environment, then restart.";

/** Why an account at Azure Bot Service cannot work; undefined when it can, and for accounts of other providers. */
export function azureProblem(
  settings: Pick<SettingsSnapshot, "accounts" | "instances">,
  accountId: string,
  appId: string | undefined,
): string | undefined {
  if (settings.accounts.get(accountId)?.provider !== "azure") return undefined;
  if (appId === undefined) return MISSING_APP_TEXT;
  const bots = [...settings.instances.values()].filter(({ account }) => account === accountId);
  const strangers = bots
    .map(({ externalId }) => externalId)
    .filter((id) => id !== appId.trim().toLowerCase());
  if (strangers.length === 0) return undefined;
  return `This server is the bot ${appId} (MicrosoftAppId); it cannot be ${strangers.join(", ")}.`;
}
