import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createCloudEndpoint } from "../../../src/adapters/azure";
import type { Inbound } from "../../../src/core/channel";
import { StoreError, WebhookRejected } from "../../../src/core/errors";
import { type Log, silentLog } from "../../../src/core/log";

const MESSAGE = {
  type: "message",
  id: "m1",
  channelId: "webchat",
  serviceUrl: "https://webchat.example/",
  from: { id: "u1" },
  recipient: { id: "shop@key" },
  conversation: { id: "c1" },
  text: "hello",
};

describe("createCloudEndpoint", () => {
  let steps: string[];
  let items: Inbound[];
  let refuses: Error | undefined;
  let fails: Error | undefined;
  let logged: unknown[];

  beforeEach(() => {
    [steps, items, logged, refuses, fails] = [[], [], [], undefined, undefined];
  });

  async function post(body: unknown): Promise<void> {
    const log: Log = { ...silentLog, warn: (...line) => void logged.push(line) };
    const handle = createCloudEndpoint({
      cloud: {
        botId: "app-1",
        async authenticate(_activity, authorization) {
          steps.push(`authenticate ${authorization}`);
          if (refuses !== undefined) throw refuses;
        },
      },
      async receive(received, botId) {
        steps.push(`receive ${botId}`);
        if (fails !== undefined) throw fails;
        items.push(...received);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push("durable");
      },
      log,
    });
    const response = { writeHead: (status: number) => void steps.push(`answer ${status}`), end() {} };
    const request = { headers: { authorization: "Bearer x" }, body };
    await handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  }

  it("authenticates, stores, then answers", async () => {
    await post(MESSAGE);
    assert.deepEqual(steps, ["authenticate Bearer x", "receive app-1", "durable", "answer 200"]);
    assert.equal(items[0]?.kind, "activity");
  });

  it("does not answer what the store did not take, so that the service repeats it", async () => {
    fails = new StoreError("STORE_UNAVAILABLE");
    await assert.rejects(post(MESSAGE), fails);
    assert.ok(!steps.some((step) => step.startsWith("answer")));
  });

  it("stores nothing of a refused request and gives no hint; the log has the reason", async () => {
    refuses = new WebhookRejected("WEBHOOK_BAD_SIGNATURE", "the audience differs");
    await assert.rejects(
      post(MESSAGE),
      (error: Error) => error instanceof WebhookRejected && !error.message.includes("audience"),
    );
    assert.deepEqual(steps, ["authenticate Bearer x"]);
    assert.match(JSON.stringify(logged), /the audience differs/);
    assert.ok(!JSON.stringify(logged).includes("Bearer"));
  });

  it("passes on that it could not check", async () => {
    refuses = new StoreError("STORE_UNAVAILABLE");
    await assert.rejects(post(MESSAGE), refuses);
  });

  it("asks nobody about a body that is no activity", async () => {
    let deep: unknown = {};
    for (let i = 0; i < 5_000; i++) deep = [deep];
    for (const body of [
      undefined,
      null,
      "{}",
      [],
      {},
      { type: "" },
      { type: 7 },
      { ...MESSAGE, value: deep },
    ]) {
      await assert.rejects(post(body), { code: "INPUT_INVALID" });
    }
    assert.deepEqual(steps, []);
  });

  it("answers an invoke with 501: the helper has no result for it", async () => {
    await post({ ...MESSAGE, type: "invoke" });
    assert.equal(steps.at(-1), "answer 501");
    assert.equal(items[0]?.kind, "ignored");
  });
});
