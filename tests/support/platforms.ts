import { fakes } from "../../src/adapters/fakes";
import { type FakePlatform, post, type SignedWebhook } from "../../src/adapters/shared/fakePlatform";
import type { DeliveryStatus } from "../../src/core/channel";
import { type Clock, systemClock } from "../../src/core/clock";
import { buildAccounts, PUBLIC_URL } from "./accounts";

export type ChannelName = "facebook" | "twitter" | "sms" | "whatsapp";
export const CHANNEL_NAMES: readonly ChannelName[] = ["facebook", "twitter", "sms", "whatsapp"];

/** The four simulated platforms, listening; they outlive a server that is killed and started again. */
export interface Platforms {
  facebook: FakePlatform;
  twitter: FakePlatform;
  sms: FakePlatform;
  whatsapp: FakePlatform;
  /** Environment that points a server at them. */
  environment: Record<string, string>;
  /** Where the server under test listens now. */
  serve(url: string): void;
  /** Posts a webhook as the platform would; status 0 when nobody answers. */
  post(channel: ChannelName, signed: SignedWebhook): Promise<number>;
  close(): Promise<void>;
}

const ACCOUNT_OF: Record<ChannelName, { provider: "facebook" | "twitter" | "twilio"; id: string }> = {
  facebook: { provider: "facebook", id: "shop-fb" },
  twitter: { provider: "twitter", id: "shop-x" },
  sms: { provider: "twilio", id: "shop-twilio" },
  whatsapp: { provider: "twilio", id: "shop-twilio" },
};

export const webhookPath = (channel: ChannelName): string =>
  `/webhooks/${ACCOUNT_OF[channel].provider}/${ACCOUNT_OF[channel].id}`;

export async function startPlatforms(
  options: {
    autoReceipts?: readonly DeliveryStatus[];
    autoEcho?: boolean;
    clock?: Clock;
    publicUrl?: string;
  } = {},
): Promise<Platforms> {
  const accounts = buildAccounts();
  let serverUrl = "http://127.0.0.1:9";
  const create = (channel: ChannelName): FakePlatform => {
    const make = fakes[channel];
    if (make === undefined) throw new TypeError(`no fake for ${channel}`);
    return make({
      account: accounts[ACCOUNT_OF[channel].provider],
      publicUrl: PUBLIC_URL,
      get webhookUrl() {
        return serverUrl + webhookPath(channel);
      },
      clock: systemClock,
      ...options,
    });
  };
  const own = {
    facebook: create("facebook"),
    twitter: create("twitter"),
    sms: create("sms"),
    whatsapp: create("whatsapp"),
  };
  // Twilio's API answers for both channels of the account: one listens, both sign.
  await Promise.all([own.facebook.listen(), own.twitter.listen(), own.sms.listen()]);
  return {
    ...own,
    environment: {
      FACEBOOK_GRAPH_URL: own.facebook.url,
      X_API_URL: own.twitter.url,
      TWILIO_API_URL: own.sms.url,
      TWILIO_MESSAGING_URL: own.sms.url,
      TWILIO_CONTENT_URL: own.sms.url,
    },
    serve(url) {
      serverUrl = url;
    },
    post: (channel, signed) =>
      post(serverUrl + webhookPath(channel), signed).then(
        ({ status }) => status,
        () => 0,
      ),
    close: async () => void (await Promise.all([own.facebook.close(), own.twitter.close(), own.sms.close()])),
  };
}

/** What reached the customers of a channel, in order. */
export function sentOn(
  platforms: Platforms,
  channel: ChannelName,
): readonly { customerId: string; text: string; at: number }[] {
  if (channel !== "sms" && channel !== "whatsapp") return platforms[channel].sent;
  const ours = channel === "sms" ? "+14252306549" : "+14155238886";
  return platforms.sms.sent.filter((sent) => sent.instanceId === ours);
}
