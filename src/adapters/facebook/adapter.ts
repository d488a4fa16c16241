import type { Account, Http } from "../../core/channel";
import { type Clock, systemClock } from "../../core/clock";
import { type Log, silentLog } from "../../core/log";
import { ChannelAdapter } from "../shared/channelAdapter";
import { createHttp } from "../shared/pools";
import { facebook } from "./channel";
import { GRAPH_URL } from "./definition";

export interface FacebookAdapterOptions {
  /** The App ID; with it echoes of this application are told from other tools'. */
  applicationId?: string;
  applicationSecret: string;
  /** What you typed beside the callback URL in Meta for Developers. */
  verifyToken: string;
  pages: readonly {
    pageId: string;
    pageAccessToken: string;
    name?: string;
  }[];
  /** Base URL of the Graph API; default Meta's own. */
  apiUrl?: string;
  /** Default: connections of its own. */
  http?: Http;
  clock?: Clock;
  log?: Log;
}

/**
 * Messenger for a bot of your own: mount `process` at a route for GET and POST, before any body parser.
 *
 * @example
 * const adapter = new FacebookAdapter({ applicationSecret, verifyToken, pages: [{ pageId, pageAccessToken }] });
 * server.post("/facebook", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 * server.get("/facebook", (req, res) => adapter.process(req, res, (context) => bot.run(context)));
 */
export class FacebookAdapter extends ChannelAdapter {
  constructor(options: FacebookAdapterOptions) {
    const clock = options.clock ?? systemClock;
    const log = options.log ?? silentLog;
    const account = toAccount(options);
    const http = options.http ?? createHttp();
    const client = facebook.createClient({ http, baseUrl: options.apiUrl ?? GRAPH_URL, clock, log });
    super({ channel: facebook, account: () => account, client, clock, log });
  }
}

function toAccount(options: FacebookAdapterOptions): Account {
  return {
    id: "facebook",
    provider: "facebook",
    name: "Facebook",
    values: { applicationId: options.applicationId ?? "" },
    secrets: { applicationSecret: [options.applicationSecret], verifyToken: [options.verifyToken] },
    publicUrls: [],
    instances: options.pages.map((page) => ({
      id: `facebook~${page.pageId}`,
      channel: "facebook",
      accountId: "facebook",
      externalId: page.pageId,
      name: page.name ?? page.pageId,
      values: {},
      secrets: { pageAccessToken: [page.pageAccessToken] },
      workstreamId: "",
    })),
  };
}
