import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { buildConfiguration } from "../support/accounts";
import { type Cluster, startCluster } from "../support/cluster";
import { startAgent } from "../support/killable";
import {
  assertTranscripts,
  assertWithAgents,
  CUSTOMERS_EACH,
  doubles,
  MESSAGES_EACH,
  REPEATING_FLOW,
  readAll,
  type Said,
  speakAll,
  untilAnswered,
} from "../support/killLoad";
import { CHANNEL_NAMES, type Platforms, startPlatforms } from "../support/platforms";
import { eventually } from "../support/startApp";

/** Short, so that a pause can outlast it. */
const LEASE_MS = 3_000;
const DOUBLE = path.join(__dirname, "..", "support", "cosmosDouble", "main.js");

/** The database as a process of its own, for all servers. */
async function startDatabase(): Promise<{ environment: Record<string, string>; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [DOUBLE, "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  assert.ok(child.stdout);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url, key, database } = JSON.parse(line) as { url: string; key: string; database: string };
  return {
    environment: {
      SWITCHBOARD_STORE: "cosmos",
      COSMOS_ENDPOINT: url,
      COSMOS_KEY: key,
      COSMOS_DATABASE: database,
    },
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

describe("several servers on one Cosmos DB", function () {
  this.timeout(240_000);
  let platforms: Platforms;
  let database: Awaited<ReturnType<typeof startDatabase>>;
  let cluster: Cluster;
  const undo: (() => Promise<void>)[] = [];

  async function open(servers: number): Promise<void> {
    platforms = await startPlatforms({ autoReceipts: ["delivered", "read"], autoEcho: true });
    undo.push(() => platforms.close());
    database = await startDatabase();
    undo.push(() => database.stop());
    cluster = await startCluster({
      platforms,
      configuration: buildConfiguration({ helper: "first", flow: REPEATING_FLOW, capacity: 100 }),
      environment: database.environment,
      servers,
      leaseMs: LEASE_MS,
    });
    undo.push(() => cluster.stop());
    // All at once: each applies the same configuration.
    await Promise.all(Array.from({ length: servers }, (_, index) => cluster.start(index)));
  }
  afterEach(async () => {
    // Whatever was opened, also when the rest could not be.
    for (const step of undo.splice(0).reverse()) await step();
  });

  /** Load on all channels while `trouble` happens; then everything must be as if nothing had. */
  async function survive(trouble: (isOver: () => boolean) => Promise<number>): Promise<void> {
    const acknowledged: Said[] = [];
    let loaded = false;
    let over = false;
    const agents = ["ana", "ben"].map((agent) =>
      startAgent(cluster, agent, { answer: (message) => `re ${message.text}`, done: () => over }),
    );
    const load = speakAll(platforms, acknowledged).then(() => {
      loaded = true;
    });
    const strikes = await trouble(() => loaded);
    await load;
    assert.equal(acknowledged.length, CHANNEL_NAMES.length * CUSTOMERS_EACH * MESSAGES_EACH);
    await untilAnswered(platforms, acknowledged);
    over = true;
    await Promise.all(agents.map(({ finished }) => finished));
    await eventually(async () => (await cluster.stats()).backlog === 0, "nothing left in flight", 60_000);

    const all = await readAll(cluster);
    assertTranscripts(all, acknowledged);
    assertWithAgents(all);
    const twice = doubles(platforms);
    const { ambiguous, resentBlind, turns, lost } = await cluster.stats();
    assert.ok(
      twice.length <= strikes * CUSTOMERS_EACH * CHANNEL_NAMES.length,
      `${twice.length} doubles: ${twice.join("; ")}`,
    );
    process.stdout.write(
      `      ${strikes} strikes, ${acknowledged.length} acknowledged, 0 lost, ${twice.length} doubled (${ambiguous} doubtful sends, ${resentBlind} sent again blindly; ${Math.round((lost / Math.max(1, turns)) * 1000)} of 1,000 turns done again; as far as the living know)\n`,
    );
  }

  it("work as one when nothing happens", async () => {
    await open(2);
    await survive(async () => 0);
    assert.deepEqual(doubles(platforms), []);
  });

  it("make one conversation of fifty simultaneous first messages, and one message of fifty repeats", async () => {
    await open(2);
    const customerId = "+12065550166";
    const { say } = platforms.sms.webhook;
    const texts = Array.from({ length: 50 }, (_, n) => `first ${n}`);
    const signed = [
      ...texts.map((text) => say({ customerId, text })),
      ...Array.from({ length: 50 }, () => say({ customerId, text: "again", id: `SM${"7".repeat(32)}` })),
    ];
    await Promise.all(
      signed.map(async (one) => {
        while ((await platforms.post("sms", one)) !== 200)
          await new Promise((resolve) => setTimeout(resolve, 20));
      }),
    );
    await eventually(async () => (await cluster.stats()).backlog === 0, "nothing left in flight", 60_000);
    const all = await eventually(async () => {
      const found = await readAll(cluster);
      const count = found[0]?.messages.filter(({ direction }) => direction === "in").length ?? 0;
      return count >= 51 ? found : undefined;
    }, "all messages in the transcript");
    assert.equal(all.length, 1);
    const inbound = all[0]?.messages.filter(({ direction }) => direction === "in") ?? [];
    assert.deepEqual(inbound.map(({ text }) => text).sort(), [...texts, "again"].sort());
    assert.equal(new Set(inbound.map(({ seq }) => seq)).size, 51);
  });

  it("lose nothing when one of two is killed again and again", async () => {
    await open(2);
    await survive(async () => {
      for (let strike = 0; strike < 6; strike++) {
        await new Promise((resolve) => setTimeout(resolve, 300 + ((strike * 173) % 400)));
        await cluster.kill(strike % 2);
        await cluster.start(strike % 2);
      }
      return 6;
    });
  });

  it("lose nothing when one of four is stopped past its lease and goes on", async () => {
    await open(4);
    await survive(async () => {
      for (let strike = 0; strike < 3; strike++) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        cluster.pause(strike % 4);
        await new Promise((resolve) => setTimeout(resolve, LEASE_MS * 1.5));
        cluster.resume(strike % 4);
      }
      return 3;
    });
  });
});
