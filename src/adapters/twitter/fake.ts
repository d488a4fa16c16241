import type { Account, Instance } from "../../core/channel";
import { isoTime } from "../../core/clock";
import {
  createFakePlatform,
  type FakeAnswer,
  type FakeCall,
  type FakeChoice,
  type FakeFile,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeSent,
  type FakeWebhooks,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { errorBody, findSigner, formOf, invalid, refuse } from "./fakeAuth";
import { createFakeConnect } from "./fakeConnect";
import {
  escapeText,
  type FakeText,
  type FakeUser,
  METRICS,
  shortLink,
  sign,
  toBody,
  toLocationAttachment,
  toMediaAttachment,
  toMessageEvent,
  usernameOf,
} from "./fakeEvents";
import { createFakeMedia } from "./fakeMedia";
import { SNOWFLAKE_EPOCH_MS, toXId } from "./ids";

const SEND_V2 = /^\/2\/dm_conversations\/with\/(\d{1,19})\/messages$/;
const LIST_V2 = /^\/2\/dm_conversations\/with\/(\d{1,19})\/dm_events$/;
const USER_V2 = /^\/2\/users\/(\d{1,19})$/;
const SEND_V1 = "/1.1/direct_messages/events/new.json";
const LIST_V1 = "/1.1/direct_messages/events/list.json";
const SIGNALS = ["/1.1/direct_messages/indicate_typing.json", "/1.1/direct_messages/mark_read.json"];
const MAX_TEXT = 10_000;
/** The lists reach back this far, so that a simulator can run for weeks. */
const MAX_LISTED = 10_000;

/**
 * Plays X: direct messages with OAuth 1.0a checked, uploads and files, profiles, webhooks with their challenge and
 * subscriptions of all flavours; webhooks that it signs are of the account's flavour.
 */
export function createFake(options: FakeOptions): FakePlatform {
  const { account, clock } = options;
  /** Everything sent, for the lists. */
  const taken: FakeSent[] = [];
  const people = new Map<string, FakeUser>();
  let sequence = 0;

  /** An id as X makes them: milliseconds in the upper bits. */
  function newId(at = clock.now()): string {
    sequence = (sequence + 1) % 4_194_304;
    return ((BigInt(Math.max(0, Math.trunc(at) - SNOWFLAKE_EPOCH_MS)) << 22n) + BigInt(sequence)).toString();
  }

  const media = createFakeMedia(newId);
  const api = createFakeConnect(options, newId);
  const platform = createFakePlatform(options, {
    webhook: createWebhooks({ account, clock, newId, people, place }),
    errorBody: (status) => errorBody(account, status),
    answer,
  });
  return platform;

  /** Puts a customer's file behind X's address and gives its attachment. */
  function place(file: FakeFile): Json {
    const id = newId();
    const ending = /^[\w-]+\/([a-z0-9]{1,5})/.exec(file.contentType)?.[1] ?? "bin";
    const path = `/1.1/ton/data/dm/${id}/${id}/${id.slice(-6)}.${ending === "jpeg" ? "jpg" : ending}`;
    media.serve(path, file);
    return toMediaAttachment(id, file, platform.url + path);
  }

  function answer(
    call: FakeCall,
    take: Parameters<FakeParts["answer"]>[1],
  ): FakeAnswer | Promise<FakeAnswer> {
    const url = new URL(call.path, "http://api");
    const handle = findSigner(call, url, { account, clock });
    const connected = api.answer(call, url, handle);
    if (connected !== undefined) return connected;
    if (handle === undefined) return refuse(account, 401, 32, "Could not authenticate you.");
    const other =
      media.answer(call, url) ??
      media.fetch(url.pathname) ??
      look(call, url, handle) ??
      signal(call, url.pathname);
    if (other !== undefined) return other;
    const message = readMessage(call, url.pathname, media.uploaded);
    if (message === undefined) return refuse(url.pathname, 404, 34, "Sorry, that page does not exist.");
    if ("status" in message) return message;
    const at = clock.now();
    const sent = { id: newId(at), instanceId: handle.externalId, ...message };
    taken.push({ ...sent, at });
    if (taken.length > MAX_LISTED) taken.splice(0, MAX_LISTED / 2);
    take(sent);
    return toSentAnswer({ ...sent, at });
  }

  /** What can be looked up: the lists of messages, oneself, a person. */
  function look(call: FakeCall, { pathname }: URL, handle: Instance): FakeAnswer | undefined {
    if (call.method !== "GET") return undefined;
    const headers = {
      "x-access-level": "read-write-directmessages",
      date: new Date(clock.now()).toUTCString(),
    };
    const own = taken.filter((sent) => sent.instanceId === handle.externalId).reverse();
    const listed = LIST_V2.exec(pathname)?.[1];
    if (listed !== undefined)
      return { ...listVersion2(own.filter((sent) => sent.customerId === listed)), headers };
    if (pathname === "/2/dm_events") return { ...listVersion2(own), headers };
    if (pathname === LIST_V1) return { ...listVersion1(own), headers };
    if (pathname === "/2/users/me") {
      const { externalId: id, name } = handle;
      return { status: 200, body: { data: { id, name, username: usernameOf({ id, name }) } }, headers };
    }
    const userId = USER_V2.exec(pathname)?.[1];
    if (userId === undefined) return undefined;
    const user = people.get(userId);
    if (user !== undefined)
      return {
        status: 200,
        body: { data: { ...user, username: usernameOf(user), public_metrics: METRICS } },
      };
    const type = "https://api.twitter.com/2/problems/resource-not-found";
    return {
      status: 200,
      body: { errors: [{ title: "Not Found Error", detail: "Could not find user", type }] },
    };
  }
}

/** Typing and read marks of version 1.1. */
function signal(call: FakeCall, path: string): FakeAnswer | undefined {
  if (call.method !== "POST" || !SIGNALS.includes(path)) return undefined;
  const form = formOf(call);
  const isRead = path.endsWith("mark_read.json");
  const isWhole = form.has("recipient_id") && (!isRead || form.has("last_read_event_id"));
  return isWhole ? { status: 204 } : refuse(path, 400, 38, "A parameter is missing.");
}

interface FakeEvent {
  handleId: string;
  event: Json;
  user: FakeUser;
}

function createWebhooks(parts: {
  account: Account;
  clock: FakeOptions["clock"];
  newId(at?: number): string;
  people: Map<string, FakeUser>;
  place(file: FakeFile): Json;
}): FakeWebhooks {
  const { account, clock, newId, people, place } = parts;

  /** X takes one attachment a message, so several files are several messages; the text goes with the first. */
  function toEvents(message: FakeMessage): FakeEvent[] {
    const { customerId, choice, location, media = [] } = message;
    const at = message.at ?? clock.now();
    const handleId = fakeInstance(account, "twitter", message.instance).externalId;
    const user = { id: customerId, name: message.name ?? `User ${customerId}` };
    people.set(customerId, user);
    const attachments = [
      ...media.map(place),
      ...(location === undefined ? [] : [toLocationAttachment(location)]),
    ];
    return (attachments.length === 0 ? [undefined] : attachments).map((attachment, index) => {
      const text: FakeText = {
        id: index === 0 ? (message.id ?? newId(at)) : newId(at),
        at,
        from: customerId,
        to: handleId,
        text: index === 0 ? (choice?.title ?? message.text) : "",
        ...(attachment === undefined ? {} : { attachment }),
        ...(choice === undefined ? {} : { choice: choice.value }),
      };
      return { handleId, event: toMessageEvent(text), user };
    });
  }

  function signMessages(events: readonly FakeEvent[]): SignedWebhook[] {
    const handles = new Map<string, FakeEvent[]>();
    for (const one of events) handles.set(one.handleId, [...(handles.get(one.handleId) ?? []), one]);
    return [...handles].map(([handleId, own]) => {
      const lists = { direct_message_events: own.map(({ event }) => event) };
      const users = own.map(({ user }) => user);
      return signLists({ handleId, eventType: "dm.received", lists, users });
    });
  }

  function signLists(about: Parameters<typeof toBody>[1]): SignedWebhook {
    return sign(account, JSON.stringify(toBody(account, about)));
  }

  return {
    say: (message) => signMessages(toEvents(message))[0] as SignedWebhook,
    batch: (messages) => signMessages(messages.flatMap(toEvents)),
    receipt({ customerId, sent, status, at }) {
      if (status !== "read") return undefined;
      const event = {
        created_timestamp: String(at ?? clock.now()),
        sender_id: customerId,
        target: { recipient_id: sent.instanceId },
        last_read_event_id: sent.id,
      };
      const lists = { direct_message_mark_read_events: [event] };
      return signLists({ handleId: sent.instanceId, eventType: "dm.read", lists, users: [] });
    },
    echo(sent) {
      const { id, at, text, instanceId, customerId, media = [] } = sent;
      const [file] = media;
      const attachment = file === undefined ? {} : { attachment: place(file) };
      const event = toMessageEvent({ id, at, from: instanceId, to: customerId, text, ...attachment });
      const lists = { direct_message_events: [event] };
      return signLists({ handleId: instanceId, eventType: "dm.sent", lists, users: [] });
    },
    typing({ customerId, instance }) {
      const handleId = fakeInstance(account, "twitter", instance).externalId;
      const event = {
        created_timestamp: String(clock.now()),
        sender_id: customerId,
        target: { recipient_id: handleId },
      };
      const lists = { direct_message_indicate_typing_events: [event] };
      return signLists({ handleId, eventType: "dm.indicate_typing", lists, users: [] });
    },
    sign: (body) => sign(account, body),
  };
}

type FakeMessageSent = Pick<FakeSent, "customerId" | "text" | "raw" | "media" | "choices">;
type Uploaded = (id: string) => FakeFile | undefined;

/** The message of a send call, what is wrong with it, or undefined when the call is another. */
function readMessage(
  call: FakeCall,
  path: string,
  uploaded: Uploaded,
): FakeMessageSent | FakeAnswer | undefined {
  if (call.method !== "POST") return undefined;
  const participant = SEND_V2.exec(path)?.[1];
  if (participant === undefined && path !== SEND_V1) return undefined;
  const isJson = (call.headers["content-type"] ?? "").startsWith("application/json");
  const body = isJson ? readJsonAnswer(call.body) : {};
  return participant === undefined ? readVersion1(body, uploaded) : readVersion2(body, participant, uploaded);
}

function readVersion2(body: Json, customerId: string, uploaded: Uploaded): FakeMessageSent | FakeAnswer {
  const text = toText(body.text);
  const files = toList(body.attachments).map((one) => uploaded(toText(toObject(one)?.media_id) ?? ""));
  const isKnown = Object.keys(body).every((key) => key === "text" || key === "attachments");
  const isWhole = (text ?? "") !== "" || (text === undefined && files.length === 1);
  if (!isWhole || (text ?? "").length > MAX_TEXT || !isKnown || files.length > 1 || files.includes(undefined))
    return invalid("One or more parameters to your request was invalid.");
  return { customerId, text: text ?? "", raw: body, ...withMedia(files) };
}

function readVersion1(body: Json, uploaded: Uploaded): FakeMessageSent | FakeAnswer {
  const created = toObject(toObject(body.event)?.message_create);
  const customerId = toXId(toObject(created?.target)?.recipient_id);
  const data = toObject(created?.message_data);
  const text = toText(data?.text);
  const mediaId = toText(toObject(toObject(data?.attachment)?.media)?.id);
  const choices = toChoices(toObject(data?.quick_reply));
  const buttons = toList(data?.ctas).map(toObject);
  const isRight =
    customerId !== undefined &&
    text !== undefined &&
    (text !== "" || mediaId !== undefined) &&
    choices !== undefined &&
    buttons.length <= 3 &&
    buttons.every(
      (button) => button?.type === "web_url" && isLabel(button.label) && toText(button.url) !== undefined,
    );
  if (!isRight) return refuse(SEND_V1, 400, 214, "event.message_create is invalid");
  if (text.length > MAX_TEXT)
    return refuse(SEND_V1, 403, 354, "The text of your direct message is over the max character limit.");
  const file = mediaId === undefined ? undefined : uploaded(mediaId);
  if (mediaId !== undefined && file === undefined) return refuse(SEND_V1, 400, 324, "Media not found.");
  const media = withMedia(file === undefined ? [] : [file]);
  return { customerId, text, raw: body, ...media, ...(choices.length === 0 ? {} : { choices }) };
}

function withMedia(files: readonly (FakeFile | undefined)[]): { media?: FakeFile[] } {
  const media = files.filter((file) => file !== undefined);
  return media.length === 0 ? {} : { media };
}

/** undefined when X would refuse them. */
function toChoices(reply: Json | undefined): FakeChoice[] | undefined {
  if (reply === undefined) return [];
  const options = toList(reply.options).map(toObject);
  const isRight =
    reply.type === "options" &&
    options.length > 0 &&
    options.length <= 20 &&
    options.every((option) => isLabel(option?.label) && (toText(option?.metadata) ?? "").length <= 1_000);
  if (!isRight) return undefined;
  return options.map((option) => ({
    title: toText(option?.label) ?? "",
    value: toText(option?.metadata) ?? "",
  }));
}

function isLabel(value: unknown): boolean {
  const label = toText(value) ?? "";
  return label !== "" && label.length <= 36 && !/https?:/.test(label);
}

function toSentAnswer(sent: FakeSent): FakeAnswer {
  if (toObject(toObject(sent.raw)?.event) !== undefined)
    return { status: 200, body: { event: toListed(sent) } };
  const conversation = [sent.customerId, sent.instanceId].sort().join("-");
  return { status: 201, body: { data: { dm_conversation_id: conversation, dm_event_id: sent.id } } };
}

function listVersion2(sent: readonly FakeSent[]): FakeAnswer {
  const data = sent.slice(0, 100).map(({ id, at, text, instanceId, media = [] }) => {
    const shown = media.length === 0 ? escapeText(text) : `${escapeText(text)} ${shortLink(id)}`;
    return {
      id,
      event_type: "MessageCreate",
      sender_id: instanceId,
      created_at: isoTime(at),
      text: shown,
      ...(media.length === 0 ? {} : { attachments: { media_keys: [`3_${id}`] } }),
    };
  });
  return { status: 200, body: { data, meta: { result_count: data.length } } };
}

function listVersion1(sent: readonly FakeSent[]): FakeAnswer {
  return { status: 200, body: { events: sent.slice(0, 50).map(toListed) } };
}

function toListed({ id, at, text, instanceId, customerId, media = [] }: FakeSent): Json {
  const [file] = media;
  const attachment =
    file === undefined ? {} : { attachment: toMediaAttachment(id, file, "https://ton.twitter.com/x.jpg") };
  return toMessageEvent({ id, at, from: instanceId, to: customerId, text, ...attachment });
}
