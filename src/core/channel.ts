import type { Activity } from "./activity";
import type { Clock } from "./clock";
import type { Log } from "./log";
import type { OutboundMedia } from "./media";

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

/** What a platform tells about a customer: facts for rules and agents, never an identity. */
export interface CustomerProfile {
  name?: string;
  firstName?: string;
  lastName?: string;
  /** X: the handle without "@". */
  screenName?: string;
  /** E.164, with "+". */
  phone?: string;
  /** As the platform writes it: "en_US". */
  locale?: string;
  /** Hours from GMT, maybe fractional: 5.5. */
  timezone?: number;
  followers?: number;
  friends?: number;
  /** Other ids of the same person on this channel (WhatsApp: the business-scoped id beside the number). */
  aliases?: readonly string[];
}

interface InboundBase {
  channel: ChannelId;
  /** The platform's id of our page, handle or number. */
  instanceExternalId: string;
  /** The customer's id on the channel. */
  customerId: string;
  /** The platform's time in ms; undefined where it gives none (Twilio): the time of receipt is then used. */
  occurredAt?: number;
  /** What this very webhook tells about the customer. */
  profile?: CustomerProfile;
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
  /** The customer is typing: shown on the desk, never stored. */
  | (InboundBase & { kind: "typing" })
  /**
   * About our account or instance, not from a customer: a revoked token, a policy warning, an encrypted message that
   * nobody here can read. Kept in the instance's health; `text` says what an admin should do.
   */
  | {
      kind: "notice";
      channel: ChannelId;
      /** Left out: the whole account. */
      instanceExternalId?: string;
      key: string;
      occurredAt?: number;
      /** "error": the instance cannot work until somebody mends it. */
      level: "error" | "warning" | "info";
      code: string;
      text: string;
    }
  /** Known and not for us (a tweet, a page change): dropped, counted. */
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
  /** The platform's id of the customer's last message: what typing and read marks refer to. */
  lastInboundId?: string;
  /** Files of ours that the activity's attachments name (`contentUrl: "media:<id>"`), by that very text. */
  media?: ReadonlyMap<string, OutboundMedia>;
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
  /**
   * `contentUrl` of an attachment whose bytes must be uploaded first; the client then puts the platform's id of it
   * where `body` has UPLOADED_ID. Where a platform fetches files by itself there is no need for it.
   */
  upload?: string;
}

/** Stands in `PlatformRequest.body` for the id that the platform gives an uploaded file. */
export const UPLOADED_ID = "switchboard-uploaded-media-id";

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

/** A customer of one of our instances: what a look-up needs. */
export interface CustomerContext {
  account: Account;
  instance: Instance;
  customerId: string;
}

/** How to fetch a file that a customer sent; the guard (media/guardedFetch.ts) does the call. */
export interface MediaRequest {
  url: string;
  /** Credentials for the first hop only: the guard drops them at any redirect to another origin. */
  headers: Readonly<Record<string, string>>;
  /** Hosts that may be asked, at the start and on each redirect: "api.twilio.com", or ".fbcdn.net" with all below it. */
  hosts: readonly string[];
  /** An origin that may be asked although its address is private: the simulator's or a test's (`account.apiUrl`). */
  trustedOrigin?: string;
}

/** A message approved beforehand, which may be sent when the reply window is shut. */
export interface MessageTemplate {
  /** The platform's id ("HX…"). */
  id: string;
  name: string;
  language: string;
  /** Its text, with {{1}}, {{name}} where variables go. */
  text: string;
  /** Names of the variables, in order, with the platform's sample values. */
  variables: readonly { name: string; sample: string }[];
  /** Only an approved one may be sent in a shut window. */
  approved: boolean;
  /** Why it is not approved, in the platform's words. */
  reason?: string;
}

/** What `channelData.template` of an outbound activity holds; `activity.text` is the filled text for the transcript. */
export interface TemplateUse {
  id: string;
  variables: Readonly<Record<string, string>>;
}

export interface ChannelClient {
  /** Throws ChannelError. */
  send(request: PlatformRequest, context: SendContext): Promise<SendResult>;
  /** What the platform tells about a customer; undefined when it tells nothing. Throws ChannelError. */
  profile?(context: CustomerContext): Promise<CustomerProfile | undefined>;
  /**
   * How to fetch an inbound attachment's `contentUrl`; asks the platform first where only it knows. Throws ChannelError
   * CHANNEL_UNSUPPORTED for a foreign URL, at once.
   */
  mediaRequest?(
    contentUrl: string,
    context: { account: Account; instance: Instance },
  ): MediaRequest | Promise<MediaRequest>;
  /** Shows the customer that we are typing or have read; worth one try. Throws ChannelError. */
  signal?(signal: "typing" | "read", context: SendContext): Promise<void>;
  /** The account's templates. Throws ChannelError. */
  templates?(context: { account: Account; instance: Instance }): Promise<MessageTemplate[]>;
  /** Did this request, begun at `sentAt`, reach the platform? Throws ChannelError when it cannot be asked now. */
  reconcile(request: PlatformRequest, context: SendContext, sentAt: number): Promise<Reconciled>;
}

export interface HttpRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  timeoutMs: number;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** One look at whether a connection works, for the admin. */
export interface Check {
  /** Stable word: "token", "subscription", "webhook". */
  id: string;
  /** "Page access token of Shop". */
  title: string;
  state: "ok" | "warning" | "failed" | "skipped";
  /** What was found. */
  text: string;
  /** What to do; present unless ok. */
  cure?: string;
  /** Our instance that it is about; absent: the account. */
  instanceId?: string;
}

export interface ConnectPorts extends ClientPorts {
  /** Where the platform should post: PUBLIC_URL + /webhooks/{provider}/{accountId}. */
  callbackUrl: string;
}

/** The admin's Validate button and the channel doctor. A platform that fails makes a failed check, never a throw. */
export interface ChannelConnect {
  /** Looks only. One check a fact: token, permission, ownership, subscription, callback URL, sender state, clock. */
  validate(account: Account, ports: ConnectPorts): Promise<Check[]>;
  /** Registers our webhook and subscribes the instances, where the platform's API allows. */
  register?(account: Account, ports: ConnectPorts): Promise<Check[]>;
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
  /** Further base URLs of the provider, by name ("messaging", "content"); `account.apiUrl` comes first here too. */
  baseUrls?: Readonly<Record<string, string>>;
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
  /**
   * Base URL of the platform's API. An account field named `apiUrl` overrides it. Ours are set by the environment and
   * leave it out.
   */
  apiUrl?: string;
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
    /** We can show the customer that we are typing. */
    typing: boolean;
    /** Buttons to tap; otherwise choices are a numbered list. */
    quickReplies: boolean;
    /** Files can be sent; otherwise they go as links. */
    attachments: boolean;
    /** Templates may be sent when the window is shut. */
    templates: boolean;
  };
  /** The reply window after the customer's last message; undefined: none. */
  window?: {
    hours: number;
    closedText: string;
    /** A person may still answer for so long after the customer's last message, where the instance's `field` is "on". */
    person?: { hours: number; field: string };
    /** A reaction of the customer opens it too. */
    byReaction?: true;
  };
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
  /** Absent where there is nothing to check. */
  connect?: ChannelConnect;
}
