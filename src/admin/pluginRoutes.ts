import { isoTime } from "../core/clock";
import type { Route } from "../core/route";
import type { PluginStatus } from "../core/runningPlugins";
import { listView } from "./contract";
import { type PluginView, pluginView } from "./pluginContract";

/** Which plugins are loaded, and how they are doing. */
export function pluginRoutes(status: () => PluginStatus[]): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/plugins",
      access: "supervisor",
      summary: "Plugins of this server: what they bring, what failed, and what is switched off.",
      schema: { reply: listView(pluginView) },
      async handle() {
        return { status: 200, body: { items: status().map(toView), next: null } };
      },
    },
  ];
}

function toView({ name, from, state, parts, dialogs, channels, restarts }: PluginStatus): PluginView {
  return {
    name,
    from,
    state,
    restarts,
    failures: parts.reduce((sum, { failures }) => sum + failures, 0),
    dialogs: [...dialogs],
    channels: [...channels],
    parts: parts.map(({ part, state: own, failures, offUntil, lastError }) => ({
      part,
      state: own,
      failures,
      offUntil: offUntil === undefined ? null : isoTime(offUntil),
      lastError: lastError === undefined ? null : { at: isoTime(lastError.at), message: lastError.message },
    })),
  };
}
