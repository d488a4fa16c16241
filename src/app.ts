import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  azureProblem,
  type CreateAuthentication,
  createAzure,
  createCloud,
  createCloudEndpoint,
} from "./adapters/azure";
import { createAdapter } from "./adapters/registry";
import type { ChannelAdapter } from "./adapters/shared/channelAdapter";
import { createHttp } from "./adapters/shared/pools";
import { connectionRoutes } from "./admin/connectionRoutes";
import { type Connections, createConnections } from "./admin/connections";
import { createAccountDirectory } from "./admin/directory";
import { flowFigureRoutes } from "./admin/flowFigureRoutes";
import { flowRoutes } from "./admin/flowRoutes";
import { flowTryRoutes } from "./admin/flowTryRoutes";
import { operationsRoutes } from "./admin/operationsRoutes";
import { pluginRoutes } from "./admin/pluginRoutes";
import { reportRoutes } from "./admin/reportRoutes";
import { adminRoutes } from "./admin/routes";
import { ruleRoutes } from "./admin/ruleRoutes";
import { createSettingsRepository } from "./admin/settingsRepository";
import { exportConfig } from "./config/exportConfig";
import { parseConfig } from "./config/file";
import { createLog } from "./config/logger";
import { createSettingsRules } from "./config/rules";
import type { Config } from "./config/settings";
import { createTicketNumbers } from "./contacts/ticketNumbers";
import type { ChannelClient, ConnectPorts } from "./core/channel";
import { type Clock, systemClock } from "./core/clock";
import { ConfigError, messageOf } from "./core/errors";
import { newId } from "./core/ids";
import type { Log } from "./core/log";
import type { MediaStore } from "./core/media";
import type { PluginChannel } from "./core/plugin";
import type { Route } from "./core/route";
import type { RunningPlugins } from "./core/runningPlugins";
import type { SettingsReader } from "./core/settings";
import type { Store } from "./core/store";
import { createEventHub } from "./desk/events";
import { createConversationAccess, createMediaAccess } from "./desk/mediaAccess";
import { queueRoutes } from "./desk/queueRoutes";
import { deskRoutes } from "./desk/routes";
import { ticketRoutes } from "./desk/ticketRoutes";
import { createBot } from "./dialogs/bot";
import { flowJsonSchema } from "./dialogs/flows/flowJsonSchema";
import { createHostList, createRequests } from "./dialogs/flows/requests";
import { createKnowledge } from "./dialogs/knowledge/knowledge";
import { createGuardedFetch } from "./media/guardedFetch";
import { openLocalMedia } from "./media/local/localMedia";
import { mediaRoutes } from "./media/routes";
import { createMediaUrls } from "./media/signedUrls";
import { openPlugins } from "./openPlugins";
import { mediaKey } from "./pipeline/mediaKey";
import { createPipeline } from "./pipeline/pipeline";
import { createReports } from "./reports/reports";
import { createDemoSecrets, createSecrets } from "./secrets/secrets";
import { createMetrics } from "./server/metrics";
import { createServer, type HttpServer } from "./server/server";
import { createSignIn } from "./server/signIn";
import { loadWebPages } from "./server/webPages";
import { flowWorldOf, settingsChecks } from "./settingsChecks";
import { type Simulator, startSimulator } from "./simulator/phone";
import { createStartConfiguration, type DemoPerson } from "./startConfiguration";
import { createCharges } from "./storage/charges";
import { countStore } from "./storage/countingStore";
import type { LocalStoreHooks } from "./storage/local/localStore";
import { openStore } from "./storage/openStore";
import { VERSION } from "./version";
import { watchConfiguration } from "./watchConfiguration";

/** What tests and hosts swap. */
export interface AppOverrides {
  /** True: somebody else's server listens, and passes on what is for us by `App.handle`. */
  mounted?: boolean;
  clock?: Clock;
  log?: Log;
  storeHooks?: LocalStoreHooks;
  /** Text instead of a configuration file. */
  configuration?: string;
  /** How long a message that is being sent belongs to its server, ms; a minute when left out. */
  leaseMs?: number;
  /** Give up on a platform after this long (ms) instead of the client's own time. */
  platformTimeoutMs?: number;
  /** Who may call /api/messages, and how we sign in there, instead of Microsoft's. */
  botFrameworkAuthentication?: CreateAuthentication;
}

export interface App {
  /** 0 when mounted. */
  readonly port: number;
  /** Where this server is reached from this machine; PUBLIC_URL when mounted. */
  readonly url: string;
  /** The demo was applied: who may sign in, and with which token. Development only. */
  readonly demo?: readonly DemoPerson[];
  readonly internals: {
    pipeline: ReturnType<typeof createPipeline>;
    storeCounts: ReturnType<typeof countStore>;
    charges: ReturnType<typeof createCharges>;
    store: Store;
    connections: Connections;
    settings: SettingsReader;
  };
  /** Answers a request whose path is one of ours: true once the response is over. False at once when it is not. */
  handle: HttpServer["handle"];
  /** Nothing in flight is lost; ends within ten seconds. */
  stop(): Promise<void>;
}

const ROOT = path.resolve(__dirname, "..", "..");
const STOP_MS = 8_000;
const NOWHERE = "http://127.0.0.1:9";

/** The composition root: builds everything, hands it round, listens unless mounted. Throws ConfigError with all that is wrong. */
export async function startApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  const charges = createCharges();
  const opened = await openStore({
    choice: config.store,
    dataFolder: config.dataFolder,
    production: config.production,
    clock,
    log,
    onCharge: charges.add,
    ...(overrides.storeHooks === undefined ? {} : { hooks: overrides.storeHooks }),
  });
  const undo: (() => unknown)[] = [() => opened.store.close()];
  try {
    return await build();
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }

  async function build(): Promise<App> {
    // Before anything reads settings: rules may name what plugins bring.
    const { plugins, definitions, ...opening } = await openPlugins({ config, threads: true, clock, log });
    undo.push(() => opening.close());
    const channels = new Map<string, PluginChannel>(
      opening.channels.map((channel) => [channel.definition.id, channel]),
    );
    const storeCounts = countStore(opened.store);
    const store = storeCounts.store;
    const { environment, dataFolder, production } = config;
    const secretsOptions = { environment, dataFolder, production, clock, log, ...config.secrets };
    const secrets = createSecrets(secretsOptions);
    const hosts = createHostList(config.flowHosts);
    const knowledge = createKnowledge(config.knowledgeFolder ?? knowledgeBeside(config), clock);
    const settings = await createSettingsRepository({
      store,
      clock,
      log,
      secrets,
      rules: createSettingsRules(definitions, { production: config.production }),
      checks: settingsChecks({
        ...flowWorldOf(plugins, definitions),
        get knowledge() {
          return knowledge.sources();
        },
        isHostAllowed: hosts.has,
      }),
    });
    undo.push(() => settings.close());
    const configuration = createStartConfiguration({
      config,
      settings,
      secrets,
      demoSecrets: () => (config.secrets.kind === "file" ? secrets : createDemoSecrets(secretsOptions)),
      definitions,
      ...(overrides.configuration === undefined ? {} : { text: overrides.configuration }),
      shared: !store.exclusive,
      log,
    });
    await configuration.applyAtStart();
    const demo = await configuration.demoPeople();

    const directory = await createAccountDirectory({
      settings,
      secrets,
      definitions,
      publicUrl: config.publicUrl,
      apiUrls: testPlatforms(config.apiUrls),
      production: config.production,
      clock,
      log,
    });
    undo.push(() => directory.close());
    const http = createHttp(
      overrides.platformTimeoutMs === undefined ? {} : { longestMs: overrides.platformTimeoutMs },
    );
    undo.push(() => http.close());
    const cloud = await openCloud();
    const clients = new Map<string, ChannelClient>();
    const adapters = new Map<string, ChannelAdapter>();
    for (const channel of channels.values()) {
      const { id, provider } = channel.definition;
      const client = channel.createClient({ http, ...urlsOf(provider), clock, log });
      clients.set(id, client);
      adapters.set(id, createAdapter({ channel, client, clock, log, account: () => noAccount(id) }));
    }

    const mediaStore = await openMedia();
    const mediaUrls = createMediaUrls({ secret: await mediaKey(store), publicUrl: config.publicUrl, clock });
    const media = {
      store: mediaStore,
      urlOf: (id: string) => mediaUrls.urlOf(id),
      fetch: createGuardedFetch({ clock }),
    };
    const bot = createBot({
      adapterFor: (channel) => adapters.get(channel) ?? noAdapter(channel),
      dialogs: plugins.dialogs,
      services: {
        request: createRequests({
          http,
          hosts,
          resolveSecret: (reference) => secrets.resolve(reference),
          clock,
        }),
        runAction: plugins.runAction,
        takeTicketNumber: createTicketNumbers(store).take,
        findAnswer: knowledge.find,
      },
      clock,
    });
    const serverId = newId("server");
    const pipeline = createPipeline({
      store,
      settings,
      accounts: directory,
      channels,
      clients,
      media,
      plugins,
      clock,
      log,
      serverId,
      bot,
      ...(overrides.leaseMs === undefined ? {} : { leaseMs: overrides.leaseMs }),
    });
    const reports = createReports({ store, settings, clock, log });
    const events = createEventHub({ store, clock, typing: pipeline.typing });
    const connections = createConnections({
      settings,
      directory,
      problem: problemOf,
      channels,
      pipeline,
      http,
      urlsOf,
      publicUrl: config.publicUrl,
      clock,
      log,
    });

    const operatorToken = randomBytes(32).toString("base64url");
    const signIn = createSignIn({
      store,
      settings,
      resolveSecret: (reference, options) => secrets.resolve(reference, options),
      clock,
      log,
      publicUrl: config.publicUrl,
      operatorToken,
    });
    const simulator = await simulate();
    const routes: Route[] = [
      ...signIn.routes(),
      ...deskRoutes({ store, settings, clock, channels, pipeline, events, log }),
      ...queueRoutes({ reports, settings }),
      ...ticketRoutes({
        store,
        maySee: createConversationAccess({ store, settings, closing: pipeline.closing }),
      }),
      ...adminRoutes({ settings, directory: { problem: problemOf }, publicUrl: config.publicUrl, clock }),
      ...connectionRoutes(connections),
      ...pluginRoutes(plugins.status),
      ...mediaRoutes({
        media: mediaStore,
        urls: mediaUrls,
        mayRead: createMediaAccess({ store, settings, closing: pipeline.closing }),
      }),
      ...operationsRoutes({
        pipeline,
        settings,
        problem: problemOf,
        backup: opened.backup,
        applyConfig: (text, { flowFiles, ...options }) =>
          configuration.apply(
            parseConfig({ bytes: Buffer.from(text), name: "the configuration", definitions, flowFiles }),
            options,
          ),
        exportConfig: () => exportConfig(settings.current(), definitions),
        clock,
      }),
      ...reportRoutes({ reports, clock }),
      ...ruleRoutes({ store, settings, clock }),
      ...flowRoutes({ store, settings, clock, schema: flowJsonSchema }),
      ...flowFigureRoutes({ pipeline, settings, clock }),
      ...flowTryRoutes({ store, settings, clock, dialogs: plugins.dialogs, findAnswer: knowledge.find }),
      ...(simulator?.routes() ?? []),
    ];
    const metrics = createMetrics({
      storeTrips: () => ({
        ...storeCounts.counts().byPurpose,
        reads: storeCounts.counts().reads,
        queries: storeCounts.counts().queries,
      }),
      requestUnits: charges.units,
      turns: () => ({ ...pipeline.turns() }),
      routing: () => ({ ...pipeline.routing() }),
      delivery: () => ({ ...pipeline.delivery() }),
      backlog: () => pipeline.backlog(),
      lastInbound: () => pipeline.counters.lastInbound(),
      deskConnections: () => events.connections(),
      ...pluginGauges(plugins),
      distribution: reports.gauges,
    });
    let draining = false;
    let readyUntil = 0;
    const server = createServer({
      receiver: pipeline.receiver,
      routes,
      signIn,
      pages: loadWebPages(path.join(ROOT, "dist", "web"), { phone: simulator !== undefined }),
      metrics,
      ...(config.metricsToken === undefined
        ? config.production
          ? {}
          : { metricsToken: "open" as const }
        : { metricsToken: config.metricsToken }),
      async ready() {
        if (draining) throw new ConfigError("SHUTTING_DOWN");
        if (clock.now() < readyUntil) return;
        await store.read("leases", "servers", serverId);
        readyUntil = clock.now() + 5_000;
      },
      ...(cloud === undefined
        ? {}
        : {
            botFramework: createCloudEndpoint({
              cloud,
              receive: (items, botId) => pipeline.receiver.receiveItems("azure", botId, items),
              log,
            }),
          }),
      trustProxyHops: config.trustProxyHops,
      providers: [...new Set(definitions.map(({ provider }) => provider))].filter((id) => id !== "azure"),
      version: VERSION,
      clock,
      log,
    });

    // What an earlier process left comes first: nothing new may overtake it.
    if (config.workers) await pipeline.start();
    const port = overrides.mounted === true ? 0 : await server.listen(config.port, config.host);
    const host = config.host === "0.0.0.0" ? "127.0.0.1" : config.host;
    const url = overrides.mounted === true ? config.publicUrl : `http://${host}:${port}`;
    simulator?.serve(url);
    if (simulator !== undefined) await registerSimulated();
    const operatorFile = writeOperatorFile(config.dataFolder, {
      url,
      token: operatorToken,
      pid: process.pid,
    });
    const watching =
      config.production || config.configFile === undefined || overrides.configuration !== undefined
        ? undefined
        : watchConfiguration({
            file: config.configFile,
            definitions,
            apply: (bundle) => configuration.apply(bundle),
            clock,
            log,
          });
    log.info({ url, version: VERSION, store: config.store.kind }, "ready");

    return {
      port,
      url,
      ...(demo === undefined ? {} : { demo }),
      internals: { pipeline, store, storeCounts, charges, connections, settings },
      handle: server.handle,
      async stop() {
        draining = true;
        const end = clock.now() + STOP_MS;
        await watching?.close();
        pipeline.desks.stop();
        events.close();
        simulator?.stopStreams();
        await server.close(5_000);
        await pipeline.stop(Math.max(500, end - clock.now()));
        await simulator?.close();
        rmSync(operatorFile, { force: true });
        directory.close();
        settings.close();
        await http.close();
        await opening.close();
        await opened.store.close();
      },
    };

    /** Azure Bot Service, when this server is one of its bots; tells which accounts there cannot work. */
    async function openCloud(): Promise<Awaited<ReturnType<typeof createCloud>> | undefined> {
      for (const id of settings.current().accounts.keys()) {
        const problem = azureProblem(settings.current(), id, config.botFramework?.appId);
        if (problem !== undefined) log.warn({ accountId: id, problem }, "an account cannot be used");
      }
      if (config.botFramework === undefined) return undefined;
      const createAuthentication = overrides.botFrameworkAuthentication;
      const opened = await createCloud({
        config: config.botFramework,
        http,
        clock,
        ...(createAuthentication === undefined ? {} : { createAuthentication }),
      });
      channels.set("azure", createAzure(opened));
      return opened;
    }

    async function openMedia(): Promise<MediaStore> {
      if (config.media === undefined) return openLocalMedia({ folder: config.dataFolder, clock });
      // Loaded only here: files on the disk need no SDK.
      const { openBlobMedia } = await import("./media/blob/blobMedia.js");
      return openBlobMedia({ ...config.media, production: config.production, clock, log });
    }

    function urlsOf(provider: string): Pick<ConnectPorts, "baseUrl" | "baseUrls"> {
      const baseUrl =
        config.apiUrls[provider as keyof Config["apiUrls"]] ??
        definitions.find((definition) => definition.provider === provider)?.apiUrl ??
        NOWHERE;
      const baseUrls = config.apiExtras[provider as keyof Config["apiExtras"]];
      return baseUrls === undefined ? { baseUrl } : { baseUrl, baseUrls };
    }

    function problemOf(accountId: string): string | undefined {
      return (
        directory.problem(accountId) ??
        missingPlugin(accountId) ??
        azureProblem(settings.current(), accountId, config.botFramework?.appId)
      );
    }

    /** The account was set up with a plugin that is not loaded any more. */
    function missingPlugin(accountId: string): string | undefined {
      const provider = settings.current().accounts.get(accountId)?.provider;
      return provider === undefined || definitions.some((definition) => definition.provider === provider)
        ? undefined
        : `No plugin brings the provider "${provider}".`;
    }

    /** At the simulated platforms all is set up from the start: whoever presses Validate shall see how that looks. */
    async function registerSimulated(): Promise<void> {
      for (const { id, simulated } of settings.current().accounts.values())
        if (simulated)
          await connections
            .register(id)
            .catch((error) => log.debug({ accountId: id, error: messageOf(error) }, "not registered"));
    }

    async function simulate(): Promise<Simulator | undefined> {
      if (config.production) return undefined;
      const simulated = [...settings.current().accounts.values()].filter((account) => account.simulated);
      if (simulated.length === 0) return undefined;
      // Until the platforms listen nothing may be sent: an address that nobody answers stands in.
      await directory.setSimulatorUrls(
        Object.fromEntries(definitions.map(({ provider }) => [provider, NOWHERE])),
      );
      const accounts = await Promise.all(simulated.map(({ id }) => directory.account(id)));
      const started = await startSimulator({
        accounts: accounts.filter((account) => account !== undefined),
        channels,
        publicUrl: config.publicUrl,
        clock,
        log,
      });
      undo.push(() => started.close());
      await directory.setSimulatorUrls(started.urls);
      return started;
    }
  }
}

/** How plugins are doing, for /metrics. */
function pluginGauges({ status }: Pick<RunningPlugins, "status">) {
  const parts = () =>
    status().flatMap(({ name, parts }) => parts.map((part) => ({ ...part, name: `${name}.${part.part}` })));
  return {
    pluginFailures: () => Object.fromEntries(parts().map(({ name, failures }) => [name, failures])),
    pluginsOff: () =>
      Object.fromEntries(parts().flatMap(({ name, state }) => (state === "off" ? [[name, 1]] : []))),
  };
}

/** A platform over plain http is one of a test: it plays all of the provider's hosts, files included. */
function testPlatforms(urls: Config["apiUrls"]): Partial<Config["apiUrls"]> {
  return Object.fromEntries(Object.entries(urls).filter(([, url]) => url.startsWith("http://")));
}

/** The demo has its own when nothing is configured. */
function knowledgeBeside(config: Config): string {
  const beside = config.configFile ?? path.join(ROOT, "examples", "demo", "switchboard.yaml");
  return path.join(path.dirname(beside), "knowledge");
}

/** In the server, adapters only run turns: webhooks and sends go through the pipeline. */
function noAccount(channel: string): never {
  throw new ConfigError("CONFIG_INVALID", `The ${channel} adapter of the server sends nothing by itself.`);
}

function noAdapter(channel: string): never {
  throw new ConfigError("CONFIG_INVALID", `There is no adapter for ${channel}.`);
}

/** Lets the command line on this machine, as this user, talk to the running server. */
function writeOperatorFile(folder: string, content: { url: string; token: string; pid: number }): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "operator.json");
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  return file;
}
