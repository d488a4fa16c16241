import type { FakePlatform } from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import { createFake, twitter } from "../../../src/adapters/twitter";
import type { Activity } from "../../../src/core/activity";
import type { Account, ChannelClient, Http, Instance, SendContext } from "../../../src/core/channel";
import { silentLog } from "../../../src/core/log";
import type { OutboundMedia } from "../../../src/core/media";
import { buildAccount, CUSTOMER } from "./account";
import { checkCall } from "./requests.schema";

export const NOW = Date.UTC(2026, 10, 21, 12);
/** Fires at once, so that nobody waits; counts what was asked for. */
export function createClock(waits: number[] = []) {
  return {
    now: () => NOW,
    after(delayMs: number, fire: () => void) {
      waits.push(delayMs);
      setImmediate(fire);
      return () => {};
    },
  };
}

/** A client that talks HTTP to a fake X. */
export interface Live {
  fake: FakePlatform;
  http: Http;
  client: ChannelClient;
  account: Account;
  waits: number[];
  toContext(over?: Partial<SendContext>): SendContext;
  /** Sends all calls of an activity; each is checked against X's documentation. */
  send(activity: Partial<Activity>, over?: Partial<SendContext>): Promise<(string | undefined)[]>;
  close(): Promise<void>;
}

export async function startLive(
  apiFlavor = "xaa",
  options: { webhookUrl?: string; values?: Record<string, string> } = {},
): Promise<Live> {
  const waits: number[] = [];
  const clock = createClock(waits);
  const plain = buildAccount(apiFlavor);
  const given: Account = { ...plain, values: { ...plain.values, ...options.values } };
  const fake = createFake({
    account: given,
    publicUrl: "https://bots.example.com",
    webhookUrl: options.webhookUrl ?? "http://127.0.0.1:9/webhooks/twitter/shop-x",
    clock,
  });
  await fake.listen();
  const account: Account = { ...given, apiUrl: fake.url };
  const http = createHttp({ connections: 2 });
  const client = twitter.createClient({ http, baseUrl: fake.url, clock, log: silentLog });
  const toContext = (over: Partial<SendContext> = {}): SendContext => ({
    account,
    instance: account.instances[0] as Instance,
    customerId: CUSTOMER,
    messageId: "out~1",
    author: { kind: "agent" },
    lastInboundAt: NOW - 1_000,
    now: NOW,
    ...over,
  });
  return {
    fake,
    http,
    client,
    account,
    waits,
    toContext,
    async send(activity, over) {
      const context = toContext(over);
      const ids: (string | undefined)[] = [];
      for (const request of twitter.toRequests(toActivity(activity), context)) {
        checkCall(request);
        ids.push((await client.send(request, context)).providerId);
      }
      return ids;
    },
    async close() {
      await http.close();
      await fake.close();
      for (const call of fake.calls) checkCall(call);
    },
  };
}

export function toActivity(over: Partial<Activity>): Activity {
  return {
    type: "message",
    channelId: "twitter",
    from: { id: "900" },
    recipient: { id: CUSTOMER },
    conversation: { id: "t" },
    ...over,
  };
}

export function buildMedia(over: Partial<OutboundMedia> = {}, content = Buffer.from("bytes")): OutboundMedia {
  return {
    id: "m1",
    contentType: "image/png",
    bytes: content.length,
    name: "plan.png",
    url: "https://bots.example.com/media/m1?signed",
    read: async () => content,
    ...over,
  };
}

/** The map of a context with one file under "media:m1". */
export const mediaOf = (...files: OutboundMedia[]): ReadonlyMap<string, OutboundMedia> =>
  new Map(files.map((file) => [`media:${file.id}`, file]));
