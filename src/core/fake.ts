import type { Account, DeliveryStatus } from "./channel";
import type { Clock } from "./clock";

// What plays a platform: tests and the simulator's telephones run on it.

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
