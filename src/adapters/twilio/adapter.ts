import type { Account, Channel, Http } from "../../core/channel";
import { type Clock, systemClock } from "../../core/clock";
import { type Log, silentLog } from "../../core/log";
import type { ChannelAdapterOptions } from "../shared/channelAdapter";
import { createHttp } from "../shared/pools";
import { TWILIO_API_URL } from "./api";
import { NO_STATUS_CALLBACK } from "./outbound";

export interface TwilioAdapterOptions {
  accountSid: string;
  authToken: string;
  numbers: readonly {
    /** "+14252306549"; a short code or a sender's name for SMS. */
    number: string;
    name?: string;
    /** SMS: the messaging service that the number belongs to. */
    messagingServiceSid?: string;
  }[];
  /** What stands before the path in the webhook URL of Twilio's console: Twilio signs it. */
  publicUrl: string;
  /** Base URL of Twilio's API; default Twilio's own. */
  apiUrl?: string;
  /** Default: connections of its own. */
  http?: Http;
  clock?: Clock;
  log?: Log;
}

/** What the adapters of both channels give to their base class. */
export function toAdapterOptions(channel: Channel, options: TwilioAdapterOptions): ChannelAdapterOptions {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const account = toAccount(channel, options);
  const http = options.http ?? createHttp();
  const { apiUrl } = options;
  const baseUrls = apiUrl === undefined ? {} : { baseUrls: { messaging: apiUrl, content: apiUrl } };
  const client = channel.createClient({ http, baseUrl: apiUrl ?? TWILIO_API_URL, ...baseUrls, clock, log });
  return { channel, account: () => account, client, clock, log };
}

function toAccount({ definition }: Channel, options: TwilioAdapterOptions): Account {
  return {
    id: "twilio",
    provider: "twilio",
    name: "Twilio",
    // An adapter alone keeps no messages, so there is nothing that a callback could change.
    values: { accountSid: options.accountSid, statusCallback: NO_STATUS_CALLBACK },
    secrets: { authToken: [options.authToken] },
    publicUrls: [options.publicUrl.replace(/\/+$/, "")],
    instances: options.numbers.map(({ number, name, messagingServiceSid }) => {
      const externalId = definition.instance.normaliseId(number);
      return {
        id: `${definition.id}~${externalId.replace(/[^A-Za-z0-9_-]/g, "")}`,
        channel: definition.id,
        accountId: "twilio",
        externalId,
        name: name ?? externalId,
        values: messagingServiceSid === undefined ? {} : { messagingServiceSid },
        secrets: {},
        workstreamId: "",
      };
    }),
  };
}
