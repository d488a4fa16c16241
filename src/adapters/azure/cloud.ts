import type { Activity as BotActivity } from "botbuilder-core";
import type { BotFrameworkAuthentication, ConnectorClientOptions } from "botframework-connector";
import type { Http } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { ConfigError, messageOf, WebhookRejected } from "../../core/errors";
import { type Json, toText } from "../shared/narrow";
import { createConnectorHttp } from "./connectorHttp";
import { toSendError } from "./errors";
import type { Reference } from "./reference";

/** The bot's registration in Azure, as the SDK names its parts. */
export interface CloudConfig {
  appType: string;
  appId: string;
  appPassword?: string;
  tenantId?: string;
}

/** Who may call us and how we sign in; tests put another in place of Microsoft's. */
export type CreateAuthentication = (options: ConnectorClientOptions) => BotFrameworkAuthentication;

export interface CloudPorts {
  config: CloudConfig;
  http: Http;
  clock: Clock;
  createAuthentication?: CreateAuthentication;
}

/** Azure Bot Service, both ways. */
export interface Cloud {
  /** The Microsoft app id in lower case: what the configuration calls `botId`. */
  botId: string;
  /** Throws WebhookRejected unless Bot Service signed the request for this bot and for the activity's `serviceUrl`. */
  authenticate(activity: Json, authorization: string): Promise<void>;
  /** The connector's id of the message, where it gives one. Throws ChannelError. */
  send(reference: Reference, activity: Partial<BotActivity>): Promise<string | undefined>;
}

/** Loads the SDK's cloud part, which only a server that uses it shall pay for. Throws on a faulty registration. */
export async function createCloud(ports: CloudPorts): Promise<Cloud> {
  const { CloudAdapter, ConfigurationBotFrameworkAuthentication } = await import("botbuilder");
  const { config } = ports;
  // Tokens name it in lower case, and the SDK compares exactly.
  const botId = config.appId.trim().toLowerCase();
  // With an empty id the SDK lets everybody in.
  if (botId === "") throw new ConfigError("SETTING_INVALID", "MicrosoftAppId: must not be empty.");
  const options: ConnectorClientOptions = { httpClient: createConnectorHttp(ports) };
  const registration = {
    MicrosoftAppType: config.appType,
    MicrosoftAppId: botId,
    ...(config.appPassword === undefined ? {} : { MicrosoftAppPassword: config.appPassword }),
    ...(config.tenantId === undefined ? {} : { MicrosoftAppTenantId: config.tenantId }),
  };
  const authentication =
    ports.createAuthentication?.(options) ??
    new ConfigurationBotFrameworkAuthentication(registration, undefined, undefined, undefined, options);
  const adapter = new CloudAdapter(authentication);

  return {
    botId,

    async authenticate(activity, authorization) {
      const serviceUrl = await authentication
        // It reads channelId and serviceUrl, nothing else.
        .authenticateRequest(activity as unknown as BotActivity, authorization)
        .then(({ claimsIdentity }) => claimsIdentity.getClaimValue("serviceurl") ?? "")
        .catch((error: unknown) => {
          throw toRefusal(error);
        });
      // The SDK checks it only where the activity has one, and in tokens for emulators and skills not at all: those
      // could make us send our answers, with our token, anywhere.
      if (serviceUrl === "" || serviceUrl !== toText(activity.serviceUrl)) {
        throw rejected("the token is not for this serviceUrl");
      }
    },

    async send(reference, activity) {
      let id: string | undefined;
      try {
        await adapter.continueConversationAsync(botId, toBotReference(reference), async (context) => {
          // Else the message would be a reply to this continuation, whose id no channel knows.
          context.onSendActivities((_context, activities, next) => {
            for (const each of activities) delete each.replyToId;
            return next();
          });
          id = (await context.sendActivity(activity))?.id;
        });
      } catch (error) {
        throw toSendError(error);
      }
      return id === "" ? undefined : id;
    },
  };
}

function toBotReference({ channelId, conversationId, userId, botId, serviceUrl }: Reference) {
  const conversation = { id: conversationId, isGroup: false, conversationType: "", name: "" };
  return {
    channelId,
    serviceUrl,
    conversation,
    user: { id: userId, name: "" },
    bot: { id: botId, name: "" },
  };
}

/** Microsoft's signing keys could not be had: the caller may be genuine and shall send again. */
const KEYS_MISSING = /^Failed to load|^request to http/;

function toRefusal(error: unknown): Error {
  const reason = messageOf(error);
  if (!KEYS_MISSING.test(reason)) return rejected(reason);
  return new ConfigError("CHANNEL_UNAVAILABLE", `Microsoft's signing keys cannot be fetched: ${reason}`, {
    cause: error,
  });
}

function rejected(reason: string): WebhookRejected {
  return new WebhookRejected("WEBHOOK_BAD_SIGNATURE", `A request was not from Azure Bot Service: ${reason}`);
}
