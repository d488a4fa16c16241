import { request } from "undici";
import { type Instance, secretOf } from "../../core/channel";
import { isoTime } from "../../core/clock";
import type { FakeAnswer, FakeCall, FakeOptions } from "../shared/fakePlatform";
import { type Json, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { hmac } from "../shared/signature";
import { formOf, giveBearer, invalid, isApplication, refuse } from "./fakeAuth";
import { ACTIVITY_EVENT_TYPES } from "./webhooks";

const WEBHOOKS_V2 = /^\/2\/webhooks(?:\/(\d{1,19}))?$/;
const WEBHOOKS_ENTERPRISE = /^\/1\.1\/account_activity\/webhooks(?:\/(\d{1,19}))?\.json$/;
const WEBHOOKS_PREMIUM = /^\/1\.1\/account_activity\/all\/([\w-]{1,64})\/webhooks(?:\/(\d{1,19}))?\.json$/;
const SUBSCRIPTION =
  /^\/(?:2\/account_activity\/webhooks\/(\d{1,19})\/subscriptions\/all|1\.1\/account_activity\/webhooks\/(\d{1,19})\/subscriptions\/all\.json|1\.1\/account_activity\/all\/([\w-]{1,64})\/subscriptions\.json)$/;
const ENVIRONMENTS = "/1.1/account_activity/all/webhooks.json";
const ACTIVITY = "/2/activity/subscriptions";

interface Webhook {
  id: string;
  url: string;
  valid: boolean;
  createdAt: number;
}

/** X's webhooks and subscriptions of one application, which may have one webhook. */
export function createFakeConnect(options: FakeOptions, newId: () => string) {
  const { account } = options;
  let webhook: Webhook | undefined;
  /** `<user id> <event type>`, or `<user id> all`. */
  const subscriptions = new Map<string, string>();
  // Where webhooks go may be known only once the server listens.
  const expectedUrl = (): string => options.publicUrl + new URL(options.webhookUrl).pathname;

  /** Asks the address for its proof, as X does on registration; the address leads to `webhookUrl`. */
  async function isProven(url: string): Promise<boolean> {
    const token = newId();
    try {
      if (url !== expectedUrl()) return false;
      const answer = await request(`${options.webhookUrl}?crc_token=${token}&nonce=1`);
      const proof = hmac("sha256", secretOf(account, "consumerSecret"), token).toString("base64");
      const said = readJsonAnswer(await answer.body.text()).response_token;
      return answer.statusCode === 200 && said === `sha256=${proof}`;
    } catch {
      return false;
    }
  }

  async function create(url: string, path: string): Promise<FakeAnswer> {
    const isOld = path.startsWith("/1.1/");
    const no = (reason: string) => (isOld ? refuse(path, 400, 214, reason) : invalid(reason));
    // Played on this machine for a server on this machine, it takes what the real one never would.
    const isHere = /^http:\/\/(127\.|localhost)/.test(options.publicUrl) && url.startsWith(options.publicUrl);
    if (!isHere && (!/^https:\/\/[^/:]+\//.test(url) || url.length > 200))
      return no("UrlValidationFailed: Invalid URL");
    if (webhook?.url === url) return no("DuplicateUrlFailed: Webhook already registered");
    if (webhook !== undefined) return no("WebhookLimitExceeded: Too many webhooks");
    if (!(await isProven(url))) return no("CrcValidationFailed: Invalid CRC response");
    webhook = { id: newId(), url, valid: true, createdAt: options.clock.now() };
    return { status: 200, body: isOld ? toOld(webhook) : { data: toNew(webhook) } };
  }

  async function recheck(id: string, path: string): Promise<FakeAnswer> {
    if (webhook?.id !== id) return invalid("WebhookIdInvalid: Unknown webhook");
    webhook.valid = await isProven(webhook.url);
    if (path.startsWith("/2/")) return { status: 200, body: { data: { valid: webhook.valid } } };
    return webhook.valid ? { status: 204 } : refuse(path, 400, 214, "CrcValidationFailed");
  }

  function webhooks(
    call: FakeCall,
    url: URL,
    signer: Instance | undefined,
  ): Promise<FakeAnswer> | FakeAnswer | undefined {
    const path = url.pathname;
    const v2 = WEBHOOKS_V2.exec(path);
    const enterprise = WEBHOOKS_ENTERPRISE.exec(path);
    const premium = WEBHOOKS_PREMIUM.exec(path);
    if (path === ENVIRONMENTS && call.method === "GET") {
      if (!isApplication(call, account)) return refuse(path, 401, 99, "Bearer token needed");
      const list = webhook === undefined ? [] : [toOld(webhook)];
      const name = account.values.environmentName;
      return {
        status: 200,
        body: { environments: name === undefined ? [] : [{ environment_name: name, webhooks: list }] },
      };
    }
    if (v2 === null && enterprise === null && premium === null) return undefined;
    if (premium !== null && premium[1] !== account.values.environmentName)
      return refuse(path, 404, 34, "Sorry, that page does not exist");
    const isAllowed =
      v2 !== null || call.method === "GET" ? isApplication(call, account) : signer !== undefined;
    if (!isAllowed) return refuse(path, 401, 32, "Could not authenticate you.");
    const id = v2?.[1] ?? enterprise?.[1] ?? premium?.[2];
    if (call.method === "PUT" && id !== undefined) return recheck(id, path);
    if (call.method === "POST" && id === undefined) return create(urlOf(call, url), path);
    if (call.method !== "GET") return undefined;
    if (v2 === null) return { status: 200, body: webhook === undefined ? [] : [toOld(webhook)] };
    const data = webhook === undefined ? [] : [toNew(webhook)];
    return { status: 200, body: { data, meta: { result_count: data.length } } };
  }

  function subscribe(call: FakeCall, handle: Instance): FakeAnswer {
    const body = readJsonAnswer(call.body);
    const type = toText(body.event_type) ?? "";
    const userId = toText(toObject(body.filter)?.user_id) ?? "";
    const isKnown = Object.keys(body).every((key) =>
      ["event_type", "filter", "tag", "webhook_id"].includes(key),
    );
    if (!isKnown || !(ACTIVITY_EVENT_TYPES as readonly string[]).includes(type)) return invalid("event_type");
    if (userId !== handle.externalId)
      return refuse(call.path, 403, 0, "The user has not authorized the application.");
    if (body.webhook_id !== webhook?.id) return invalid("WebhookIdInvalid: Unknown webhook");
    const key = `${userId} ${type}`;
    if (subscriptions.has(key)) return invalid("DuplicateSubscriptionFailed: Subscription already exists");
    subscriptions.set(key, newId());
    return {
      status: 200,
      body: {
        data: { subscription: toSubscription(key) },
        meta: { total_subscriptions: subscriptions.size },
      },
    };
  }

  function toSubscription(key: string): Json {
    const [user_id, event_type] = key.split(" ");
    const subscription_id = subscriptions.get(key);
    return { subscription_id, event_type, filter: { user_id }, tag: "switchboard", webhook_id: webhook?.id };
  }

  function accountActivity(call: FakeCall, found: RegExpExecArray, handle: Instance): FakeAnswer {
    const path = found[0];
    const isV2 = path.startsWith("/2/");
    const id = found[1] ?? found[2];
    const isThere = id === undefined ? found[3] === account.values.environmentName : id === webhook?.id;
    if (!isThere || webhook === undefined) return refuse(path, 404, 34, "WebhookIdInvalid");
    const key = `${handle.externalId} all`;
    const has = subscriptions.has(key);
    if (call.method === "GET") {
      if (isV2) return { status: 200, body: { data: { subscribed: has } } };
      return has ? { status: 204 } : refuse(path, 404, 34, "Sorry, that page does not exist");
    }
    if (has)
      return isV2
        ? invalid("DuplicateSubscriptionFailed: Subscription already exists")
        : refuse(path, 409, 355, "Subscription already exists.");
    subscriptions.set(key, newId());
    return isV2 ? { status: 200, body: { data: { subscribed: true } } } : { status: 204 };
  }

  return {
    /** undefined: the call is another. */
    answer(
      call: FakeCall,
      url: URL,
      signer: Instance | undefined,
    ): Promise<FakeAnswer> | FakeAnswer | undefined {
      if (url.pathname === "/oauth2/token" && call.method === "POST") return giveBearer(call, account);
      const found = SUBSCRIPTION.exec(url.pathname);
      if (found !== null)
        return signer === undefined
          ? refuse(url.pathname, 401, 32, "Could not authenticate you.")
          : accountActivity(call, found, signer);
      if (url.pathname === ACTIVITY && call.method === "POST")
        return signer === undefined ? refuse(url.pathname, 401, 32, "Unauthorized") : subscribe(call, signer);
      if (url.pathname === ACTIVITY && call.method === "GET") {
        if (!isApplication(call, account)) return refuse(url.pathname, 401, 99, "Unauthorized");
        return { status: 200, body: { data: [...subscriptions.keys()].map(toSubscription), meta: {} } };
      }
      return webhooks(call, url, signer);
    },
  };
}

function urlOf(call: FakeCall, url: URL): string {
  return (
    formOf(call).get("url") ?? url.searchParams.get("url") ?? toText(readJsonAnswer(call.body).url) ?? ""
  );
}

const toNew = ({ id, url, valid, createdAt }: Webhook): Json => ({
  id,
  url,
  valid,
  created_at: isoTime(createdAt),
});
const toOld = ({ id, url, valid, createdAt }: Webhook): Json => {
  return { id, url, valid, created_timestamp: isoTime(createdAt) };
};
