import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer as createRestify, plugins, type Server as Restify } from "restify";
import { request } from "undici";
import { silentLog } from "../src/core/log";
import { createSwitchboard, type Switchboard, type SwitchboardOptions } from "../src/switchboard";
import { buildConfiguration, ECHO_FLOW, PUBLIC_URL, SECRETS } from "./support/accounts";
import { type Platforms, sentOn, startPlatforms } from "./support/platforms";
import { eventually } from "./support/startApp";

const CONFIGURATION = buildConfiguration({ helper: "first", flow: ECHO_FLOW });

describe("createSwitchboard", function () {
  this.timeout(60_000);
  let platforms: Platforms;
  let folder: string;
  let switchboard: Switchboard;
  let url: string;
  let close: () => Promise<unknown>;

  beforeEach(async () => {
    platforms = await startPlatforms();
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-"));
  });
  afterEach(async () => {
    await switchboard.stop();
    await close();
    await platforms.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(publicUrl = PUBLIC_URL, more: SwitchboardOptions = {}): Promise<void> {
    switchboard = await createSwitchboard({
      settings: {
        NODE_ENV: "test",
        PUBLIC_URL: publicUrl,
        SWITCHBOARD_DATA: folder,
        ...SECRETS,
        ...platforms.environment,
      },
      configuration: { text: CONFIGURATION },
      log: silentLog,
      ...more,
    });
  }

  async function listen(server: Server): Promise<void> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    platforms.serve(url);
    close = () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
  }

  /** What comes after us in the host. */
  function listenPlain(): Promise<void> {
    return listen(
      createServer((incoming, response) => {
        switchboard
          .handle(incoming, response, () => {
            response.statusCode = 418;
            response.end(`the host: ${incoming.url}`);
          })
          .catch(assert.ifError);
      }),
    );
  }

  function listenRestify(before: (server: Restify) => void = () => {}): Promise<Restify> {
    const host = createRestify({ name: "host" });
    before(host);
    host.pre((incoming, response, next) => {
      switchboard
        .handle(incoming, response)
        .then((answered) => next(answered ? false : undefined))
        .catch(next);
    });
    host.get("/", (_request, response, next) => {
      response.send(200, "the host's own page");
      next();
    });
    return listen(host.server as Server).then(() => host);
  }

  const get = async (at: string, method: "GET" | "POST" | "DELETE" = "GET") => {
    const { statusCode, body } = await request(url + at, { method });
    return { status: statusCode, text: await body.text() };
  };
  const say = (text: string) =>
    platforms.post("sms", platforms.sms.webhook.say({ customerId: "+12065550100", text }));
  const answers = () => sentOn(platforms, "sms").map(({ text }) => text);

  it("answers a signed webhook in a plain http server, and leaves the host its own paths", async () => {
    await create();
    await listenPlain();
    await switchboard.start();
    assert.equal(await say("hello"), 200);
    await eventually(() => answers()[0], "the helper's answer");
    assert.deepEqual(answers(), ["You said: hello"]);
    for (const own of ["/", "/api/orders", "/desks", "/media"])
      assert.deepEqual(await get(own), { status: 418, text: `the host: ${own}` });
  });

  it("serves the desk, its files and its API", async () => {
    await create();
    await listenPlain();
    await switchboard.start();
    const page = await get("/desk");
    assert.equal(page.status, 200);
    const [, script = assert.fail(page.text)] = /src="(\/web\/assets\/[^"]+)"/.exec(page.text) ?? [];
    assert.equal((await get(script)).status, 200);
    assert.equal((await get("/api/desk/offers")).status, 401);
    assert.equal((await get("/api/desk/offers", "DELETE")).status, 405);
    assert.equal((await get("/healthz")).status, 200);
    assert.equal((await get("/webhooks/twilio/%E0%A4%A", "POST")).status, 400);
  });

  it("streams the desk's events until it stops", async () => {
    await create();
    await listenPlain();
    await switchboard.start();
    const headers = { authorization: "Bearer token-of-ana" };
    const stream = await request(`${url}/api/desk/events`, { headers });
    assert.equal(stream.statusCode, 200);
    const ended = stream.body.text();
    await switchboard.stop();
    assert.match(await ended, /^retry: /);
  });

  it("lives in a restify server, whose count of requests stays right", async () => {
    await create();
    const host = await listenRestify();
    await switchboard.start();
    const after: (string | undefined)[] = [];
    host.on("after", (incoming) => after.push(incoming.url));
    assert.equal(await say("hello"), 200);
    await eventually(() => answers()[0], "the helper's answer");
    assert.equal((await get("/desk")).status, 200);
    assert.equal((await get("/")).text, '"the host\'s own page"');
    assert.equal((await get("/nothing")).status, 404);
    await eventually(() => after.length === 4, "the host's after events");
    assert.equal((host as unknown as { inflightRequests(): number }).inflightRequests(), 0);
  });

  it("says in words that a body parser of the host was there before", async () => {
    const told: string[] = [];
    const log = { ...silentLog, error: (fields: object) => void told.push(JSON.stringify(fields)) };
    await create(PUBLIC_URL, { log });
    await listenRestify((host) => host.pre(plugins.bodyParser() as never));
    await switchboard.start();
    const signed = platforms.sms.webhook.say({ customerId: "+12065550100", text: "hello" });
    const reply = await request(`${url}/webhooks/twilio/shop-twilio`, signed);
    const { code, message } = (await reply.body.json()) as { code: string; message: string };
    // Not a success: the platform shall send again.
    assert.deepEqual([reply.statusCode, code], [503, "BODY_CONSUMED"]);
    assert.match(message, /body parser/);
    assert.match(told.join(), /body parser/);
  });

  it("takes the path of PUBLIC_URL off", async () => {
    await platforms.close();
    platforms = await startPlatforms({ publicUrl: "https://shop.example" });
    await create("https://shop.example/support");
    await listenPlain();
    platforms.serve(`${url}/support`);
    await switchboard.start();
    assert.equal(await say("hello"), 200);
    await eventually(() => answers()[0], "the helper's answer");
    assert.equal((await get("/support/healthz")).status, 200);
    assert.deepEqual(await get("/support/own?a=1"), { status: 418, text: "the host: /support/own?a=1" });
  });

  it("lets platforms send again while it does not run", async () => {
    await create();
    await listenPlain();
    assert.equal(await say("early"), 503);
    assert.equal((await get("/desk")).status, 418);
    await switchboard.start();
    assert.equal(await say("hello"), 200);
    await switchboard.stop();
    assert.equal(await say("late"), 503);
    assert.equal((await get("/")).status, 418);
  });

  it("reads a configuration file, and names every fault of the settings", async () => {
    const file = path.join(folder, "switchboard.json");
    writeFileSync(file, CONFIGURATION);
    await create(PUBLIC_URL, { configuration: { file } });
    await listenPlain();
    await switchboard.start();
    assert.equal(await say("hello"), 200);
    const settings = { PUBLIC_URL: "nowhere", SWITCHBOARD_STORE: "paper" };
    await assert.rejects(createSwitchboard({ settings }), ({ code, details }) => {
      assert.equal(code, "SETTING_INVALID");
      return (details as string[]).length === 2;
    });
  });
});
