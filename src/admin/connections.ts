import type { Account, Channel, Check, ConnectPorts, Http } from "../core/channel";
import { type Clock, isoTime } from "../core/clock";
import { Conflict, messageOf, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import type { Pipeline } from "../pipeline/pipeline";
import type { AccountDirectory } from "./directory";
import type { HealthView } from "./operationsContract";

export interface ConnectionsPorts {
  settings: SettingsReader;
  directory: Pick<AccountDirectory, "account" | "problem" | "refresh">;
  /** Why an account cannot be used, in words; undefined when it can. */
  problem(accountId: string): string | undefined;
  channels: ReadonlyMap<string, Channel>;
  pipeline: Pick<Pipeline, "health" | "silence" | "counters" | "resume">;
  http: Http;
  /** Base URLs of a provider's API. */
  urlsOf(provider: string): Pick<ConnectPorts, "baseUrl" | "baseUrls">;
  /** PUBLIC_URL, without a trailing slash. */
  publicUrl: string;
  clock: Clock;
  log: Log;
}

const REACH_TIMEOUT_MS = 5_000;

/** Whether accounts and instances work, what to do when not, and registering our webhooks: Validate and the doctor. */
export function createConnections(ports: ConnectionsPorts) {
  async function usable(accountId: string): Promise<Account | Check> {
    const settings = ports.settings.current().accounts.get(accountId);
    if (settings === undefined) throw new NotFound("NOT_FOUND", `There is no account "${accountId}".`);
    // What an admin has just mended counts at once.
    await ports.directory.refresh(accountId).catch(() => undefined);
    const account = await ports.directory.account(accountId);
    if (account !== undefined) return account;
    return {
      id: "secrets",
      title: `Secrets of ${settings.name}`,
      state: "failed",
      text: ports.problem(accountId) ?? "They are not there yet.",
      cure: "Set the secrets that the account refers to: the environment, `switchboard secret set NAME`, or the key vault.",
    };
  }

  function portsFor(account: Account): ConnectPorts {
    const callbackUrl = `${ports.publicUrl}/webhooks/${account.provider}/${account.id}`;
    return {
      ...ports.urlsOf(account.provider),
      http: ports.http,
      clock: ports.clock,
      log: ports.log,
      callbackUrl,
    };
  }

  /** The provider's channels that have something under this account. */
  const channelsOf = (account: Account): Channel[] =>
    [...ports.channels.values()].filter(({ definition }) =>
      account.instances.some(({ channel }) => channel === definition.id),
    );

  async function run(account: Account, deed: "validate" | "register"): Promise<Check[]> {
    const found: Check[] = [];
    for (const channel of channelsOf(account)) {
      const look = channel.connect?.[deed];
      if (look === undefined) continue;
      found.push(...(await look(account, portsFor(account)).catch((error) => [broken(channel, error)])));
    }
    return withoutRepeats(found);
  }

  function broken(channel: Channel, error: unknown): Check {
    ports.log.error(
      { channel: channel.definition.id, error: messageOf(error) },
      "a connection check broke off",
    );
    return {
      id: "check",
      title: channel.definition.title,
      state: "failed",
      text: `The check broke off: ${messageOf(error)}`,
      cure: "Try again; report it if it happens again.",
    };
  }

  /** Platforms and browsers must reach us under PUBLIC_URL. */
  async function reach(account: Account): Promise<Check> {
    const check = { id: "publicUrl", title: `PUBLIC_URL ${ports.publicUrl}` };
    if (account.apiUrl !== undefined)
      return { ...check, state: "skipped", text: "The platform is simulated on this machine." };
    if (!ports.publicUrl.startsWith("https://"))
      return {
        ...check,
        state: "failed",
        text: "It is not https; platforms post to nothing else.",
        cure: "Put a reverse proxy with a certificate in front and set PUBLIC_URL to its address.",
      };
    try {
      const { origin, pathname } = new URL(`${ports.publicUrl}/healthz`);
      const request = { origin, path: pathname, method: "GET", headers: {}, timeoutMs: REACH_TIMEOUT_MS };
      const { status } = await ports.http.request(request);
      if (status === 200) return { ...check, state: "ok", text: "It leads to this server." };
      return {
        ...check,
        state: "warning",
        text: `It answers ${status}.`,
        cure: "It must lead to this server.",
      };
    } catch (error) {
      return {
        ...check,
        state: "warning",
        text: `It cannot be reached from here: ${messageOf(error)}`,
        cure: "Check DNS, certificate and proxy. Some networks cannot reach themselves from inside: try it from outside.",
      };
    }
  }

  function resume(account: Account, checks: readonly Check[]): void {
    if (checks.some(({ state, instanceId }) => state === "failed" && instanceId === undefined)) return;
    for (const { id } of account.instances) {
      if (checks.some(({ state, instanceId }) => state === "failed" && instanceId === id)) continue;
      ports.pipeline.health.worked(id);
      ports.pipeline.resume(id);
    }
  }

  return {
    /** Every check of an account; what was held for an instance that works goes out. Throws NotFound. */
    async validate(accountId: string): Promise<Check[]> {
      const account = await usable(accountId);
      if ("state" in account) return [account];
      const checks = [...(await run(account, "validate")), await reach(account)];
      resume(account, checks);
      return checks;
    },
    /** Registers our webhook and subscribes the instances where the platform lets us. Throws NotFound, Conflict. */
    async register(accountId: string): Promise<Check[]> {
      const account = await usable(accountId);
      if ("state" in account) return [account];
      const can = channelsOf(account).some(({ connect }) => connect?.register !== undefined);
      if (!can)
        throw new Conflict(
          "WRONG_STATE",
          "This platform takes its webhook address by hand, in its console only.",
        );
      return run(account, "register");
    },
    async health(): Promise<HealthView[]> {
      const { accounts, instances } = ports.settings.current();
      const lastInbound = ports.pipeline.counters.lastInbound();
      const silent = await ports.pipeline.silence.silent();
      return [...instances.values()].map((instance) => {
        const problem = accounts.has(instance.account)
          ? ports.problem(instance.account)
          : "Its account is gone.";
        const known = ports.pipeline.health.of(instance.id);
        const quiet = silent.has(instance.id);
        const health =
          problem !== undefined
            ? { state: "error" as const, text: problem }
            : known.state === "ok" && quiet
              ? { state: "warning" as const, text: SILENT_TEXT }
              : known;
        const last = lastInbound.get(instance.id);
        return {
          instanceId: instance.id,
          accountId: instance.account,
          channel: instance.channel,
          name: instance.name,
          state: health.state,
          text: health.text ?? null,
          since: known.since === undefined ? null : isoTime(known.since),
          lastInboundAt: last === undefined ? null : isoTime(last),
          silent: quiet,
        };
      });
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

const SILENT_TEXT =
  "Nobody has written for much longer than ever in the last two weeks. Press Validate: the webhook may have been switched off.";

/** Two channels of one account look at the same token. */
function withoutRepeats(checks: readonly Check[]): Check[] {
  const seen = new Set<string>();
  return checks.filter(({ id, instanceId = "", title }) => {
    const key = instanceId === "" ? id : `${id} ${instanceId} ${title}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
