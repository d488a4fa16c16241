import { rmSync } from "node:fs";
import type { CreateAuthentication } from "./adapters/azure";
import { createHttp } from "./adapters/shared/pools";
import { type Connections, createConnections } from "./admin/connections";
import { createAccountDirectory } from "./admin/directory";
import { apiRoutes } from "./composition/apiRoutes";
import { openErasureFile } from "./composition/erasureFile";
import { metricSources } from "./composition/metricSources";
import { needDataFolder } from "./composition/needDataFolder";
import { openBot } from "./composition/openBot";
import { openContacts } from "./composition/openContacts";
import { openHttpServer } from "./composition/openHttpServer";
import { openMedia } from "./composition/openMedia";
import { openPlatforms, testPlatforms } from "./composition/openPlatforms";
import { openSettings } from "./composition/openSettings";
import { openSignIn } from "./composition/openSignIn";
import { openWebhooks } from "./composition/openWebhooks";
import { writeOperatorFile } from "./composition/operatorFile";
import { registerSimulated, simulate } from "./composition/simulate";
import { createLog } from "./config/logger";
import type { Config } from "./config/settings";
import { createTickets } from "./contacts/tickets/tickets";
import type { Webhooks } from "./contacts/webhooks/webhooks";
import { type Clock, systemClock } from "./core/clock";
import { newId } from "./core/ids";
import type { Log } from "./core/log";
import type { PluginChannel } from "./core/plugin";
import type { Route } from "./core/route";
import type { SettingsReader } from "./core/settings";
import type { Store } from "./core/store";
import { createEventHub } from "./desk/events";
import { createGuardedFetch } from "./media/guardedFetch";
import { createMediaUrls } from "./media/signedUrls";
import { openPlugins } from "./openPlugins";
import { mediaKey } from "./pipeline/mediaKey";
import { createPipeline } from "./pipeline/pipeline";
import { openPrivacy, type Privacy } from "./privacy/privacy";
import { createReports } from "./reports/reports";
import { createMetrics } from "./server/metrics";
import type { HttpServer } from "./server/server";
import type { DemoPerson } from "./startConfiguration";
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
  /** For the first admin, who sets a password with it; undefined when somebody can sign in as an admin. */
  readonly setUpLink?: string;
  readonly internals: {
    pipeline: ReturnType<typeof createPipeline>;
    storeCounts: ReturnType<typeof countStore>;
    charges: ReturnType<typeof createCharges>;
    store: Store;
    connections: Connections;
    settings: SettingsReader;
    privacy: Privacy;
    webhooks: Webhooks;
    addresses: HttpServer["addresses"];
  };
  /** Answers a request whose path is one of ours: true once the response is over. False at once when it is not. */
  handle: HttpServer["handle"];
  /** Nothing in flight is lost; ends within ten seconds. */
  stop(): Promise<void>;
}

const STOP_MS = 8_000;

/** The composition root: builds everything, hands it round, listens unless mounted. Throws ConfigError with all that is wrong. */
export async function startApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  needDataFolder(config.dataFolder);
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
    const contacts = openContacts({ store, clock, log });
    undo.push(() => contacts.owed.stop());
    const { secrets, settings, configuration, hosts, knowledge } = await openSettings({
      config,
      store,
      plugins,
      definitions,
      contacts: contacts.book,
      text: overrides.configuration,
      clock,
      log,
    });
    undo.push(() => settings.close());
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
    const { cloud, clients, urlsOf, adapterFor, problemOf } = await openPlatforms({
      config,
      definitions,
      channels,
      settings,
      directory,
      http,
      createAuthentication: overrides.botFrameworkAuthentication,
      clock,
      log,
    });
    const mediaStore = await openMedia(config, clock, log);
    const mediaUrls = createMediaUrls({ secret: await mediaKey(store), publicUrl: config.publicUrl, clock });
    const media = {
      store: mediaStore,
      urlOf: (id: string) => mediaUrls.urlOf(id),
      fetch: createGuardedFetch({ clock }),
    };
    const tickets = createTickets({ store, settings, clock });
    const bot = openBot({
      adapterFor,
      plugins,
      http,
      hosts,
      secrets,
      takeTicketNumber: tickets.take,
      findAnswer: knowledge.find,
      clock,
    });
    const serverId = newId("server");
    const metrics = createMetrics();
    const pipeline = createPipeline({
      store,
      settings,
      accounts: directory,
      channels,
      clients,
      media,
      contacts,
      plugins,
      tickets,
      clock,
      log,
      meter: metrics.meter,
      serverId,
      bot,
      ...(overrides.leaseMs === undefined ? {} : { leaseMs: overrides.leaseMs }),
    });
    const webhooks = openWebhooks({
      config,
      store,
      settings,
      secrets,
      book: contacts.book,
      tickets,
      plugins,
      clock,
      log,
      serverId,
    });
    contacts.connect({ ...pipeline.contactSteps, tell: ({ event }) => webhooks.tell(event) });
    const privacy = await openPrivacy({
      store,
      settings,
      media: mediaStore,
      pipeline,
      book: contacts.book,
      // A shared store has its own backups, and servers without a disk of their own.
      ledger: config.store.kind === "local" ? openErasureFile(config.dataFolder) : undefined,
      scrub: opened.scrub,
      clock,
      log,
      serverId,
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

    const { signIn, operatorToken } = openSignIn({
      ...{ config, store, settings, secrets, clock, log },
      demo: demo?.map(({ id }) => id) ?? [],
    });
    const simulator = await simulate({ config, settings, directory, definitions, channels, clock, log });
    if (simulator !== undefined) undo.push(() => simulator.close());
    const routes: Route[] = [
      ...signIn.routes(),
      ...apiRoutes({
        config,
        store,
        settings,
        configuration,
        definitions,
        channels,
        pipeline,
        contacts: contacts.book,
        events,
        reports,
        connections,
        problemOf,
        plugins,
        tickets,
        webhooks,
        privacy,
        knowledge,
        media: { store: mediaStore, urls: mediaUrls },
        backup: opened.backup,
        clock,
        log,
      }),
      ...(simulator?.routes() ?? []),
    ];
    metrics.readFrom(
      metricSources({ storeCounts, charges, pipeline, events, plugins, webhooks, reports, clock, log }),
    );
    const { server, drain } = openHttpServer({
      config,
      store,
      receiver: pipeline.receiver,
      routes,
      signIn,
      metrics,
      cloud,
      definitions,
      hasPhone: simulator !== undefined,
      serverId,
      clock,
      log,
    });

    // What an earlier process left comes first: nothing new may overtake it.
    if (config.workers) {
      await pipeline.start();
      webhooks.start();
      privacy.start();
    }
    const port = overrides.mounted === true ? 0 : await server.listen(config.port, config.host);
    const host = config.host === "0.0.0.0" ? "127.0.0.1" : config.host;
    const url = overrides.mounted === true ? config.publicUrl : `http://${host}:${port}`;
    simulator?.serve(url);
    if (simulator !== undefined) await registerSimulated(settings.current(), connections, log);
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
    const stopSignIn = await signIn.start();
    const setUpLink = await signIn.setUpLink();
    log.info({ url, version: VERSION, store: config.store.kind }, "ready");

    return {
      port,
      url,
      ...(demo === undefined ? {} : { demo }),
      ...(setUpLink === undefined ? {} : { setUpLink }),
      internals: {
        pipeline,
        store,
        storeCounts,
        charges,
        connections,
        settings,
        webhooks,
        privacy,
        addresses: server.addresses,
      },
      handle: server.handle,
      async stop() {
        drain();
        const end = clock.now() + STOP_MS;
        stopSignIn();
        await watching?.close();
        pipeline.desks.stop();
        events.close();
        simulator?.stopStreams();
        await server.close(5_000);
        const withinMs = Math.max(500, end - clock.now());
        await privacy.stop();
        await Promise.all([pipeline.stop(withinMs), webhooks.stop(withinMs)]);
        await contacts.owed.stop();
        await simulator?.close();
        rmSync(operatorFile, { force: true });
        directory.close();
        settings.close();
        await http.close();
        await opening.close();
        await opened.store.close();
      },
    };
  }
}
