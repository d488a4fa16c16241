import type { Account } from "../../core/channel";
import { ConfigError } from "../../core/errors";

/** All values of a secret, newest first. Throws ConfigError when there is none: with an empty key anybody could sign. */
export function secretsOf(account: Account, name: string): readonly string[] {
  const secrets = account.secrets[name];
  if (secrets === undefined || secrets.length === 0 || secrets.includes("")) {
    const usable = (secrets ?? []).filter((secret) => secret !== "");
    if (usable.length > 0) return usable;
    throw new ConfigError(
      "ACCOUNT_SECRET_MISSING",
      `The account "${account.id}" has no ${name}, so nothing from its platform can be trusted. Set it.`,
    );
  }
  return secrets;
}
