import type { Account, Http } from "../../core/channel";
import { type Clock, systemClock } from "../../core/clock";
import { type Log, silentLog } from "../../core/log";
import { ChannelAdapter } from "../shared/channelAdapter";
import { createHttp } from "../shared/pools";
import { twitter } from "./channel";
import { type API_FLAVORS, X_API_URL } from "./definition";

export interface TwitterAdapterOptions {
  consumerKey: string;
  consumerSecret: string;
  /** Default "xaa". */
  apiFlavor?: (typeof API_FLAVORS)[number];
  handles: readonly {
    userId: string;
    accessToken: string;
    accessTokenSecret: string;
    name?: string;
  }[];
  /** Base URL of X's API; default X's own. */
  apiUrl?: string;
  /** Default: connections of its own. */
  http?: Http;
  clock?: Clock;
  log?: Log;
}

/**
 * X direct messages for a bot of your own: mount `process` at a route for GET and POST, before any body parser.
 *
 * @example
 * const adapter = new TwitterAdapter({ consumerKey, consumerSecret, handles: [{ userId, accessToken, accessTokenSecret }] });
 * server.post("/twitter", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 * server.get("/twitter", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 */
export class TwitterAdapter extends ChannelAdapter {
  constructor(options: TwitterAdapterOptions) {
    const clock = options.clock ?? systemClock;
    const log = options.log ?? silentLog;
    const account = toAccount(options);
    const http = options.http ?? createHttp();
    const client = twitter.createClient({ http, baseUrl: options.apiUrl ?? X_API_URL, clock, log });
    super({ channel: twitter, account: () => account, client, clock, log });
  }
}

function toAccount(options: TwitterAdapterOptions): Account {
  return {
    id: "twitter",
    provider: "twitter",
    name: "X",
    values: { consumerKey: options.consumerKey, apiFlavor: options.apiFlavor ?? "xaa" },
    secrets: { consumerSecret: [options.consumerSecret] },
    publicUrls: [],
    instances: options.handles.map((handle) => ({
      id: `twitter~${handle.userId}`,
      channel: "twitter",
      accountId: "twitter",
      externalId: handle.userId,
      name: handle.name ?? handle.userId,
      values: {},
      secrets: { accessToken: [handle.accessToken], accessTokenSecret: [handle.accessTokenSecret] },
      workstreamId: "",
    })),
  };
}
