import { azureProblem, type CreateAuthentication, createAzure, createCloud } from "../adapters/azure";
import { createAdapter } from "../adapters/registry";
import type { ChannelAdapter } from "../adapters/shared/channelAdapter";
import type { AccountDirectory } from "../admin/directory";
import type { Config } from "../config/settings";
import type { ChannelClient, ChannelDefinition, ConnectPorts, Http } from "../core/channel";
import type { Clock } from "../core/clock";
import { ConfigError } from "../core/errors";
import type { Log } from "../core/log";
import type { PluginChannel } from "../core/plugin";
import type { SettingsReader } from "../core/settings";

/** An address that nobody answers: nothing may be sent there. */
export const NOWHERE = "http://127.0.0.1:9";

export interface PlatformPorts {
  config: Config;
  definitions: readonly ChannelDefinition[];
  /** Ours and those of plugins; Azure Bot Service's is put in its place when it is configured. */
  channels: Map<string, PluginChannel>;
  settings: SettingsReader;
  directory: Pick<AccountDirectory, "problem">;
  http: Http;
  createAuthentication: CreateAuthentication | undefined;
  clock: Clock;
  log: Log;
}

/** The channels' clients and adapters, and what can be wrong with an account. */
export async function openPlatforms(ports: PlatformPorts) {
  const { config, definitions, channels, settings, directory, http, clock, log } = ports;
  const cloud = await openCloud(ports);
  const clients = new Map<string, ChannelClient>();
  const adapters = new Map<string, ChannelAdapter>();
  for (const channel of channels.values()) {
    const { id, provider } = channel.definition;
    const client = channel.createClient({ http, ...urlsOf(provider), clock, log });
    clients.set(id, client);
    adapters.set(id, createAdapter({ channel, client, clock, log, account: () => noAccount(id) }));
  }

  function urlsOf(provider: string): Pick<ConnectPorts, "baseUrl" | "baseUrls"> {
    const baseUrl =
      config.apiUrls[provider as keyof Config["apiUrls"]] ??
      definitions.find((definition) => definition.provider === provider)?.apiUrl ??
      NOWHERE;
    const baseUrls = config.apiExtras[provider as keyof Config["apiExtras"]];
    return baseUrls === undefined ? { baseUrl } : { baseUrl, baseUrls };
  }

  /** The account was set up with a plugin that is not loaded any more. */
  function missingPlugin(accountId: string): string | undefined {
    const provider = settings.current().accounts.get(accountId)?.provider;
    return provider === undefined || definitions.some((definition) => definition.provider === provider)
      ? undefined
      : `No plugin brings the provider "${provider}".`;
  }

  return {
    cloud,
    clients,
    urlsOf,
    /** Throws ConfigError for a channel that is not installed. */
    adapterFor: (channel: string): ChannelAdapter => adapters.get(channel) ?? noAdapter(channel),
    /** Why an account cannot be used at present. */
    problemOf: (accountId: string): string | undefined =>
      directory.problem(accountId) ??
      missingPlugin(accountId) ??
      azureProblem(settings.current(), accountId, config.botFramework?.appId),
  };
}

/** Azure Bot Service, when this server is one of its bots; tells which accounts there cannot work. */
async function openCloud({
  config,
  channels,
  settings,
  http,
  createAuthentication,
  clock,
  log,
}: PlatformPorts) {
  for (const id of settings.current().accounts.keys()) {
    const problem = azureProblem(settings.current(), id, config.botFramework?.appId);
    if (problem !== undefined) log.warn({ accountId: id, problem }, "an account cannot be used");
  }
  if (config.botFramework === undefined) return undefined;
  const opened = await createCloud({
    config: config.botFramework,
    http,
    clock,
    ...(createAuthentication === undefined ? {} : { createAuthentication }),
  });
  channels.set("azure", createAzure(opened));
  return opened;
}

/** A platform over plain http is one of a test: it plays all of the provider's hosts, files included. */
export function testPlatforms(urls: Config["apiUrls"]): Partial<Config["apiUrls"]> {
  return Object.fromEntries(Object.entries(urls).filter(([, url]) => url.startsWith("http://")));
}

/** In the server, adapters only run turns: webhooks and sends go through the pipeline. */
function noAccount(channel: string): never {
  throw new ConfigError("CONFIG_INVALID", `The ${channel} adapter of the server sends nothing by itself.`);
}

function noAdapter(channel: string): never {
  throw new ConfigError("CONFIG_INVALID", `There is no adapter for ${channel}.`);
}
