import type { Account } from "../../core/channel";
import type { ChannelError } from "../../core/errors";
import type { AccountDirectory } from "../ports";

const AUTH_RETRY_MS = 60_000;
const MAX_BACKOFF_MS = 5 * 60_000;

/** How long to wait (ms) before a send that failed is tried again, where the platform does not say. */
export function waitAfter({ code }: ChannelError, attempts: number): number {
  return code === "CHANNEL_AUTH" ? AUTH_RETRY_MS : Math.min(MAX_BACKOFF_MS, 500 * 2 ** attempts);
}

/** The platform refuses our credentials: perhaps they were renewed at their source, and we still have the old ones. */
export async function secretsRenewed(
  accounts: Pick<AccountDirectory, "accountNow" | "refresh">,
  accountId: string,
): Promise<boolean> {
  const secretsOf = (account: Account | undefined): string =>
    JSON.stringify([account?.secrets, account?.instances.map(({ secrets }) => secrets)]);
  const before = secretsOf(accounts.accountNow(accountId));
  const after = await accounts.refresh(accountId).catch(() => undefined);
  return after !== undefined && secretsOf(after) !== before;
}
