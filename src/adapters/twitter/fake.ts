import { type Account, type Instance, secretOf } from "../../core/channel";
import { isoTime } from "../../core/clock";
import {
  createFakePlatform,
  type FakeAnswer,
  type FakeCall,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeSent,
  type FakeWebhooks,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { type Json, toId, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { hmac } from "../shared/signature";
import { isVersion1 } from "./definition";
import { toSignature } from "./oauth";

const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;
const SEND_V2 = /^\/2\/dm_conversations\/with\/(\d{1,19})\/messages$/;
const LIST_V2 = /^\/2\/dm_conversations\/with\/(\d{1,19})\/dm_events$/;
const SEND_V1 = "/1.1/direct_messages/events/new.json";
const LIST_V1 = "/1.1/direct_messages/events/list.json";
const MAX_TEXT = 10_000;
/** The lists reach back this far, so that a simulator can run for weeks. */
const MAX_LISTED = 10_000;

/** Plays X: sending and listing of direct messages with OAuth 1.0a checked, and signed webhooks of the account's flavor. */
export function createFake(options: FakeOptions): FakePlatform {
  const { account, clock } = options;
  /** Everything sent, for the lists. */
  const taken: FakeSent[] = [];
  let sequence = 0;

  /** An id as X makes them: milliseconds in the upper bits. */
  function newId(at: number): string {
    sequence = (sequence + 1) % 4_194_304;
    return ((BigInt(Math.max(0, Math.trunc(at) - SNOWFLAKE_EPOCH_MS)) << 22n) + BigInt(sequence)).toString();
  }

  function toEvent(message: FakeMessage): FakeEvent {
    const at = message.at ?? clock.now();
    const handleId = fakeInstance(account, "twitter", message.instance).externalId;
    const { customerId, text } = message;
    const event = toMessageEvent({ id: message.id ?? newId(at), at, from: customerId, to: handleId, text });
    return { handleId, event, user: { id: customerId, name: message.name ?? `User ${customerId}` } };
  }

  function signMessages(events: readonly FakeEvent[]): SignedWebhook[] {
    const handles = new Map<string, FakeEvent[]>();
    for (const one of events) handles.set(one.handleId, [...(handles.get(one.handleId) ?? []), one]);
    return [...handles].map(([handleId, own]) => {
      const lists = { direct_message_events: own.map(({ event }) => event) };
      return signLists(
        handleId,
        "dm.received",
        lists,
        own.map(({ user }) => user),
      );
    });
  }

  function signLists(
    handleId: string,
    eventType: string,
    lists: Json,
    users: readonly FakeUser[],
  ): SignedWebhook {
    return sign(account, JSON.stringify(toBody(account, { handleId, eventType, lists, users })));
  }

  const webhook: FakeWebhooks = {
    say: (message) => signMessages([toEvent(message)])[0] as SignedWebhook,
    batch: (messages) => signMessages(messages.map(toEvent)),
    receipt({ customerId, sent, status, at }) {
      if (status !== "read") return undefined;
      const event = {
        created_timestamp: String(at ?? clock.now()),
        sender_id: customerId,
        target: { recipient_id: sent.instanceId },
        last_read_event_id: sent.id,
      };
      return signLists(sent.instanceId, "dm.read", { direct_message_mark_read_events: [event] }, []);
    },
    echo(sent) {
      const { id, at, text, instanceId, customerId } = sent;
      const event = toMessageEvent({ id, at, from: instanceId, to: customerId, text });
      return signLists(instanceId, "dm.sent", { direct_message_events: [event] }, []);
    },
    sign: (body) => sign(account, body),
  };

  const parts: FakeParts = {
    webhook,
    errorBody: (status) => errorBody(account, status),
    answer(call, take) {
      const url = new URL(call.path, "http://api");
      const handle = findSigner(call, url, account, options);
      if (handle === undefined) return refuse(account, 401, 32, "Could not authenticate you.");
      const listed = LIST_V2.exec(url.pathname)?.[1];
      if (call.method === "GET" && (listed !== undefined || url.pathname === LIST_V1)) {
        const own = taken.filter((sent) => sent.instanceId === handle.externalId).reverse();
        return listed === undefined
          ? listVersion1(own)
          : listVersion2(own.filter((sent) => sent.customerId === listed));
      }
      const message = readMessage(call, url.pathname);
      if (message === undefined) return refuse(account, 404, 34, "Sorry, that page does not exist.");
      if ("status" in message) return message;
      const at = clock.now();
      const sent = { id: newId(at), instanceId: handle.externalId, ...message };
      taken.push({ ...sent, at });
      if (taken.length > MAX_LISTED) taken.splice(0, MAX_LISTED / 2);
      take(sent);
      return toSentAnswer(sent.id, at, sent);
    },
  };
  return createFakePlatform(options, parts);
}

interface FakeUser {
  id: string;
  name: string;
}

interface FakeEvent {
  handleId: string;
  event: Json;
  user: FakeUser;
}

type FakeMessageSent = Pick<FakeSent, "customerId" | "text" | "raw">;

/** The handle whose tokens signed the call; undefined when none did so rightly. */
function findSigner(call: FakeCall, url: URL, account: Account, options: FakeOptions): Instance | undefined {
  const given = new Map<string, string>();
  const header = call.headers.authorization ?? "";
  if (!header.startsWith("OAuth ")) return undefined;
  for (const [, name = "", value = ""] of header.matchAll(/([a-z_]+)="([^"]*)"/g)) {
    given.set(name, decodeURIComponent(value));
  }
  const signature = given.get("oauth_signature");
  given.delete("oauth_signature");
  const handle = account.instances.find((one) => secretOf(one, "accessToken") === given.get("oauth_token"));
  const ageSeconds = Math.abs(options.clock.now() / 1000 - Number(given.get("oauth_timestamp")));
  const isKnown = given.get("oauth_consumer_key") === account.values.consumerKey && ageSeconds < 300;
  if (handle === undefined || !isKnown) return undefined;
  const signed = {
    method: call.method,
    url: `http://${call.headers.host}${url.pathname}`,
    parameters: url.searchParams,
  };
  const keys = {
    consumerSecret: secretOf(account, "consumerSecret"),
    tokenSecret: secretOf(handle, "accessTokenSecret"),
  };
  return toSignature(signed, given, keys) === signature ? handle : undefined;
}

/** The message of a send call, what is wrong with it, or undefined when the call is another. */
function readMessage(call: FakeCall, pathname: string): FakeMessageSent | FakeAnswer | undefined {
  if (call.method !== "POST") return undefined;
  const participant = SEND_V2.exec(pathname)?.[1];
  if (participant === undefined && pathname !== SEND_V1) return undefined;
  const isJson = (call.headers["content-type"] ?? "").startsWith("application/json");
  const body = isJson ? readJsonAnswer(call.body) : {};
  if (participant !== undefined) {
    const text = toText(body.text) ?? "";
    const isKnown = Object.keys(body).every((key) => key === "text" || key === "attachments");
    if (text === "" || text.length > MAX_TEXT || !isKnown)
      return invalid("One or more parameters to your request was invalid.");
    return { customerId: participant, text, raw: body };
  }
  const created = toObject(toObject(body.event)?.message_create);
  const customerId = toId(toObject(created?.target)?.recipient_id);
  const text = toText(toObject(created?.message_data)?.text) ?? "";
  if (customerId === undefined || text === "")
    return { status: 400, body: { errors: [{ code: 214, message: "event.message_create is invalid" }] } };
  if (text.length > MAX_TEXT)
    return {
      status: 403,
      body: {
        errors: [{ code: 354, message: "The text of your direct message is over the max character limit." }],
      },
    };
  return { customerId, text, raw: body };
}

function toSentAnswer(id: string, at: number, sent: FakeMessageSent & { instanceId: string }): FakeAnswer {
  if (toObject(toObject(sent.raw)?.event) === undefined) {
    const conversation = [sent.customerId, sent.instanceId].sort().join("-");
    return { status: 201, body: { data: { dm_conversation_id: conversation, dm_event_id: id } } };
  }
  const event = toMessageEvent({ id, at, from: sent.instanceId, to: sent.customerId, text: sent.text });
  return { status: 200, body: { event } };
}

function listVersion2(sent: readonly FakeSent[]): FakeAnswer {
  const data = sent.slice(0, 100).map(({ id, at, text, instanceId }) => {
    return {
      id,
      event_type: "MessageCreate",
      sender_id: instanceId,
      created_at: isoTime(at),
      text: escapeText(text),
    };
  });
  return { status: 200, body: { data, meta: { result_count: data.length } } };
}

function listVersion1(sent: readonly FakeSent[]): FakeAnswer {
  const events = sent
    .slice(0, 50)
    .map(({ id, at, text, instanceId, customerId }) =>
      toMessageEvent({ id, at, from: instanceId, to: customerId, text }),
    );
  return { status: 200, body: { events } };
}

function toMessageEvent(message: { id: string; at: number; from: string; to: string; text: string }): Json {
  return {
    type: "message_create",
    id: message.id,
    created_timestamp: String(message.at),
    message_create: {
      target: { recipient_id: message.to },
      sender_id: message.from,
      message_data: {
        text: escapeText(message.text),
        entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
      },
    },
  };
}

function toBody(
  account: Account,
  about: { handleId: string; eventType: string; lists: Json; users: readonly FakeUser[] },
): Json {
  const { handleId, eventType, lists } = about;
  const toUsers = (build: (user: FakeUser) => Json) =>
    Object.fromEntries(about.users.map((user) => [user.id, build(user)]));
  if ((account.values.apiFlavor ?? "xaa") !== "xaa") {
    const users = toUsers(({ id, name }) => ({ id, name, screen_name: name.replaceAll(/\W/g, "") }));
    return { for_user_id: handleId, ...lists, users };
  }
  const users = toUsers(({ id, name }) => ({ data: { id, name, username: name.replaceAll(/\W/g, "") } }));
  return {
    data: {
      event_type: eventType,
      filter: { user_id: handleId },
      tag: "switchboard",
      payload: { ...lists, users },
    },
  };
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function sign(account: Account, body: string | Buffer): SignedWebhook {
  const bytes = Buffer.from(body as string);
  const proof = hmac("sha256", secretOf(account, "consumerSecret"), bytes).toString("base64");
  return {
    method: "POST",
    headers: { "content-type": "application/json", "x-twitter-webhooks-signature": `sha256=${proof}` },
    body: bytes,
  };
}

function refuse(account: Account, status: number, code: number, message: string): FakeAnswer {
  if (isVersion1(account.values.apiFlavor)) return { status, body: { errors: [{ code, message }] } };
  return { status, body: { title: TITLES[status] ?? "Error", type: "about:blank", status, detail: message } };
}

function invalid(message: string): FakeAnswer {
  const type = "https://api.twitter.com/2/problems/invalid-request";
  return { status: 400, body: { title: "Invalid Request", type, detail: message, errors: [{ message }] } };
}

const TITLES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const VERSION_1_CODES: Readonly<Record<number, number>> = { 401: 89, 403: 349, 429: 88, 500: 131, 503: 130 };

function errorBody(account: Account, status: number): unknown {
  return refuse(account, status, VERSION_1_CODES[status] ?? 131, TITLES[status] ?? "Error").body;
}
