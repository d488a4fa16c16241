import assert from "node:assert/strict";
import { twitter } from "../../../src/adapters/twitter";
import type { HttpResponse, Instance, PlatformRequest, SendContext } from "../../../src/core/channel";
import { silentLog } from "../../../src/core/log";
import { buildAccount, CUSTOMER } from "./account";

const NOW = 1_763_700_000_000;
const clock = { now: () => NOW, after: () => () => {} };

function createClient(answer: Partial<HttpResponse>) {
  const response = { status: 200, headers: {}, body: "{}", ...answer };
  const http = { request: async () => response, close: async () => {} };
  return twitter.createClient({ http, baseUrl: "https://api.x.com", clock, log: silentLog });
}
function toContext(flavor = "xaa"): SendContext {
  const account = buildAccount(flavor);
  return {
    account,
    instance: account.instances[0] as Instance,
    customerId: CUSTOMER,
    messageId: "out~1",
    author: { kind: "agent" },
    lastInboundAt: undefined,
    now: NOW,
  };
}
function toRequestOf(text: string, flavor = "xaa"): PlatformRequest {
  const activity = {
    type: "message",
    channelId: "twitter",
    from: { id: "900" },
    recipient: { id: CUSTOMER },
    text,
  };
  const [request] = twitter.toRequests({ ...activity, conversation: { id: "t" } }, toContext(flavor));
  assert.ok(request);
  return request;
}

describe("twitter client", () => {
  const created = '{"data":{"dm_event_id":"17"}}';

  it("pauses until the last empty bucket fills again", async () => {
    const headers = {
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": "1763700900",
      "x-user-limit-24hour-remaining": "0",
      "x-user-limit-24hour-reset": "1763780000",
      "x-app-limit-24hour-remaining": "5",
      "x-app-limit-24hour-reset": "1763790000",
    };
    const result = await createClient({ status: 201, headers, body: created }).send(
      toRequestOf("Hi"),
      toContext(),
    );
    assert.deepEqual(result, { providerId: "17", pauseUntil: 1763780000000 });
    const free = { "x-rate-limit-remaining": "3", "x-rate-limit-reset": "1763700900" };
    const other = await createClient({ status: 201, headers: free, body: created }).send(
      toRequestOf("Hi"),
      toContext(),
    );
    assert.deepEqual(other, { providerId: "17" });
  });

  it("waits for the reset of a 429", async () => {
    const headers = { "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1763700900" };
    await assert.rejects(createClient({ status: 429, headers }).send(toRequestOf("Hi"), toContext()), {
      code: "CHANNEL_RATE_LIMITED",
      retryAfterMs: 900_000,
      scope: "instance",
    });
  });

  it("takes a duplicate for sent, and a 200 with errors for a refusal", async () => {
    const duplicate = createClient({ status: 403, body: '{"errors":[{"code":187,"message":"dup"}]}' });
    assert.deepEqual(await duplicate.send(toRequestOf("Hi"), toContext()), {});
    const refused = createClient({ body: '{"errors":[{"code":349,"message":"no"}]}' });
    await assert.rejects(refused.send(toRequestOf("Hi"), toContext()), { code: "CHANNEL_UNDELIVERABLE" });
  });

  it("sends nothing without a token", async () => {
    const context = toContext();
    const bare = { ...context, instance: { ...context.instance, secrets: {} } };
    await assert.rejects(createClient({}).send(toRequestOf("Hi"), bare), {
      code: "CHANNEL_AUTH",
      scope: "instance",
    });
  });

  describe("reconcile", () => {
    const ask = (events: object[], text: string) =>
      createClient({ body: JSON.stringify({ data: events }) }).reconcile(toRequestOf(text), toContext(), NOW);
    const at = (ms: number) => new Date(ms).toISOString();
    const sent = {
      id: "1",
      sender_id: "900",
      text: "Tom &amp; I: https://t.co/x",
      created_at: at(NOW + 500),
    };

    it("finds the text though X escaped it and changed its links", async () => {
      assert.deepEqual(await ask([sent], "Tom & I: https://example.com/long"), {
        outcome: "sent",
        providerId: "1",
      });
    });

    it("takes neither an earlier nor another's nor another text for it", async () => {
      const wanted = "Tom & I: https://example.com/long";
      assert.equal((await ask([{ ...sent, created_at: at(NOW - 5_000) }], wanted)).outcome, "notSent");
      assert.equal((await ask([{ ...sent, sender_id: CUSTOMER }], wanted)).outcome, "notSent");
      assert.equal((await ask([sent], "Tom & you")).outcome, "notSent");
      assert.equal((await ask([], wanted)).outcome, "notSent");
    });

    it("looks only at this customer in version 1.1's list of all", async () => {
      const message_create = {
        target: { recipient_id: "7" },
        sender_id: "900",
        message_data: { text: "Hi" },
      };
      const body = JSON.stringify({ events: [{ id: "1", created_timestamp: String(NOW), message_create }] });
      const flavor = "aaa1-premium";
      const client = createClient({ body });
      assert.deepEqual(await client.reconcile(toRequestOf("Hi", flavor), toContext(flavor), NOW), {
        outcome: "notSent",
      });
    });

    it("tells a message with a file from one without", async () => {
      const listed = { ...sent, text: "See https://t.co/x", attachments: { media_keys: ["3_1"] } };
      const toMessage = (text: string) => ({
        ...toRequestOf("x"),
        body: JSON.stringify({ text, attachments: [{ media_id: "1" }] }),
      });
      const find = (request: PlatformRequest, event: object) =>
        createClient({ body: JSON.stringify({ data: [event] }) }).reconcile(request, toContext(), NOW);
      assert.equal((await find(toMessage("See"), listed)).outcome, "sent");
      // Its file went as a link.
      assert.equal((await find(toMessage("See"), { ...listed, attachments: undefined })).outcome, "sent");
      assert.equal((await find(toMessage("Other"), listed)).outcome, "notSent");
      assert.equal((await find(toRequestOf("See"), listed)).outcome, "notSent");
    });

    it("throws when X cannot be asked now", async () => {
      await assert.rejects(createClient({ status: 503 }).reconcile(toRequestOf("Hi"), toContext(), NOW), {
        code: "CHANNEL_UNAVAILABLE",
        retryable: true,
      });
    });
  });
});
