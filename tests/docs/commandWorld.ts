import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InboundMessage } from "../../src/core/conversation";
import { SECRETS } from "../support/accounts";
import { eventually, startTestApp, type TestApp } from "../support/startApp";
import { ROOT, read } from "./parts";

/** What a page's commands find: a folder to stand in, and programs under the names that people type. */
export interface CommandWorld {
  /** Runs one line in a real shell; rejects with its output unless it ends well, or comes up where it is a server. */
  run(line: string): Promise<void>;
  close(): Promise<void>;
}

const UP = /Switchboard is running at|"msg":"ready"/;
const LONGEST_MS = 60_000;

/** Without a server, in a folder with the configuration of the README (or of the demo) applied to it. */
export async function emptyWorld(page: string): Promise<CommandWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-docs-"));
  cpSync(path.join(ROOT, "examples", "demo"), folder, { recursive: true });
  if (page !== "docs/routing.md") writeFileSync(path.join(folder, "switchboard.yaml"), readmeConfiguration());
  const world = createShell(folder, { SWITCHBOARD_DATA: path.join(folder, "data") });
  await world.run("npx switchboard config apply switchboard.yaml --force");
  await world.run("npx switchboard config export exported.yaml");
  return world;
}

/** Beside a running server with a conversation that Ana has, an offer to her, a contact and dead letters. */
export async function liveWorld(page: string): Promise<CommandWorld> {
  const test = await startTestApp();
  const folder = mkdtempSync(path.join(tmpdir(), "switchboard-docs-"));
  const { contact, ...names } = await fill(test);
  const world = createShell(folder, {
    ...names,
    SWITCHBOARD_DATA: test.folder,
    TEST_URL: test.url,
    URL: test.url,
    TOKEN: ["docs/routing.md", "docs/sign-in.md"].includes(page) ? "token-of-admin" : "token-of-ana",
  });
  return {
    run: (line) =>
      world.run(
        line
          .replace("--contact ID", `--contact ${contact}`)
          .replace("replay ID", `replay ${names.DEAD}`)
          .replace("[ … ]", "[]")
          .replace(/"expiresAt":"[^"]+"/, `"expiresAt":"${new Date(Date.now() + 86_400_000).toISOString()}"`),
      ),
    async close() {
      await world.close();
      await test.stop();
    },
  };
}

const readmeConfiguration = (): string =>
  [...read("README.md").matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map(([, text = ""]) => text)
    .find((text) => text.startsWith("accounts:")) ?? "";

async function fill(test: TestApp) {
  const first = { presence: "available" };
  await test.call("ana", "PUT", "/api/desk/presence", first);
  await test.say("sms", "+12065550149", "hello");
  await test.say("sms", "+12065550150", "hello too");
  const offers = await eventually(async () => {
    const found = await test.offers("ana");
    return found.length === 2 && found;
  }, "two offers to Ana");
  await test.call("ana", "POST", `/api/desk/offers/${offers[0]?.id}/accept`);
  await test.idle();
  const made = await test.call<{ id: string }>("ana", "POST", "/api/desk/contacts", {
    firstName: "Ada",
    lastName: "Lovelace",
  });
  const dead = await bury(test);
  return {
    contact: made.body.id,
    OFFER: offers[1]?.id ?? "",
    ID: offers[0]?.conversationId ?? "",
    DEAD: dead,
  };
}

/** Two messages that were worked become dead letters; the id of one. */
async function bury({ app, ...test }: TestApp): Promise<string> {
  const { store } = app.internals;
  const ids: string[] = [];
  for (const customer of ["+12065550151", "+12065550152"]) {
    await test.say("sms", customer, "nobody could work this");
    await test.idle();
    const { items } = await store.query<InboundMessage>("threads", "hour", {
      equals: { hour: `sms~+14252306549@${new Date().toISOString().slice(0, 13)}` },
      limit: 100,
    });
    const found = items.find(({ doc }) => doc.direction === "in" && doc.customerId === customer);
    if (found === undefined) throw new TypeError("the message is not there");
    const { doc } = found;
    const deadReason = { code: "TURN_FAILED", message: "made so by a test" };
    const dead: InboundMessage = { ...doc, status: "dead", deadAt: Date.now(), deadReason };
    await store.batch("threads", doc.threadId, [{ do: "upsert", doc: dead }], "test");
    ids.push(doc.id);
  }
  return ids[0] ?? "";
}

function createShell(folder: string, environment: Record<string, string>): CommandWorld {
  const bin = path.join(folder, ".bin");
  mkdirSync(bin);
  const node = `exec "${process.execPath}" --disable-warning=ExperimentalWarning`;
  const program = (name: string, text: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  program("npx", `shift; ${node} "${path.join(ROOT, "dist/src/cli/switchboard.js")}" "$@"`);
  program("curl", `${node} "${path.join(__dirname, "curl.js")}" "$@"`);
  program("npm", `[ "$1" = start ] || exit 64; ${node} "${path.join(ROOT, "scripts/start.mjs")}"`);
  const env = { ...SECRETS, ...environment, PATH: `${bin}:${process.env.PATH ?? ""}`, PORT: "0" };
  return {
    run: (line) => inShell(line, { cwd: folder, env }),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function inShell(line: string, options: { cwd: string; env: Record<string, string> }): Promise<void> {
  const child = spawn("/bin/sh", ["-c", line], {
    ...options,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Most read nothing, and may be over before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end("a value\n");
  let [output, isUp] = ["", false];
  const stop = () => void (child.pid !== undefined && process.kill(-child.pid, "SIGTERM"));
  const late = setTimeout(stop, LONGEST_MS);
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => {
      output += part;
      if (isUp || !UP.test(output)) return;
      isUp = true;
      stop();
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(late);
      if (code === 0 || isUp) resolve();
      else reject(new Error(`${line}\nended with ${code}: ${output}`));
    });
  });
}
