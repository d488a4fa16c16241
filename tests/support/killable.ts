import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import type { ConversationView, MessageView, OfferView } from "../../src/desk/contract";
import { PUBLIC_URL, SECRETS } from "./accounts";
import type { Platforms } from "./platforms";
import { endServer, isRunning, killServer, nextMessage, startServer } from "./serverProcess";

export interface DeliveryStats {
  turns: number;
  lost: number;
  accepted: number;
  ambiguous: number;
  resentBlind: number;
}

/** A server that may be killed and started again on the same data; callers keep calling until somebody answers. */
export interface KillableServer {
  start(killAfter?: string): Promise<void>;
  /** SIGKILL, now. */
  kill(): Promise<void>;
  running(): boolean;
  /** Resolves when the process has died by itself. */
  died(): Promise<void>;
  /** Sums over all processes so far, as far as they could be asked. */
  stats(): Promise<DeliveryStats & { backlog: number }>;
  /** Calls the API as an agent until it answers; 5xx and no answer count as none. */
  call<T = unknown>(
    agent: string,
    method: "GET" | "POST" | "PUT",
    route: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }>;
  /** An agent's desk connects; the returned function closes it. */
  connect(agent: string): Promise<() => void>;
  /** Time passes for the process that runs now; the next has the real time again. */
  skip(ms: number): void;
  stop(): Promise<void>;
}

export async function createKillableServer(
  platforms: Platforms,
  configuration: string,
): Promise<KillableServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-kill-"));
  let child: ChildProcess | undefined;
  let url = "";
  let starting: Promise<void> = Promise.resolve();
  let stopped = false;

  async function launch(killAfter: string | undefined): Promise<void> {
    const started = startServer({
      NODE_ENV: "test",
      PORT: "0",
      PUBLIC_URL,
      SWITCHBOARD_DATA: folder,
      TEST_CONFIGURATION: configuration,
      KILL_AFTER: killAfter ?? "",
      ...SECRETS,
      ...platforms.environment,
    });
    child = started.child;
    const said = await started.url;
    if (said === undefined) return;
    url = said;
    platforms.serve(url);
  }

  return {
    start(killAfter) {
      starting = launch(killAfter);
      return starting;
    },
    async kill() {
      if (child !== undefined) await killServer(child);
    },
    running: () => child !== undefined && isRunning(child),
    async died() {
      if (child !== undefined && isRunning(child)) await once(child, "exit");
      // After the test its process is another's.
      if (stopped) await new Promise(() => {});
    },
    async stats() {
      if (child === undefined) throw new TypeError("not started");
      const { stats, backlog } = await askStats(child);
      return { ...stats, backlog: Object.values(backlog).reduce((sum, count) => sum + count, 0) };
    },
    call: (agent, method, route, body) =>
      callUntilAnswered(
        async () => {
          await starting;
          return url;
        },
        { agent, method, route, body },
      ),
    async connect(agent) {
      const { body } = await request(`${url}/api/desk/events`, {
        headers: { authorization: `Bearer token-of-${agent}` },
      });
      body.on("error", () => {});
      body.resume();
      return () => void body.destroy();
    },
    skip(ms) {
      child?.send({ skipMs: ms });
    },
    async stop() {
      stopped = true;
      if (child !== undefined) await endServer(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The figures of one process. Rejects when it ends instead. */
export async function askStats(
  child: ChildProcess,
): Promise<{ stats: DeliveryStats; backlog: Record<string, number> }> {
  const reply = nextMessage<{ stats: DeliveryStats; backlog: Record<string, number> }>(child, "stats");
  child.send("stats");
  return (await reply) ?? Promise.reject(new TypeError("it ended"));
}

/** An agent who takes every offer, answers every customer message once, and never tires. */
export function startAgent(
  server: Pick<KillableServer, "call">,
  agent: string,
  options: { answer: (message: MessageView) => string; done: () => boolean },
) {
  const answered = new Set<string>();
  /** Versions of conversations in which nothing was left to answer: reading them again would tell nothing new. */
  const done = new Map<string, number>();

  async function answerAll(conversation: ConversationView): Promise<void> {
    if (conversation.state === "waiting")
      await server.call(agent, "POST", `/api/desk/conversations/${conversation.id}/open`);
    const { body } = await server.call<{ items: MessageView[] }>(
      agent,
      "GET",
      `/api/desk/conversations/${conversation.id}/messages?limit=200`,
    );
    let left = 0;
    for (const message of body.items ?? []) {
      if (message.direction !== "in" || answered.has(message.id) || !message.text.startsWith("agent:"))
        continue;
      const reply = await server.call<MessageView>(
        agent,
        "POST",
        `/api/desk/conversations/${conversation.id}/messages`,
        { text: options.answer(message), clientId: message.id },
      );
      if (reply.status === 201) answered.add(message.id);
      else left += 1;
    }
    if (left === 0) done.set(conversation.id, conversation.version);
  }

  async function work(): Promise<void> {
    await server.call(agent, "PUT", "/api/desk/presence", { presence: "available" });
    while (!options.done()) {
      const offers = await server.call<{ items: OfferView[] }>(agent, "GET", "/api/desk/offers");
      for (const offer of offers.body.items ?? [])
        await server.call(agent, "POST", `/api/desk/offers/${offer.id}/accept`);
      const mine = await server.call<{ items: ConversationView[] }>(
        agent,
        "GET",
        `/api/desk/conversations?agent=${agent}&limit=200`,
      );
      for (const conversation of mine.body.items ?? [])
        if (conversation.holder === "agent" && done.get(conversation.id) !== conversation.version)
          await answerAll(conversation);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  return { finished: work(), answered };
}

/** Calls the API as an agent until it answers; 5xx and no answer count as none. */
export async function callUntilAnswered<T>(
  serverUrl: () => Promise<string> | string,
  {
    agent,
    method,
    route,
    body,
  }: { agent: string; method: "GET" | "POST" | "PUT"; route: string; body: unknown },
): Promise<{ status: number; body: T }> {
  for (;;) {
    const reply = await request((await serverUrl()) + route, {
      method,
      headers: {
        authorization: `Bearer token-of-${agent}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    const text = await reply?.body.text().catch(() => undefined);
    if (reply !== undefined && text !== undefined && reply.statusCode < 500)
      return { status: reply.statusCode, body: (text === "" ? undefined : JSON.parse(text)) as T };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
