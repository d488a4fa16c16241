import assert from "node:assert/strict";
import type {
  FakeFile,
  FakeMessage,
  FakePlatform,
  FakeWebhooks,
  SignedWebhook,
} from "../../adapters/shared/fakePlatform";
import type { Activity } from "../../core/activity";
import type {
  Account,
  Channel,
  ChannelClient,
  Inbound,
  Instance,
  PlatformRequest,
  SendContext,
} from "../../core/channel";
import type { OutboundMedia } from "../../core/media";
import type { Suite } from "./suite";

/** What a customer's app may be unable to say on a channel. */
export type Shape = "media" | "place" | "choice" | "reply";

/** What the parts of the channel contract share; everything that changes from test to test is asked for. */
export interface ContractParts {
  suite: Suite;
  /** What customers of this platform can do, known before any test runs. */
  probe: FakeWebhooks;
  channel: Channel;
  account: Account;
  instance: Instance;
  customerId: string;
  lacks: ReadonlySet<Shape>;
  fake(): FakePlatform;
  client(): ChannelClient;
  /** The account with its API at the fake. */
  reachable(): Account;
  receive(signed: SignedWebhook): Inbound[];
  say(message?: Partial<FakeMessage>): Inbound[];
  toContext(over?: Partial<SendContext>): SendContext;
  toActivity(text: string): Activity;
}

/** The smallest picture: one transparent point. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
export const PICTURE: FakeFile = { contentType: "image/png", name: "point.png", content: PNG };

/** A stored file as the pipeline hands it to a channel. */
export function toOutboundMedia(over: Partial<OutboundMedia> = {}): OutboundMedia {
  return {
    id: "m~1",
    contentType: "image/png",
    bytes: PNG.length,
    name: "point.png",
    url: "https://bots.example.com/media/m~1/point.png",
    read: async () => PNG,
    ...over,
  };
}

/** The activity of the only item; a place in the transcript. */
export function onlyActivity(items: readonly Inbound[]): Activity & { key: string } {
  assert.equal(items.length, 1, JSON.stringify(items));
  const [item] = items;
  assert.ok(item?.kind === "activity", JSON.stringify(item));
  return { ...item.activity, key: item.key };
}

/** Can a person see what was said? */
export function assertReadable(activity: Activity): void {
  const has = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0;
  const isReadable =
    (activity.text ?? "").trim() !== "" || has(activity.attachments) || has(activity.entities);
  assert.ok(isReadable, `nobody can read ${JSON.stringify(activity)}`);
}

/** Sends an activity, all its calls, and returns what the customer then sees. */
export async function deliver(parts: ContractParts, activity: Activity, over: Partial<SendContext> = {}) {
  const context = parts.toContext(over);
  const before = parts.fake().sent.length;
  const requests: PlatformRequest[] = parts.channel.toRequests(activity, context);
  for (const request of requests) await parts.client().send(request, context);
  return parts.fake().sent.slice(before);
}
