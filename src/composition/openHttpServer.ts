import path from "node:path";
import { createCloudEndpoint } from "../adapters/azure";
import type { Config } from "../config/settings";
import type { ChannelDefinition } from "../core/channel";
import type { Clock } from "../core/clock";
import { ConfigError } from "../core/errors";
import type { Log } from "../core/log";
import type { Route } from "../core/route";
import type { Store } from "../core/store";
import type { Pipeline } from "../pipeline/pipeline";
import { createServer, type HttpServer, type ServerPorts } from "../server/server";
import { loadWebPages } from "../server/webPages";
import { VERSION } from "../version";
import { ROOT } from "./root";

/** Between two looks at the store: whoever asks for readiness may ask often. */
const READY_MS = 5_000;

/** Everything that is answered over HTTP; `drain` makes it tell whoever balances the load to ask others. */
export function openHttpServer(ports: {
  config: Config;
  store: Store;
  receiver: Pipeline["receiver"];
  routes: readonly Route[];
  signIn: ServerPorts["signIn"];
  metrics: ServerPorts["metrics"];
  cloud: Parameters<typeof createCloudEndpoint>[0]["cloud"] | undefined;
  definitions: readonly ChannelDefinition[];
  hasPhone: boolean;
  serverId: string;
  clock: Clock;
  log: Log;
}): { server: HttpServer; drain(): void } {
  const { config, store, receiver, cloud, definitions, serverId, clock, log } = ports;
  let draining = false;
  let readyUntil = 0;
  const server = createServer({
    receiver,
    routes: ports.routes,
    signIn: ports.signIn,
    pages: loadWebPages(path.join(ROOT, "dist", "web"), { phone: ports.hasPhone }),
    metrics: ports.metrics,
    ...metricsToken(config),
    async ready() {
      if (draining) throw new ConfigError("SHUTTING_DOWN");
      if (clock.now() < readyUntil) return;
      await store.read("leases", "servers", serverId);
      readyUntil = clock.now() + READY_MS;
    },
    ...(cloud === undefined
      ? {}
      : {
          botFramework: createCloudEndpoint({
            cloud,
            receive: (items, botId) => receiver.receiveItems("azure", botId, items),
            log,
          }),
        }),
    trustProxyHops: config.trustProxyHops,
    providers: [...new Set(definitions.map(({ provider }) => provider))].filter((id) => id !== "azure"),
    version: VERSION,
    clock,
    log,
  });
  return {
    server,
    drain() {
      draining = true;
    },
  };
}

/** Closed in production without a token; on one's own machine open. */
function metricsToken({ metricsToken: token, production }: Config): Pick<ServerPorts, "metricsToken"> {
  if (token !== undefined) return { metricsToken: token };
  return production ? {} : { metricsToken: "open" };
}
