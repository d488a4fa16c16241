import type { Activity } from "./activity";
import type { Clock } from "./clock";
import type { Log } from "./log";

/** A channel is what a customer writes on; a provider is who runs it. Twilio provides two channels. */
export type ChannelId = string;
export type ProviderId = string;

/** An HTTP request as it came in, before anybody trusted it. */
export interface RawRequest {
  method: "GET" | "POST";
  /** Path and query exactly as on the request line. */
  url: string;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface WebhookReply {
  status: number;
  contentType?: string;
  body?: string;
}

/** Credentials at a provider, with its instances; secrets resolved. Lives for one use: do not keep it. */
export interface Account {
  id: string;
  provider: ProviderId;
  name: string;
  /** Values of the definition's text fields. */
  values: Readonly<Record<string, string>>;
  /** Resolved secrets, newest first: during a rotation the old and the new value are both accepted. */
  secrets: Readonly<Record<string, readonly string[]>>;
  /** PUBLIC_URL and the account's own alternatives, without a trailing slash; what a platform may have signed. */
  publicUrls: readonly string[];
  instances: readonly Instance[];
  /** Base URL of the platform's API when it is not the real one (simulator, tests): "http://127.0.0.1:4000". */
  apiUrl?: string;
}

/** A page, handle or number. */
export interface Instance {
  /** The settings id: `<channel>~<externalId>` with unsafe characters replaced. */
  id: string;
  channel: ChannelId;
  accountId: string;
  /** The platform's own id: page id, user id, E.164 number. */
  externalId: string;
  name: string;
  values: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, readonly string[]>>;
  workstreamId: string;
}

/** First value of a field, or "" when it is missing. */
export function secretOf(
  holder: { secrets: Readonly<Record<string, readonly string[]>> },
  name: string,
): string {
  return holder.secrets[name]?.[0] ?? "";
}

export type DeliveryStatus = "accepted" | "delivered" | "read" | "failed";

interface InboundBase {
  channel: ChannelId;
  /** The platform's id of our page, handle or number. */
  instanceExternalId: string;
  /** The customer's id on the channel. */
  customerId: string;
  /** The platform's time in ms; undefined where it gives none (Twilio): the time of receipt is then used. */
  occurredAt?: number;
}

/**
 * One item of a webhook.
 * `key` is what the platform repeats when it delivers the same item again: with channel and instance it makes
 * the document id, so a repeat is dropped.
 */
export type Inbound =
  /** A message or event of a customer that belongs in the transcript and may start a turn. */
  | (InboundBase & { kind: "activity"; key: string; activity: Activity })
  /** Said in our name from another tool (the platform's own inbox): transcript only. */
  | (InboundBase & {
      kind: "echo";
      key: string;
      activity: Activity;
      ourMessageId?: string;
      part?: MessagePart;
    })
  /** What became of something we sent. One of the three ways to name it is given. */
  | (InboundBase & {
      kind: "receipt";
      status: DeliveryStatus;
      /** Our own message id, where the platform carries it back (Twilio's callback query, Facebook's metadata). */
      ourMessageId?: string;
      /** With `ourMessageId`, where a long text needed several calls: the one this is about. */
      part?: MessagePart;
      providerIds?: readonly string[];
      /** All that was sent up to this time, ms. */
      upTo?: number;
      error?: { platformCode: string; message: string };
    })
  /** Known and not for us (typing, a tweet): dropped, counted. */
  | { kind: "ignored"; channel: ChannelId; reason: string }
  /** Not understood: kept whole. In the transcript when the customer is known, else a dead letter of the account. */
  | {
      kind: "unsupported";
      channel: ChannelId;
      instanceExternalId?: string;
      customerId?: string;
      key: string;
      occurredAt?: number;
      reason: string;
      raw: unknown;
    };

/** Who speaks: decides on tags, windows and wording. */
export interface Author {
  kind: "customer" | "bot" | "agent" | "system" | "external";
  id?: string;
  name?: string;
}

/** One of the calls that a message needed: `n` from 1, `of` so many. */
export interface MessagePart {
  n: number;
  of: number;
}

export interface SendContext {
  account: Account;
  instance: Instance;
  customerId: string;
  /** Our message id: goes into metadata or the status callback's query where the platform can carry it. */
  messageId: string;
  author: Author;
  /** Last message of the customer, ms; decides on the reply window. */
  lastInboundAt: number | undefined;
  now: number;
  /** For `reconcile`: the platform's ids of earlier messages; an equal text under one of these is not this message. */
  knownIds?: ReadonlySet<string>;
}

/** One call of the platform's API, without credentials; `client.send` adds them. */
export interface PlatformRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path and query below the API's base URL. */
  path: string;
  contentType: "application/json" | "application/x-www-form-urlencoded";
  body: string;
}

export interface SendResult {
  /** The platform's message id; undefined when it gave none. */
  providerId?: string;
  /** From rate-limit headers: nothing more may be sent for this instance before (ms, epoch). */
  pauseUntil?: number;
}

/** Asking the platform after an ambiguous send. */
export type Reconciled =
  | { outcome: "sent"; providerId?: string }
  | { outcome: "notSent" }
  /** The platform cannot be asked: `definition.ambiguous` decides. */
  | { outcome: "unknown" };

export interface ChannelClient {
  /** Throws ChannelError. */
  send(request: PlatformRequest, context: SendContext): Promise<SendResult>;
  /** Did this request, begun at `sentAt`, reach the platform? Throws ChannelError when it cannot be asked now. */
  reconcile(request: PlatformRequest, context: SendContext, sentAt: number): Promise<Reconciled>;
}

export interface HttpRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** One keep-alive pool an origin. Throws ChannelError (CHANNEL_UNAVAILABLE; `ambiguous` once bytes may have left). */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface ClientPorts {
  http: Http;
  /** Base URL of the platform's API; `account.apiUrl` comes first. */
  baseUrl: string;
  clock: Clock;
  log: Log;
}

/** One field of an account or instance: feeds the schema of the file, the admin form, docs, ARM and the simulator. */
export interface Field {
  name: string;
  /** Label as the provider's console calls it. */
  title: string;
  /** "generated": made by us when left out (a verify token). */
  kind: "text" | "secret" | "generated";
  required: boolean;
  help: string;
  /** Text that values must match, as a regular expression source. */
  pattern?: string;
  /** Allowed values. */
  options?: readonly string[];
  default?: string;
}

export interface ChannelDefinition {
  id: ChannelId;
  /** As a customer calls it: "Facebook Messenger". */
  title: string;
  provider: ProviderId;
  providerTitle: string;
  accountFields: readonly Field[];
  instance: {
    /** What the channel calls one: "page", "handle", "number". */
    noun: string;
    /** Key of the list in an account of the configuration file: "pages", "handles", "numbers". */
    listKey: string;
    /** Field that holds the platform's id. */
    idField: string;
    fields: readonly Field[];
    /** Brings the id into the form that the platform uses in webhooks ("14252306549" -> "+14252306549"). */
    normaliseId(text: string): string;
  };
  limits: {
    /** Characters (UTF-16 units) of one text message; longer ones are split. */
    textLength: number;
    /** Sends allowed per instance: each `count` in `seconds`. Under one a second they are counted in the store. */
    rates: readonly { count: number; seconds: number }[];
  };
  abilities: {
    /** The platform reports delivery. */
    delivered: boolean;
    /** The platform reports that the customer read. */
    read: boolean;
    typing: boolean;
    quickReplies: boolean;
  };
  /** The reply window after the customer's last message; undefined: none. */
  window?: { hours: number; closedText: string };
  /**
   * A send whose outcome is unknown and that the platform cannot tell either:
   * wait this long for a receipt or echo, then send again or give up.
   */
  ambiguous: { waitMs: number; then: "resend" | "fail" };
}

export interface Channel {
  definition: ChannelDefinition;
  /** Throws WebhookRejected unless the platform signed exactly these bytes for this account. Pure. */
  verify(request: RawRequest, account: Account): void;
  /** The platform's check of the URL by GET; absent where there is none. Throws WebhookRejected. */
  challenge?(request: RawRequest, account: Account): WebhookReply;
  /**
   * Everything in a verified webhook that belongs to this channel; one broken item never harms the others.
   * Throws InputError WEBHOOK_BODY_UNREADABLE when the body as a whole cannot be read. Pure.
   */
  toInbound(request: RawRequest, account: Account): Inbound[];
  /** What to answer once everything is stored. */
  acknowledge(request: RawRequest): WebhookReply;
  /** Splits and degrades one activity into calls; [] when there is nothing to send. Pure. Throws ChannelError. */
  toRequests(activity: Activity, context: SendContext): PlatformRequest[];
  createClient(ports: ClientPorts): ChannelClient;
}
