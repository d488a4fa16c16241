import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request as httpRequest } from "undici";
import type { Account } from "../../core/channel";
import { SwitchboardError } from "../../core/errors";
import type {
  FakeAnswer,
  FakeBehaviour,
  FakeCall,
  FakeOptions,
  FakePlatform,
  FakeSent,
  FakeWebhooks,
  SignedWebhook,
} from "../../core/fake";
import { readRawRequest } from "./rawBody";

export type * from "../../core/fake";

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
