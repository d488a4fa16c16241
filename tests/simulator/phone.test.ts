import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { channels as builtIn } from "../../src/adapters/registry";
import { silentLog } from "../../src/core/log";
import type { ApiReply, EventSink } from "../../src/core/route";
import type { PhoneMessage, PhoneState } from "../../src/simulator/contract";
import { type Simulator, startSimulator } from "../../src/simulator/phone";
import { buildAccounts, PUBLIC_URL } from "../support/accounts";
import { createFakeClock } from "../support/clock";

describe("the simulator", () => {
  const channels = new Map(builtIn.map((channel) => [channel.definition.id, channel]));
  const accounts = Object.values(buildAccounts());
  let simulator: Simulator;
  let server: Server;
  let hooks: { url: string; body: Buffer; headers: Record<string, string | undefined> }[];

  beforeEach(async () => {
    hooks = [];
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      hooks.push({
        url: request.url ?? "",
        body: Buffer.concat(parts),
        headers: request.headers as Record<string, string>,
      });
      response.writeHead(200);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    simulator = await startSimulator({
      accounts,
      channels,
      publicUrl: PUBLIC_URL,
      clock: createFakeClock(),
      log: silentLog,
    });
    simulator.serve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    simulator.stopStreams();
    await simulator.close();
    server.closeAllConnections();
    server.close();
  });

  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiReply & { body: T }> {
    const channel = /^\/api\/phone\/(\w+)\/messages$/.exec(path)?.[1];
    const route = simulator
      .routes()
      .find(
        (each) =>
          each.method === method &&
          each.path === (channel === undefined ? path : "/api/phone/:channel/messages"),
      );
    assert.ok(route, path);
    return (await route.handle({
      method,
      params: channel === undefined ? {} : { channel },
      query: new URLSearchParams(),
      headers,
      body,
    })) as ApiReply & { body: T };
  }

  it("has a telephone for each channel, and an API for each provider", async () => {
    const { body } = await call<PhoneState>("GET", "/api/phone");
    assert.deepEqual(
      body.telephones.map(({ channel }) => channel),
      ["facebook", "twitter", "sms", "whatsapp"],
    );
    assert.deepEqual(Object.keys(simulator.urls), ["facebook", "twitter", "twilio"]);
    assert.deepEqual(body.messages, []);
  });

  for (const channel of ["facebook", "twitter", "sms", "whatsapp"]) {
    it(`posts what is typed on ${channel} as a webhook that the real channel believes`, async () => {
      const state = (await call<PhoneState>("GET", "/api/phone")).body;
      const customerId = state.telephones.find((each) => each.channel === channel)?.customers[0]?.id ?? "";
      const { status, body } = await call<PhoneMessage>("POST", `/api/phone/${channel}/messages`, {
        customerId,
        text: "hello",
      });
      assert.equal(status, 201);
      assert.deepEqual([body.direction, body.text, body.webhookStatus, body.n], ["out", "hello", 200, 1]);
      const [hook] = hooks;
      const account = accounts.find(
        ({ provider }) => provider === channels.get(channel)?.definition.provider,
      );
      assert.ok(hook && account);
      assert.equal(hook.url.split("?")[0], `/webhooks/${account.provider}/${account.id}`);
      const raw = { method: "POST" as const, url: hook.url, headers: hook.headers, body: hook.body };
      channels.get(channel)?.verify(raw, account);
      const items = channels.get(channel)?.toInbound(raw, account) ?? [];
      const [item] = items.filter(({ kind }) => kind === "activity");
      assert.equal(item?.kind === "activity" && item.activity.text, "hello");
    });
  }

  it("tells when the webhook does not answer", async () => {
    simulator.serve("http://127.0.0.1:9");
    const { body } = await call<PhoneMessage>("POST", "/api/phone/facebook/messages", {
      customerId: "6001",
      text: "hello",
    });
    assert.equal(body.webhookStatus, 0);
  });

  it("refuses what is no message, and telephones there are not", async () => {
    for (const body of [
      undefined,
      {},
      { customerId: "1" },
      { customerId: "1", text: "" },
      { customerId: 1, text: "x" },
      { customerId: "1", text: "x".repeat(20_001) },
    ]) {
      await assert.rejects(call("POST", "/api/phone/facebook/messages", body), { code: "INPUT_INVALID" });
    }
    await assert.rejects(call("POST", "/api/phone/fax/messages", { customerId: "1", text: "x" }), {
      code: "NOT_FOUND",
    });
    assert.deepEqual(hooks, []);
  });

  it("streams what happens, from where a page stopped reading, until it leaves", async () => {
    await call("POST", "/api/phone/facebook/messages", { customerId: "6001", text: "one" });
    await call("POST", "/api/phone/facebook/messages", { customerId: "6001", text: "two" });
    const got: unknown[] = [];
    const sink: EventSink = {
      send: ({ data }) => got.push((data as PhoneMessage).text) > 0,
      close: () => void got.push("closed"),
    };
    const leave = (await call("GET", "/api/phone/events", undefined, { "last-event-id": "1" })).stream?.(
      sink,
    );
    await call("POST", "/api/phone/facebook/messages", { customerId: "6001", text: "three" });
    assert.deepEqual(got, ["two", "three"]);
    simulator.stopStreams();
    leave?.();
    await call("POST", "/api/phone/facebook/messages", { customerId: "6001", text: "four" });
    assert.deepEqual(got, ["two", "three", "closed"]);
  });
});
