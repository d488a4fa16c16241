import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { PUBLIC_URL, SECRETS } from "./accounts";
import { askStats, callUntilAnswered, type DeliveryStats, type KillableServer } from "./killable";
import type { Platforms } from "./platforms";
import { endServer, isRunning, killServer, startServer } from "./serverProcess";

interface Member {
  child: ChildProcess;
  url: string;
  folder: string;
  paused: boolean;
}

/** Several servers on one store behind a proxy that asks them in turn. */
export interface Cluster extends Pick<KillableServer, "call"> {
  /** Starts server `index`, or starts it again. */
  start(index: number): Promise<void>;
  /** SIGKILL. */
  kill(index: number): Promise<void>;
  /** SIGSTOP: it holds everything it had, and answers nobody. */
  pause(index: number): void;
  /** SIGCONT. */
  resume(index: number): void;
  /** Sums over the servers that run. */
  stats(): Promise<DeliveryStats & { backlog: number }>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;

export async function startCluster(options: {
  platforms: Platforms;
  configuration: string;
  /** Points the servers at the store. */
  environment: Record<string, string>;
  servers: number;
  leaseMs: number;
}): Promise<Cluster> {
  const members: (Member | undefined)[] = Array.from({ length: options.servers });
  const agent = new Agent({ connections: 64 });
  let next = 0;

  const isUp = (member: Member | undefined): member is Member =>
    member !== undefined && !member.paused && isRunning(member.child);

  async function forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const up = members.filter(isUp);
    const member = up[next++ % Math.max(1, up.length)];
    if (member === undefined) return void response.writeHead(503).end();
    const { host: _host, connection: _connection, "transfer-encoding": _te, ...headers } = incoming.headers;
    const method = incoming.method ?? "GET";
    const reply = await request(member.url + (incoming.url ?? "/"), {
      method: method as "GET",
      headers: headers as Record<string, string>,
      dispatcher: agent,
      headersTimeout: PATIENCE_MS,
      ...(method === "GET" ? {} : { body: Buffer.concat(parts) }),
    });
    const body = Buffer.from(await reply.body.arrayBuffer());
    response.writeHead(reply.statusCode, {
      "content-type": String(reply.headers["content-type"] ?? "text/plain"),
    });
    response.end(body);
  }

  const proxy = createServer((incoming, response) => {
    forward(incoming, response).catch(() => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  options.platforms.serve(url);

  async function launch(index: number): Promise<void> {
    const folder = members[index]?.folder ?? mkdtempSync(path.join(tmpdir(), "switchboard-cluster-"));
    const { child, url: listening } = startServer({
      NODE_ENV: "test",
      PORT: "0",
      PUBLIC_URL,
      SWITCHBOARD_DATA: folder,
      TEST_CONFIGURATION: options.configuration,
      TEST_LEASE_MS: String(options.leaseMs),
      ...SECRETS,
      ...options.platforms.environment,
      ...options.environment,
    });
    const url = await listening;
    if (url === undefined) throw new Error(`server ${index} ended before it listened`);
    members[index] = { child, url, folder, paused: false };
  }

  return {
    start: launch,
    async kill(index) {
      const member = members[index];
      if (member !== undefined) await killServer(member.child);
    },
    pause(index) {
      const member = members[index];
      if (member === undefined) return;
      member.paused = true;
      member.child.kill("SIGSTOP");
    },
    resume(index) {
      const member = members[index];
      if (member === undefined) return;
      member.child.kill("SIGCONT");
      member.paused = false;
    },
    async stats() {
      const sum = { turns: 0, lost: 0, accepted: 0, ambiguous: 0, resentBlind: 0, backlog: 0 };
      for (const { child } of members.filter(isUp)) {
        const { stats, backlog } = await askStats(child);
        sum.turns += stats.turns;
        sum.lost += stats.lost;
        sum.accepted += stats.accepted;
        sum.ambiguous += stats.ambiguous;
        sum.resentBlind += stats.resentBlind;
        sum.backlog += Object.values(backlog).reduce((total, count) => total + count, 0);
      }
      return sum;
    },
    call: (agent, method, route, body) => callUntilAnswered(() => url, { agent, method, route, body }),
    async stop() {
      await Promise.all(
        members.map(async (member) => {
          if (member === undefined) return;
          member.child.kill("SIGCONT");
          await endServer(member.child);
          rmSync(member.folder, { recursive: true, force: true });
        }),
      );
      await agent.close();
      proxy.closeAllConnections();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
