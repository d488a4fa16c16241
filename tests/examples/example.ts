import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import { startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import type { ConversationView, MessageView, OfferView } from "../../src/desk/contract";
import type { PhoneMessage, PhoneSay, PhoneState } from "../../src/simulator/contract";
import { ROOT } from "../docs/parts";
import { eventually } from "../support/startApp";

export interface RunningExample {
  url: string;
  /** Of the configuration's agents, as their owner finds them printed at the start. */
  tokens: ReadonlyMap<string, string>;
  /** Somebody types on a telephone. */
  say(channel: string, said: Omit<Partial<PhoneSay>, "customerId">, customerId?: string): Promise<void>;
  /** Waits for what the telephone gets next: so many texts, in order. */
  hears(channel: string, count: number, customerId?: string): Promise<string[]>;
  /** All that stands on a telephone. */
  shown(channel: string): Promise<PhoneMessage[]>;
  call<T = unknown>(agent: string, method: "GET" | "POST" | "PUT", route: string, body?: unknown): Promise<T>;
  /** What is offered to an agent who is available; taken. */
  accept(agent: string): Promise<ConversationView>;
  conversations(agent: string): Promise<ConversationView[]>;
  messages(agent: string, id: string): Promise<MessageView[]>;
  stop(): Promise<void>;
}

const FIRST: Readonly<Record<string, string>> = {
  facebook: "6001",
  sms: "+12065550147",
  telegram: "1",
};

/** An example as `npm start` runs it, on a free port and with an empty store. `file` left out: the demo. */
export async function startExample(
  file?: string,
  options: { environment?: Record<string, string>; configuration?: string } = {},
): Promise<RunningExample> {
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-example-"));
  const config = loadConfig({
    PORT: "0",
    SWITCHBOARD_DATA: folder,
    ...(file === undefined ? {} : { SWITCHBOARD_CONFIG: path.join(ROOT, file) }),
    ...options.environment,
  });
  const app = await startApp(config, {
    log: silentLog,
    ...(options.configuration === undefined ? {} : { configuration: options.configuration }),
  });
  const tokens = new Map((app.demo ?? []).map(({ id, token }) => [id, token]));
  const heard = new Map<string, number>();

  async function send<T>(method: string, route: string, body?: unknown, token?: string): Promise<T> {
    const reply = await request(app.url + route, {
      method: method as "GET",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.body.text();
    if (reply.statusCode >= 300) throw new TypeError(`${method} ${route}: ${reply.statusCode} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
  const call: RunningExample["call"] = (agent, method, route, body) =>
    send(method, route, body, tokens.get(agent));
  const shown = async (channel: string) =>
    (await send<PhoneState>("GET", "/api/phone")).messages.filter((message) => message.channel === channel);

  return {
    url: app.url,
    tokens,
    call,
    shown,
    async say(channel, said, customerId = FIRST[channel] ?? "1") {
      const body = { customerId, text: "", ...said };
      const { webhookStatus } = await send<PhoneMessage>("POST", `/api/phone/${channel}/messages`, body);
      if (webhookStatus !== 200) throw new TypeError(`the webhook answered ${webhookStatus}`);
    },
    async hears(channel, count, customerId = FIRST[channel] ?? "1") {
      const key = `${channel} ${customerId}`;
      const from = heard.get(key) ?? 0;
      let texts: string[] = [];
      await eventually(async () => {
        const all = await shown(channel);
        texts = all
          .filter((one) => one.direction === "in" && one.customerId === customerId)
          .map(({ text }) => text)
          .slice(from);
        return texts.length >= count;
      }, `${count} texts on ${channel}`);
      heard.set(key, from + texts.length);
      return texts;
    },
    async accept(agent) {
      const offers = async () => (await call<{ items: OfferView[] }>(agent, "GET", "/api/desk/offers")).items;
      const offer = await eventually(async () => (await offers())[0], `an offer for ${agent}`);
      await call(agent, "POST", `/api/desk/offers/${offer.id}/accept`);
      return call(agent, "GET", `/api/desk/conversations/${offer.conversationId}`);
    },
    conversations: async (agent) =>
      (await call<{ items: ConversationView[] }>(agent, "GET", "/api/desk/conversations")).items,
    messages: async (agent, id) =>
      (await call<{ items: MessageView[] }>(agent, "GET", `/api/desk/conversations/${id}/messages?limit=200`))
        .items,
    async stop() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
