import type { Account, HttpResponse, Instance } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import type { Calls } from "./calls";
import { isDuplicate, toLookError } from "./errors";
import { idOf, toXId } from "./ids";

/** What the X Activity API is asked for; without the first no message arrives. */
export const ACTIVITY_EVENT_TYPES = [
  "dm.received",
  "dm.sent",
  "dm.read",
  "dm.indicate_typing",
  "chat.received",
] as const;

/** A webhook that X has for the application. */
export interface Webhook {
  id: string;
  url: string;
  /** False: X's check of it failed, and no events come until it passes again. */
  valid: boolean;
}

/** The calls about webhooks and subscriptions, which each API flavour has its own of. All throw ChannelError. */
export interface WebhookApi {
  list(): Promise<Webhook[]>;
  create(url: string): Promise<Webhook>;
  /** Has X check the address again; true when it passed. */
  recheck(webhook: Webhook): Promise<boolean>;
  /** Event types that the handle is subscribed to at the webhook; the Account Activity API has all or none. */
  subscribed(webhook: Webhook, instance: Instance): Promise<readonly string[]>;
  /** One that is there already is a success. */
  subscribe(webhook: Webhook, instance: Instance, eventType: string): Promise<void>;
  /** What there is to subscribe to. */
  eventTypes: readonly string[];
}

/** Dev environments of the premium API: its webhooks hang below the label. */
export interface Environment {
  name: string;
  webhooks: Webhook[];
}

export interface WebhookPorts {
  account: Account;
  calls: Calls;
  bearer: string;
  now(): number;
}

/** The calls of the account's flavour (X: Webhooks; Activity API; Account Activity API, v2 and v1.1). */
export function createWebhookApi(ports: WebhookPorts): WebhookApi {
  const { account } = ports;
  const flavor = account.values.apiFlavor ?? "xaa";
  if (flavor === "aaa1-premium") return createPremium(ports, account.values.environmentName ?? "");
  if (flavor === "aaa1-enterprise") return createEnterprise(ports);
  return flavor === "aaa2" ? createVersion2(ports) : createActivity(ports);
}

/** `GET /1.1/account_activity/all/webhooks.json`: all environments of the application. Throws ChannelError. */
export async function listEnvironments({
  account,
  calls,
  bearer,
  now,
}: WebhookPorts): Promise<Environment[]> {
  const path = "/1.1/account_activity/all/webhooks.json";
  const response = good(await calls.asApp({ method: "GET", path }, account, bearer), now);
  return toList(readJsonAnswer(response.body).environments).flatMap((value) => {
    const environment = toObject(value);
    const name = toText(environment?.environment_name);
    return name === undefined ? [] : [{ name, webhooks: toWebhooks(environment?.webhooks) }];
  });
}

/** Webhooks of version 2, which both newer flavours share. */
function createV2Webhooks({ account, calls, bearer, now }: WebhookPorts) {
  return {
    async list() {
      const response = good(await calls.asApp({ method: "GET", path: "/2/webhooks" }, account, bearer), now);
      return toWebhooks(readJsonAnswer(response.body).data);
    },
    async create(url: string) {
      const call = { method: "POST", path: "/2/webhooks", json: JSON.stringify({ url }) };
      return toCreated(good(await calls.asApp(call, account, bearer), now), url);
    },
    async recheck({ id }: Webhook) {
      const call = { method: "PUT", path: `/2/webhooks/${encodeURIComponent(id)}` };
      const response = good(await calls.asApp(call, account, bearer), now);
      // A 200 says that the check was made, not that it passed; older answers say only that it was tried.
      const data = toObject(readJsonAnswer(response.body).data);
      if (typeof data?.valid === "boolean") return data.valid;
      return (await this.list()).some((webhook) => webhook.id === id && webhook.valid);
    },
  };
}

function createActivity(ports: WebhookPorts): WebhookApi {
  const { account, calls, bearer, now } = ports;
  return {
    ...createV2Webhooks(ports),
    eventTypes: ACTIVITY_EVENT_TYPES,
    async subscribed(webhook, instance) {
      const found: string[] = [];
      let token: string | undefined;
      for (let page = 0; page < MOST_PAGES && (page === 0 || token !== undefined); page++) {
        const path = `/2/activity/subscriptions${token === undefined ? "" : `?pagination_token=${encodeURIComponent(token)}`}`;
        const response = good(await calls.asApp({ method: "GET", path }, account, bearer), now);
        const answer = readJsonAnswer(response.body);
        for (const one of toSubscriptions(answer)) {
          const isOurs = toXId(toObject(one.filter)?.user_id) === instance.externalId;
          // Without a webhook it feeds only the stream, which nobody here reads.
          if (isOurs && toXId(one.webhook_id) === webhook.id) found.push(toText(one.event_type) ?? "");
        }
        token = toText(toObject(answer.meta)?.next_token);
      }
      return found;
    },
    async subscribe(webhook, instance, eventType) {
      const body = {
        event_type: eventType,
        filter: { user_id: instance.externalId },
        tag: "switchboard",
        webhook_id: webhook.id,
      };
      const call = { method: "POST", path: "/2/activity/subscriptions", json: JSON.stringify(body) };
      const response = await calls.asHandle(call, { account, instance });
      if (isDuplicate(response)) return;
      const answer = readJsonAnswer(good(response, now).body);
      // A 200 may hold nothing but errors.
      if (toSubscriptions(answer).length === 0 && toList(answer.errors).length > 0)
        throw toLookError(response, now());
    },
  };
}

/** Of 1,000 subscriptions each; X allows 1,500 without a contract. */
const MOST_PAGES = 10;

/** All or nothing: the Account Activity API always sends every kind of event. */
const ALL = ["all"] as const;

function createVersion2(ports: WebhookPorts): WebhookApi {
  const { account, calls, now } = ports;
  const pathOf = ({ id }: Webhook) =>
    `/2/account_activity/webhooks/${encodeURIComponent(id)}/subscriptions/all`;
  return {
    ...createV2Webhooks(ports),
    eventTypes: ALL,
    async subscribed(webhook, instance) {
      const response = await calls.asHandle({ method: "GET", path: pathOf(webhook) }, { account, instance });
      const isThere = toObject(readJsonAnswer(response.body).data)?.subscribed === true;
      return response.status === 404 || !isThere ? none(response, now) : ALL;
    },
    async subscribe(webhook, instance) {
      const call = { method: "POST", path: pathOf(webhook), json: "{}" };
      const response = await calls.asHandle(call, { account, instance });
      if (!isDuplicate(response)) good(response, now);
    },
  };
}

function createEnterprise(ports: WebhookPorts): WebhookApi {
  const { account, calls, bearer, now } = ports;
  const base = "/1.1/account_activity/webhooks";
  const asApplication = (call: { method: string; path: string }) => asFirstHandle(ports, call);
  return {
    ...createOldSubscriptions(ports, ({ id }) => `${base}/${encodeURIComponent(id)}/subscriptions/all.json`),
    async list() {
      const response = good(await calls.asApp({ method: "GET", path: `${base}.json` }, account, bearer), now);
      return toWebhooks(readJsonAnswer(`{"list":${response.body}}`).list);
    },
    async create(url) {
      const path = `${base}.json?url=${encodeURIComponent(url)}`;
      return toCreated(good(await asApplication({ method: "POST", path }), now), url);
    },
    async recheck({ id }) {
      const path = `${base}/${encodeURIComponent(id)}.json`;
      good(await asApplication({ method: "PUT", path }), now);
      return true;
    },
  };
}

function createPremium(ports: WebhookPorts, environment: string): WebhookApi {
  const { now } = ports;
  const base = `/1.1/account_activity/all/${encodeURIComponent(environment)}`;
  return {
    ...createOldSubscriptions(ports, () => `${base}/subscriptions.json`),
    async list() {
      const environments = await listEnvironments(ports);
      return environments.find(({ name }) => name === environment)?.webhooks ?? [];
    },
    async create(url) {
      const call = { method: "POST", path: `${base}/webhooks.json`, form: { url } };
      return toCreated(good(await asFirstHandle(ports, call), now), url);
    },
    async recheck({ id }) {
      const path = `${base}/webhooks/${encodeURIComponent(id)}.json`;
      good(await asFirstHandle(ports, { method: "PUT", path }), now);
      return true;
    },
  };
}

/** Version 1.1 answers 204 where there is a subscription. */
function createOldSubscriptions({ account, calls, now }: WebhookPorts, pathOf: (webhook: Webhook) => string) {
  return {
    eventTypes: ALL,
    async subscribed(webhook: Webhook, instance: Instance): Promise<readonly string[]> {
      const response = await calls.asHandle({ method: "GET", path: pathOf(webhook) }, { account, instance });
      return response.status === 204 ? ALL : none(response, now);
    },
    async subscribe(webhook: Webhook, instance: Instance): Promise<void> {
      const response = await calls.asHandle({ method: "POST", path: pathOf(webhook) }, { account, instance });
      if (!isDuplicate(response)) good(response, now);
    },
  };
}

/** Version 1.1 wants some user of the application for calls about its webhooks; any handle will do. */
async function asFirstHandle(
  { account, calls }: WebhookPorts,
  call: { method: string; path: string; form?: Record<string, string> },
): Promise<HttpResponse> {
  const instance = account.instances.find(({ channel }) => channel === "twitter");
  if (instance !== undefined) return calls.asHandle(call, { account, instance });
  throw new ChannelError(
    "CHANNEL_AUTH",
    "The account has no handle, and X wants a handle's token for this.",
    {
      retryable: false,
    },
  );
}

/** "Not subscribed" comes as a 404, or a 200 that says so; anything else is a fault. */
function none(response: HttpResponse, now: () => number): readonly string[] {
  if (response.status !== 404) good(response, now);
  return [];
}

function good(response: HttpResponse, now: () => number): HttpResponse {
  if (response.status >= 300) throw toLookError(response, now());
  return response;
}

/** Of a new webhook `data` holds it; version 1.1 has it bare. */
function toCreated(response: HttpResponse, url: string): Webhook {
  const body = readJsonAnswer(response.body);
  const [created] = toWebhooks([toObject(body.data) ?? body]);
  return created ?? { id: "", url, valid: false };
}

function toWebhooks(value: unknown): Webhook[] {
  return toList(value).flatMap((entry) => {
    const webhook = toObject(entry);
    const id = idOf(webhook);
    const url = toText(webhook?.url);
    return id === undefined || url === undefined ? [] : [{ id, url, valid: webhook?.valid === true }];
  });
}

/**
 * Subscriptions of an answer of the X Activity API: `data` is a list, one of them, or an object that nests one or a
 * list under `subscription` or `subscriptions`; its pages disagree.
 */
export function toSubscriptions(answer: Json): Json[] {
  const data = answer.data;
  const nested = toObject(data)?.subscription ?? toObject(data)?.subscriptions ?? data;
  const entries = Array.isArray(nested) ? nested : [nested];
  return entries
    .map(toObject)
    .filter((entry) => entry !== undefined && entry.event_type !== undefined) as Json[];
}
