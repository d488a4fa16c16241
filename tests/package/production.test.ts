import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { request } from "undici";
import { systemClock } from "../../src/core/clock";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { COSMOS_CONTAINERS } from "../../src/storage/cosmos/containers";
import { readFiles } from "../deployment/files";
import { buildConfiguration, ECHO_FLOW, PUBLIC_URL, SECRETS } from "../support/accounts";
import { deploy } from "../support/arm/deployment";
import { IDENTITY } from "../support/arm/runtime";
import { type BlobDouble, startBlobDouble } from "../support/blobDouble/blobDouble";
import { type CosmosDouble, startCosmosDouble } from "../support/cosmosDouble/double";
import { type Platforms, startPlatforms } from "../support/platforms";
import { createSelfSigned } from "../support/selfSigned";
import { eventually } from "../support/startApp";
import { type IdentityDouble, startIdentityDouble } from "../support/vaultDouble/identityDouble";
import { type Started, type Unpacked, unpackZip } from "./unpacked";

/** The site as the template makes it: its command, its settings, and how long App Service lets it stop. */
const SITE = deploy(readFiles().template, {}).resources;
const bodyOf = (type: string, name: RegExp) =>
  SITE.find((resource) => resource.type === type && name.test(resource.name))?.body.properties;
const { siteConfig } = bodyOf("Microsoft.Web/sites", /./) as { siteConfig: { appCommandLine: string } };
const SETTINGS = bodyOf("Microsoft.Web/sites/config", /\/appsettings$/) as Record<string, string>;
const WORDS = siteConfig.appCommandLine.split(" ").slice(1);
const STOP_MS = Number(SETTINGS.WEBSITES_CONTAINER_STOP_TIME_LIMIT) * 1000;
/** What `App.stop` promises. */
const OWN_STOP_MS = 10_000;

/** The other tests' is too short for production. */
const SAM_TOKEN = "token-of-sam-in-production";

describe("the unpacked package", function () {
  this.timeout(120_000);
  let unpacked: Unpacked;
  before(async () => {
    unpacked = await unpackZip();
  });
  after(() => unpacked?.remove());

  describe("in production, as App Service runs it", () => {
    let platforms: Platforms;
    let cosmos: CosmosDouble;
    let blobs: BlobDouble;
    let identity: IdentityDouble;
    let environment: Record<string, string>;
    let running: Started | undefined;
    let asUnpacked: string[];
    let hasRole = false;

    before(async () => {
      asUnpacked = unpacked.state();
      platforms = await startPlatforms();
      const tls = createSelfSigned();
      // As after a deployment that broke off: an account without a database, and an identity without its role there.
      cosmos = await startCosmosDouble({ clock: systemClock, tls });
      blobs = await startBlobDouble({ tls });
      const add = (token: string) => {
        blobs.tokens.add(token);
        if (hasRole) cosmos.account.access.tokens.add(token);
        return blobs.tokens;
      };
      identity = await startIdentityDouble({ tokens: { add } });
      identity.assigned.add(IDENTITY.clientId);
      environment = {
        ...SETTINGS,
        ...SECRETS,
        SAM_TOKEN,
        ...platforms.environment,
        ...identity.environment,
        WEBSITE_SITE_NAME: "switchboard",
        PORT: "0",
        HOST: "127.0.0.1",
        PUBLIC_URL,
        SWITCHBOARD_DATA: unpacked.data,
        SWITCHBOARD_CONFIG: write(
          "switchboard.json",
          buildConfiguration({ helper: "only", flow: ECHO_FLOW }),
        ),
        COSMOS_ENDPOINT: cosmos.url,
        MEDIA_URL: `${blobs.origin}/account/media`,
        NODE_EXTRA_CA_CERTS: write("ca.pem", tls.cert),
      };
    });
    afterEach(() => void running?.child.kill("SIGKILL"));
    after(async () => {
      await Promise.all([platforms.close(), cosmos.close(), blobs.close(), identity.close()]);
    });

    function createContainers(database: string): void {
      for (const container of COSMOS_CONTAINERS) cosmos.account.create(database, container as never);
    }

    function write(name: string, content: string): string {
      const file = path.join(path.dirname(unpacked.folder), name);
      writeFileSync(file, content);
      chmodSync(file, 0o644);
      return file;
    }

    function start(more: Record<string, string> = {}): Started {
      running = unpacked.start(WORDS, { ...environment, ...more });
      return running;
    }

    async function refused(more: Record<string, string>): Promise<string> {
      const started = start(more);
      assert.equal(await started.ended, 1, started.output());
      return started.output();
    }

    async function get<T>(url: string, token?: string): Promise<{ status: number; body: T }> {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const reply = await request(url, { headers });
      const text = await reply.body.text();
      const isJson = /json/.test(String(reply.headers["content-type"]));
      return { status: reply.statusCode, body: (isJson ? JSON.parse(text) : text) as T };
    }

    const say = (text: string) =>
      platforms.post("facebook", platforms.facebook.webhook.say({ customerId: "555", text }));
    const answers = () => platforms.facebook.sent.map(({ text }) => text);

    async function stored(url: string): Promise<MessageView[]> {
      const token = SAM_TOKEN;
      const { body } = await get<{ items: ConversationView[] }>(`${url}/api/desk/conversations`, token);
      const route = `/api/desk/conversations/${body.items[0]?.id}/messages?limit=200`;
      return (await get<{ items?: MessageView[] }>(url + route, token)).body.items ?? [];
    }

    it("refuses all that only development may do, at once and by name", async () => {
      const output = await refused({
        NODE_ENV: "",
        PUBLIC_URL: "http://desk.example",
        SWITCHBOARD_STORE: "local",
        SWITCHBOARD_SECRETS: "file",
        SWITCHBOARD_DATA: "/home/data",
        MEDIA_URL: "",
        TRUST_PROXY_HOPS: "0",
      });
      assert.match(output, /^Switchboard cannot start \(SETTING_INVALID\): Settings have faults:\n/);
      for (const name of [
        "NODE_ENV",
        "SWITCHBOARD_STORE",
        "SWITCHBOARD_SECRETS",
        "MEDIA_URL",
        "SWITCHBOARD_DATA",
      ])
        assert.match(output, new RegExp(`^ {2}${name}: `, "m"));
      assert.match(await refused({ PUBLIC_URL: "http://desk.example" }), /^ {2}PUBLIC_URL: must be https/m);
    });

    it("says when it cannot write where it is told to", async () => {
      const inside = path.join(unpacked.folder, "data");
      assert.match(await refused({ SWITCHBOARD_DATA: inside }), /SWITCHBOARD_DATA: .* cannot be written/);
    });

    it("says what a deployment that broke off has left undone, and starts once it was repeated", async () => {
      assert.match(await refused({}), /STORE_DENIED/);
      hasRole = true;
      assert.match(await refused({}), /STORE_INCOMPLETE/);
      createContainers(SETTINGS.COSMOS_DATABASE ?? "");
      const started = start();
      const { url } = await started.ready();
      assert.equal((await get(`${url}/readyz`)).status, 200);
      // A start that was broken off right here is repeated as well: the same configuration, nothing doubled.
      started.child.kill("SIGKILL");
      await started.ended;
      const next = start();
      assert.equal((await get(`${(await next.ready()).url}/readyz`)).status, 200);
    });

    it("refuses the demo, whose secrets a terminal has shown", async () => {
      const demo = path.join(unpacked.folder, "examples", "demo", "switchboard.yaml");
      createContainers("shown");
      const output = await refused({ SWITCHBOARD_CONFIG: demo, COSMOS_DATABASE: "shown" });
      assert.match(output, /CONFIG_INVALID/);
      assert.match(output, /simulated account is for development/);
      assert.match(output, /file:demo-ana-token is the demo's/);
    });

    it("answers a signed webhook, stores both messages, and has nothing open that development has", async () => {
      const { url } = await start().ready();
      platforms.serve(url);
      assert.equal(await say("hello"), 200);
      await eventually(() => answers().includes("You said: hello"), "the answer");
      const messages = await eventually(async () => {
        const found = await stored(url);
        return found.length === 2 && found[1]?.status === "accepted" && found;
      }, "both messages stored");
      assert.deepEqual(
        messages.map(({ direction, text }) => [direction, text]),
        [
          ["in", "hello"],
          ["out", "You said: hello"],
        ],
      );
      const forged = platforms.facebook.webhook.say({ customerId: "556", text: "forged" });
      forged.headers["x-hub-signature-256"] = `sha256=${"0".repeat(64)}`;
      assert.equal(await platforms.post("facebook", forged), 401);

      assert.equal((await get(`${url}/desk`)).status, 200);
      assert.equal((await get(`${url}/phone`)).status, 404);
      assert.equal((await get(`${url}/metrics`)).status, 401);
      const open = await request(`${url}/api/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "message", text: "hi" }),
      });
      await open.body.dump();
      assert.equal(open.statusCode, 404);
      const output = running?.output() ?? "";
      assert.ok(!output.includes("#token=") && !output.includes("hello"), output);
    });

    it("finishes what is in flight on SIGTERM, ends with 0 within App Service's limit, and doubles nothing", async () => {
      const { url } = await start().ready();
      platforms.serve(url);
      platforms.facebook.behave({ delayMs: 1_500, match: ({ body }) => body.includes("You said: last") });
      assert.equal(await say("last"), 200);
      await eventually(
        () => platforms.facebook.calls.some(({ body }) => body.includes("You said: last")),
        "the call",
      );
      const begun = performance.now();
      running?.child.kill("SIGTERM");
      assert.equal(await running?.ended, 0, running?.output());
      const tookMs = performance.now() - begun;
      assert.ok(tookMs > 1_000 && tookMs < OWN_STOP_MS && OWN_STOP_MS < STOP_MS / 2, `${tookMs} ms`);
      assert.ok(answers().includes("You said: last"));
      assert.equal(await say("nobody hears"), 0);

      const again = await start().ready();
      const messages = await stored(again.url);
      const last = messages.at(-1);
      assert.deepEqual([last?.text, last?.status], ["You said: last", "accepted"]);
      assert.equal(answers().filter((text) => text === "You said: last").length, 1);
    });

    it("heeds a SIGTERM while it still starts", async () => {
      cosmos.faults.add({ kind: "wait", waitMs: 700, times: 3 });
      cosmos.seen.length = 0;
      const started = start();
      await eventually(() => cosmos.seen.length > 0, "it asks the store");
      started.child.kill("SIGTERM");
      assert.equal(await started.ended, 0, started.output());
      cosmos.faults.clear();
    });

    it("writes nothing into its own folder", () => {
      assert.deepEqual(unpacked.state(), asUnpacked);
    });
  });

  describe("without any settings", () => {
    it("runs the demo on the embedded store, beside its read-only folder", async () => {
      const started = unpacked.start(WORDS, {
        PORT: "0",
        SWITCHBOARD_DATA: path.join(unpacked.data, "demo"),
        PUBLIC_URL: "http://127.0.0.1:9",
      });
      try {
        const { url } = await started.ready();
        const reply = await request(`${url}/phone`);
        await reply.body.dump();
        assert.equal(reply.statusCode, 200);
        started.child.kill("SIGTERM");
        assert.equal(await started.ended, 0, started.output());
      } finally {
        started.child.kill("SIGKILL");
      }
    });
  });
});
