import type { ConversationState, Middleware } from "botbuilder-core";
import { GRAPH_URL } from "../adapters/facebook/definition";
import { ChannelAdapter } from "../adapters/shared/channelAdapter";
import { createHttp } from "../adapters/shared/pools";
import { TWILIO_API_URL } from "../adapters/twilio/api";
import { X_API_URL } from "../adapters/twitter/definition";
import type { Account, Channel } from "../core/channel";
import { systemClock } from "../core/clock";
import { messageOf } from "../core/errors";
import { ADAPTERS } from "./channels";
import { createConsoleLog } from "./consoleLog";
import { readAccount } from "./settings";

/** Services of the bot that its own adapter works with too. */
export interface BotServices {
  conversationState?: ConversationState;
  middlewares?: Middleware;
  telemetryMiddleware?: Middleware;
}

const API_URLS: Readonly<Record<string, string>> = {
  facebook: GRAPH_URL,
  twitter: X_API_URL,
  twilio: TWILIO_API_URL,
};

/** An adapter, by its kind, for each channel that the settings have instances of. Throws ConfigError. */
export function createAdapters(settings: unknown, services: BotServices): Map<string, ChannelAdapter> {
  const adapters = new Map<string, ChannelAdapter>();
  for (const [kind, channel] of Object.entries(ADAPTERS)) {
    const account = readAccount(settings, channel.definition);
    if (account !== undefined) adapters.set(kind, createAdapter(channel, account, services));
  }
  return adapters;
}

function createAdapter(channel: Channel, account: Account, services: BotServices): ChannelAdapter {
  const log = createConsoleLog({ channel: channel.definition.id });
  const baseUrl = API_URLS[account.provider] ?? "";
  const client = channel.createClient({ http: createHttp(), baseUrl, clock: systemClock, log });
  const adapter = new ChannelAdapter({ channel, account: () => account, client, log });
  for (const middleware of [services.middlewares, services.telemetryMiddleware])
    if (middleware !== undefined) adapter.use(middleware);
  // As the runtime's own adapter: a conversation must not fail for ever. But customers are told nothing of the error.
  adapter.onTurnError = async (context, error) => {
    const { id } = context.activity.conversation;
    log.error(
      { conversationId: id, error: messageOf(error) },
      "A turn failed; its conversation starts again.",
    );
    await services.conversationState?.delete(context);
  };
  return adapter;
}
