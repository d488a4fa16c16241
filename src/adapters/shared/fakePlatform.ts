import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request as httpRequest } from "undici";
import type { Account, DeliveryStatus } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { SwitchboardError } from "../../core/errors";
import { readRawRequest } from "./rawBody";

/** A webhook as the platform would post it, signed. `path` is what to add to the webhook URL ("/status"). */
export interface SignedWebhook {
  path?: string;
  method: "POST";
  headers: Record<string, string>;
  body: Buffer;
}

/** What a customer sees on the telephone: one per accepted call. */
export interface FakeSent {
  /** The platform's message id. */
  id: string;
  /** The page, handle or number that sent it. */
  instanceId: string;
  customerId: string;
  text: string;
  /** Files that came with it: by the address they were fetched from, or as uploaded bytes. */
  media?: readonly FakeFile[];
  /** Buttons to tap. */
  choices?: readonly FakeChoice[];
  /** ms, by the fake's clock. */
  at: number;
  /** The body of the call, parsed. */
  raw: unknown;
}

/** A file on its way through a fake. */
export interface FakeFile {
  contentType: string;
  name?: string;
  /** Sent: where the platform fetches it from. */
  url?: string;
  content?: Buffer;
}

/** A button of a message; `value` is what the platform repeats when it is tapped. */
export interface FakeChoice {
  title: string;
  value: string;
}

/** A call of the platform's API as it came in. */
export interface FakeCall {
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** The body as it came. */
  bytes: Buffer;
  at: number;
}

export interface FakeAnswer {
  status: number;
  /** Text, bytes, or a value that is sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** How the platform misbehaves. Without `status` and `drop` the call is taken as usual, late or with more headers. */
export interface FakeBehaviour {
  /** Answer so and take nothing. */
  status?: number;
  /** With `status`: the answer; left out, the platform's documented error shape. */
  body?: unknown;
  headers?: Record<string, string>;
  delayMs?: number;
  /** Break the connection before or after the message was taken. */
  drop?: "before" | "after";
  /** How many calls; default 1. */
  times?: number;
  /** Which calls; default all. */
  match?(call: FakeCall): boolean;
}

export interface FakeMessage {
  customerId: string;
  text: string;
  name?: string;
  /** The platform's message id; default a fresh one. The same id twice is a repeated delivery. */
  id?: string;
  /** ms; default now. */
  at?: number;
  /** External id of the page, handle or number written to; default the account's first of the channel. */
  instance?: string;
  /** Files; the fake serves their bytes where the platform would. */
  media?: readonly FakeFile[];
  location?: { latitude: number; longitude: number; name?: string };
  /** The customer taps a button instead of typing; `text` is then ignored. */
  choice?: FakeChoice;
  /** The platform's id of the message that this one answers. */
  replyTo?: string;
}

/** What a customer does to a message that is there: `messageId` is the platform's. */
export interface FakeDeed {
  customerId: string;
  messageId: string;
  instance?: string;
  at?: number;
}

export interface FakeReceipt {
  customerId: string;
  sent: FakeSent;
  status: DeliveryStatus;
  /** With `failed`: the platform's code. */
  code?: string;
  at?: number;
}

/** Makes signed webhooks; posts nothing. */
export interface FakeWebhooks {
  say(message: FakeMessage): SignedWebhook;
  /** As few webhooks as the platform would make of these messages: one, where it batches. */
  batch(messages: readonly FakeMessage[]): SignedWebhook[];
  /** undefined where the platform reports no such status. */
  receipt(receipt: FakeReceipt): SignedWebhook | undefined;
  /** What was sent, repeated to us as the platform does; undefined where it does not. */
  echo(sent: FakeSent): SignedWebhook | undefined;
  /** A reaction put on a message, or with `emoji` left out taken back. Absent where the platform has none. */
  react?(deed: FakeDeed & { emoji?: string }): SignedWebhook;
  edit?(deed: FakeDeed & { text: string }): SignedWebhook;
  unsend?(deed: FakeDeed): SignedWebhook;
  typing?(deed: { customerId: string; instance?: string }): SignedWebhook;
  /** Any body, signed: for what the methods above cannot say. */
  sign(body: string | Buffer): SignedWebhook;
}

export interface FakePlatform {
  /** Base URL of the API once listening: the value for `account.apiUrl`. */
  readonly url: string;
  listen(): Promise<void>;
  close(): Promise<void>;
  readonly calls: readonly FakeCall[];
  readonly sent: readonly FakeSent[];
  /** Calls `listener` for each message taken; the returned function ends that. */
  onSent(listener: (sent: FakeSent) => void): () => void;
  behave(behaviour: FakeBehaviour): void;
  /** From now on it behaves. */
  forgive(): void;
  readonly webhook: FakeWebhooks;
}

export interface FakeOptions {
  /** With its secrets: the fake checks calls and signs webhooks with the newest. */
  account: Account;
  /** What the platform believes our public address to be; some sign it. */
  publicUrl: string;
  /** Where webhooks of the account really go: "http://127.0.0.1:3978/webhooks/facebook/shop". */
  webhookUrl: string;
  clock: Clock;
  /** Post a receipt for each message taken, as the platform would. Default none. */
  autoReceipts?: readonly DeliveryStatus[];
  /** Post the echo of each message taken, where the platform has echoes. Default false. */
  autoEcho?: boolean;
}

export type CreateFake = (options: FakeOptions) => FakePlatform;

/** The part of a fake that differs: how the platform answers and how it signs. */
export interface FakeParts {
  /** Checks the call as documented and answers; `take` records what the customer gets. */
  answer(call: FakeCall, take: (sent: Omit<FakeSent, "at">) => void): FakeAnswer | Promise<FakeAnswer>;
  /** The documented error shape for `behave({ status })` without a body. */
  errorBody(status: number): unknown;
  webhook: FakeWebhooks;
}

/** The fake keeps this many calls and messages, so that a simulator can run for weeks. */
const KEPT = 50_000;
/** As platforms do, a callback is posted again when it fails. */
const POST_RETRIES_MS = [100, 300, 1_000, 3_000];

/** A real HTTP server on 127.0.0.1 that plays a platform and can misbehave on demand. */
export function createFakePlatform(options: FakeOptions, parts: FakeParts): FakePlatform {
  const calls: FakeCall[] = [];
  const sent: FakeSent[] = [];
  const behaviours: { rule: FakeBehaviour; left: number }[] = [];
  const listeners = new Set<(message: FakeSent) => void>();
  const timers = new Set<NodeJS.Timeout>();
  let server: Server | undefined;
  let url = "";

  function later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  function callBack(signed: SignedWebhook | undefined, tries = 0): void {
    if (signed === undefined || server === undefined) return;
    const again = () => {
      const delayMs = POST_RETRIES_MS[tries];
      if (delayMs !== undefined && server !== undefined) later(delayMs, () => callBack(signed, tries + 1));
    };
    post(options.webhookUrl, signed).then((reply) => {
      if (reply.status >= 300) again();
    }, again);
  }

  function take(message: Omit<FakeSent, "at">): void {
    const taken: FakeSent = { ...message, at: options.clock.now() };
    keep(sent, taken);
    for (const listener of listeners) listener(taken);
    if (options.autoEcho === true) later(0, () => callBack(parts.webhook.echo(taken)));
    (options.autoReceipts ?? []).forEach((status, index) => {
      const { customerId } = taken;
      later(5 * (index + 1), () => callBack(parts.webhook.receipt({ customerId, sent: taken, status })));
    });
  }

  function nextBehaviour(call: FakeCall): FakeBehaviour | undefined {
    const index = behaviours.findIndex(({ rule }) => rule.match?.(call) ?? true);
    const found = behaviours[index];
    if (found === undefined) return undefined;
    found.left--;
    if (found.left <= 0) behaviours.splice(index, 1);
    return found.rule;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readRawRequest(request);
    const call: FakeCall = {
      method: request.method ?? "GET",
      path: raw.url,
      headers: raw.headers,
      body: raw.body.toString("utf8"),
      bytes: raw.body,
      at: options.clock.now(),
    };
    keep(calls, call);
    const rule = nextBehaviour(call);
    if (rule?.delayMs !== undefined) await new Promise<void>((resolve) => later(rule.delayMs ?? 0, resolve));
    if (rule?.drop === "before") {
      request.socket.destroy();
      return;
    }
    const answer: FakeAnswer =
      rule?.status === undefined
        ? await parts.answer(call, take)
        : { status: rule.status, body: rule.body ?? parts.errorBody(rule.status) };
    if (rule?.drop === "after") {
      request.socket.destroy();
      return;
    }
    write(response, answer, rule?.headers);
  }

  return {
    get url() {
      return url;
    },
    calls,
    sent,
    webhook: parts.webhook,
    async listen() {
      const created = createServer((request, response) => {
        serve(request, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve, reject) => {
        created.once("error", reject);
        created.listen(0, "127.0.0.1", resolve);
      });
      server = created;
      url = `http://127.0.0.1:${(created.address() as AddressInfo).port}`;
    },
    async close() {
      const closing = server;
      server = undefined;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      if (closing === undefined) return;
      await new Promise<void>((resolve) => {
        closing.close(() => resolve());
        closing.closeAllConnections();
      });
    },
    onSent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    behave(rule) {
      behaviours.push({ rule, left: rule.times ?? 1 });
    },
    forgive() {
      behaviours.length = 0;
    },
  };
}

/** Posts a signed webhook as the platform would. Throws when nobody answers. */
export async function post(
  webhookUrl: string,
  signed: SignedWebhook,
): Promise<{ status: number; body: string }> {
  const { statusCode, body } = await httpRequest(webhookUrl + (signed.path ?? ""), {
    method: signed.method,
    headers: signed.headers,
    body: signed.body,
  });
  return { status: statusCode, body: await body.text() };
}

/** What a file's address says that it is, asked as platforms ask; undefined when nobody answers. */
export async function contentTypeAt(url: string): Promise<string | undefined> {
  const reply = await httpRequest(url, { method: "HEAD" }).catch(() => undefined);
  await reply?.body.dump();
  const type = reply?.headers["content-type"];
  return reply?.statusCode === 200 && typeof type === "string" ? type : undefined;
}

/** The instance a fake's message goes to: the named one, else the first of the channel. */
export function fakeInstance(account: Account, channel: string, externalId: string | undefined) {
  const own = account.instances.filter((instance) => instance.channel === channel);
  const found =
    externalId === undefined ? own[0] : own.find((instance) => instance.externalId === externalId);
  if (found !== undefined) return found;
  throw new SwitchboardError(
    "NOT_FOUND",
    `The account "${account.id}" has no such ${channel} instance to simulate.`,
  );
}

function write(
  response: ServerResponse,
  answer: FakeAnswer,
  extra: Record<string, string> | undefined,
): void {
  const isText = typeof answer.body === "string" || Buffer.isBuffer(answer.body);
  const body = isText ? (answer.body as string | Buffer) : JSON.stringify(answer.body ?? "");
  response.writeHead(answer.status, {
    "Content-Type": isText ? "text/plain" : "application/json",
    "Content-Length": Buffer.byteLength(answer.body === undefined ? "" : body),
    ...answer.headers,
    ...extra,
  });
  response.end(answer.body === undefined ? "" : body);
}

function keep<Entry>(list: Entry[], entry: Entry): void {
  list.push(entry);
  // Half at once: shifting one at a time would cost the length of the list each time.
  if (list.length > KEPT) list.splice(0, KEPT / 2);
}
