import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import { type App, type AppOverrides, startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import type { ConversationView, MessageView, OfferView } from "../../src/desk/contract";
import { buildConfiguration, PUBLIC_URL, SECRETS } from "./accounts";
import { type ChannelName, type Platforms, startPlatforms } from "./platforms";

export interface TestApp {
  app: App;
  url: string;
  folder: string;
  platforms: Platforms;
  /** Calls the API as an agent ("ana"); the reply with its parsed body. */
  call<T = unknown>(
    agent: string,
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T; headers: Record<string, unknown> }>;
  /** A customer writes: signed, posted, its HTTP status. */
  say(
    channel: ChannelName,
    customerId: string,
    text: string,
    more?: { id?: string; at?: number; name?: string },
  ): Promise<number>;
  conversations(agent: string, query?: string): Promise<ConversationView[]>;
  messages(agent: string, conversationId: string): Promise<MessageView[]>;
  offers(agent: string): Promise<OfferView[]>;
  /** Resolves when no turn, effect or send is under way; fails after `withinMs`, 15 s when left out. */
  idle(withinMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestAppOptions extends AppOverrides {
  platforms?: Platforms;
  folder?: string;
  environment?: Record<string, string>;
}

/** The whole server on a free port, with the simulated platforms over HTTP. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const platforms = options.platforms ?? (await startPlatforms());
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), "switchboard-"));
  const config = loadConfig({
    NODE_ENV: "test",
    PORT: "0",
    PUBLIC_URL,
    SWITCHBOARD_DATA: folder,
    ...SECRETS,
    ...platforms.environment,
    ...options.environment,
  });
  const app = await startApp(config, { log: silentLog, configuration: buildConfiguration(), ...options });
  platforms.serve(app.url);

  const call: TestApp["call"] = async (agent, method, route, body) => {
    const reply = await request(app.url + route, {
      method,
      headers: {
        authorization: `Bearer token-of-${agent}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.body.text();
    return {
      status: reply.statusCode,
      body: (text === "" ? undefined : JSON.parse(text)) as never,
      headers: reply.headers,
    };
  };
  const list = async <T>(agent: string, route: string): Promise<T[]> =>
    (await call<{ items: T[] }>(agent, "GET", route)).body.items;

  return {
    app,
    url: app.url,
    folder,
    platforms,
    call,
    say: (channel, customerId, text, more = {}) =>
      platforms.post(channel, platforms[channel].webhook.say({ customerId, text, ...more })),
    conversations: (agent, query = "") => list(agent, `/api/desk/conversations${query}`),
    messages: (agent, id) => list(agent, `/api/desk/conversations/${id}/messages?limit=200`),
    offers: (agent) => list(agent, "/api/desk/offers"),
    async idle(withinMs) {
      const done = () => Object.values(app.internals.pipeline.backlog()).every((count) => count === 0);
      await eventually(done, "all work done", withinMs);
    },
    async stop() {
      await app.stop();
      if (options.platforms === undefined) await platforms.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until `check` gives something, looking again at every turn of the event loop's timers; fails after `withinMs`. */
export async function eventually<T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  withinMs = 15_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
