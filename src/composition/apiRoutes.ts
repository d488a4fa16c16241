import { connectionRoutes } from "../admin/connectionRoutes";
import type { Connections } from "../admin/connections";
import { adminContactRoutes } from "../admin/contactRoutes";
import { flowFigureRoutes } from "../admin/flows/flowFigureRoutes";
import { flowRoutes } from "../admin/flows/flowRoutes";
import { flowTryRoutes } from "../admin/flows/flowTryRoutes";
import { operationsRoutes } from "../admin/operationsRoutes";
import { createPersonAudit } from "../admin/personAudit";
import { pluginRoutes } from "../admin/pluginRoutes";
import { privacyRoutes } from "../admin/privacyRoutes";
import { reportRoutes } from "../admin/reportRoutes";
import { adminRoutes } from "../admin/routes";
import { ruleRoutes } from "../admin/ruleRoutes";
import type { SettingsRepository } from "../admin/settingsRepository";
import { webhookRoutes } from "../admin/webhookRoutes";
import { exportConfig } from "../config/exportConfig";
import { parseConfig } from "../config/file";
import type { Config } from "../config/settings";
import type { Tickets } from "../contacts/tickets/tickets";
import type { Webhooks } from "../contacts/webhooks/webhooks";
import type { ChannelDefinition } from "../core/channel";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { MediaStore } from "../core/media";
import type { PluginChannel } from "../core/plugin";
import type { Route } from "../core/route";
import type { RunningPlugins } from "../core/runningPlugins";
import type { Store } from "../core/store";
import type { EventHub } from "../desk/events";
import { createMasking } from "../desk/masking";
import { createConversationAccess, createConversationFinder, createMediaAccess } from "../desk/mediaAccess";
import { queueRoutes } from "../desk/queueRoutes";
import { deskRoutes } from "../desk/routes";
import { ticketRoutes } from "../desk/tickets/ticketRoutes";
import { flowJsonSchema } from "../dialogs/flows/flowJsonSchema";
import type { Knowledge } from "../dialogs/knowledge/knowledge";
import { mediaRoutes } from "../media/routes";
import type { createMediaUrls } from "../media/signedUrls";
import type { Pipeline } from "../pipeline/pipeline";
import type { Privacy } from "../privacy/privacy";
import type { Reports } from "../reports/reports";
import type { StartConfiguration } from "../startConfiguration";

/** Everything that routes are built on. */
export interface ApiPorts {
  config: Config;
  store: Store;
  settings: SettingsRepository;
  configuration: StartConfiguration;
  definitions: readonly ChannelDefinition[];
  channels: ReadonlyMap<string, PluginChannel>;
  pipeline: Pipeline;
  contacts: ContactBook;
  events: EventHub;
  reports: Reports;
  connections: Connections;
  problemOf(accountId: string): string | undefined;
  plugins: RunningPlugins;
  tickets: Tickets;
  webhooks: Webhooks;
  privacy: Privacy;
  knowledge: Knowledge;
  media: { store: MediaStore; urls: ReturnType<typeof createMediaUrls> };
  backup: Parameters<typeof operationsRoutes>[0]["backup"];
  clock: Clock;
  log: Log;
}

/** The routes of desk, admin and media; each part of the API adds its own. */
export function apiRoutes(ports: ApiPorts): Route[] {
  const { config, store, settings, definitions, pipeline, reports, plugins, media, clock } = ports;
  const { publicUrl } = config;
  const closed = { store, settings, contacts: ports.contacts, closing: pipeline.closing };
  return [
    ...deskRoutes(ports),
    ...queueRoutes(ports),
    ...ticketRoutes({
      store,
      settings,
      tickets: ports.tickets,
      masking: createMasking(settings, ports.log),
      maySee: createConversationAccess(closed),
      itemOf: createConversationFinder(closed),
    }),
    ...adminRoutes({ settings, directory: { problem: ports.problemOf }, publicUrl, clock }),
    ...adminContactRoutes({ contacts: ports.contacts, settings }),
    ...connectionRoutes(ports.connections),
    ...pluginRoutes(plugins.status),
    ...webhookRoutes(ports.webhooks),
    ...privacyRoutes({ privacy: ports.privacy, audit: createPersonAudit(ports) }),
    ...mediaRoutes({ media: media.store, urls: media.urls, mayRead: createMediaAccess(closed) }),
    ...operationsRoutes({
      pipeline,
      settings,
      problem: ports.problemOf,
      backup: ports.backup,
      applyConfig: (text, { flowFiles, ...options }) =>
        ports.configuration.apply(
          parseConfig({ bytes: Buffer.from(text), name: "the configuration", definitions, flowFiles }),
          options,
        ),
      exportConfig: () => exportConfig(settings.current(), definitions),
      clock,
    }),
    ...reportRoutes({ reports, clock }),
    ...ruleRoutes({ store, contacts: ports.contacts, settings, clock }),
    ...flowRoutes({ store, settings, clock, schema: flowJsonSchema }),
    ...flowFigureRoutes({ pipeline, settings, clock }),
    ...flowTryRoutes({
      store,
      settings,
      clock,
      dialogs: plugins.dialogs,
      findAnswer: ports.knowledge.find,
    }),
  ];
}
