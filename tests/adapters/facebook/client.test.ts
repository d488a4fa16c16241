import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import { toChannelError } from "../../../src/adapters/facebook/errors";
import type { HttpRequest, HttpResponse, Instance, SendContext } from "../../../src/core/channel";
import type { ErrorCode } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { buildAccount } from "./account";

const NOW = 1_763_700_000_000;
const account = buildAccount({ secrets: { applicationSecret: ["s3cret"] } });
const instance: Instance = {
  ...(account.instances[0] as Instance),
  secrets: { pageAccessToken: ["EAAtoken"] },
};
const context: SendContext = {
  account,
  instance,
  customerId: "555",
  messageId: "out~1",
  author: { kind: "bot" },
  lastInboundAt: NOW,
  now: NOW,
};
const request = {
  method: "POST",
  path: "/v26.0/101/messages",
  contentType: "application/json",
  body: "{}",
} as const;

function createClient(answer: Partial<HttpResponse>) {
  const calls: HttpRequest[] = [];
  const http = {
    request: async (call: HttpRequest) => {
      calls.push(call);
      return { status: 200, headers: {}, body: "{}", ...answer };
    },
    close: async () => {},
  };
  const clock = { now: () => NOW, after: () => () => {} };
  return {
    calls,
    client: facebook.createClient({ http, baseUrl: "https://graph.facebook.com", clock, log: silentLog }),
  };
}

describe("facebook client", () => {
  it("proves the token and keeps it out of the URL", async () => {
    const { client, calls } = createClient({ body: '{"recipient_id":"555","message_id":"m_9"}' });
    assert.deepEqual(await client.send(request, context), { providerId: "m_9" });
    const [call] = calls;
    assert.equal(
      call?.path,
      "/v26.0/101/messages?appsecret_proof=996747eb387311f6eef873d7e2bee192a7bc191ebdab0ce8129d81ae8223c24c",
    );
    assert.equal(call?.headers.authorization, "Bearer EAAtoken");
    assert.equal(call?.origin, "https://graph.facebook.com");
  });

  it("renews the proof with the token", async () => {
    const { client, calls } = createClient({});
    await client.send(request, context);
    await client.send(request, {
      ...context,
      instance: { ...instance, secrets: { pageAccessToken: ["other"] } },
    });
    assert.notEqual(calls[0]?.path, calls[1]?.path);
  });

  it("pauses when Meta says how long", async () => {
    const usage = '{"1":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":3}]}';
    const { client } = createClient({ headers: { "x-business-use-case-usage": usage } });
    assert.equal((await client.send(request, context)).pauseUntil, NOW + 180_000);
    const calm = createClient({ headers: { "x-business-use-case-usage": usage.replace("3}", "0}") } });
    assert.equal((await calm.client.send(request, context)).pauseUntil, undefined);
  });

  it("sends nothing without a token", async () => {
    const { client, calls } = createClient({});
    await assert.rejects(client.send(request, { ...context, instance: { ...instance, secrets: {} } }), {
      code: "CHANNEL_AUTH",
      scope: "instance",
    });
    assert.equal(calls.length, 0);
  });
});

describe("facebook errors", () => {
  const errorOf = (error: object, status = 400) =>
    toChannelError({ status, headers: {}, body: JSON.stringify({ error }) }, NOW);
  const cases: [number, number | undefined, ErrorCode, boolean, "instance" | "customer"][] = [
    [1, undefined, "CHANNEL_UNAVAILABLE", true, "customer"],
    [2, undefined, "CHANNEL_UNAVAILABLE", true, "customer"],
    [4, 2018022, "CHANNEL_RATE_LIMITED", true, "instance"],
    [613, undefined, "CHANNEL_RATE_LIMITED", true, "instance"],
    [10, 2018278, "CHANNEL_WINDOW_CLOSED", false, "customer"],
    [10, 2018065, "CHANNEL_WINDOW_CLOSED", false, "customer"],
    [10, 2018300, "CHANNEL_REFUSED", false, "customer"],
    [10, 2018108, "CHANNEL_UNDELIVERABLE", false, "customer"],
    [551, undefined, "CHANNEL_UNDELIVERABLE", false, "customer"],
    [200, 1545041, "CHANNEL_UNDELIVERABLE", false, "customer"],
    [10, undefined, "CHANNEL_PERMISSION", false, "instance"],
    [200, 2018028, "CHANNEL_PERMISSION", false, "instance"],
    [368, undefined, "CHANNEL_PERMISSION", false, "instance"],
    [100, 2018001, "CHANNEL_UNDELIVERABLE", false, "customer"],
    [100, undefined, "CHANNEL_REFUSED", false, "customer"],
    [190, 463, "CHANNEL_AUTH", false, "instance"],
    [102, undefined, "CHANNEL_AUTH", false, "instance"],
    [104, 460, "CHANNEL_AUTH", false, "instance"],
  ];
  for (const [code, subcode, expected, retryable, scope] of cases) {
    it(`means ${expected} by ${code}/${subcode ?? "-"}`, () => {
      const error = errorOf({ code, error_subcode: subcode, message: "(#x) words", fbtrace_id: "T" });
      assert.equal(error.code, expected);
      assert.equal(error.retryable, retryable);
      assert.equal(error.scope, scope);
      assert.equal(error.platformCode, subcode === undefined ? String(code) : `${code}/${subcode}`);
      assert.deepEqual(error.details, { fbtraceId: "T" });
    });
  }

  it("repeats the platform's own words where it has none", () => {
    assert.match(errorOf({ code: 100, message: "(#100) No such thing" }).message, /No such thing/);
  });

  it("knows transient faults by their flag, and is unsure behind a gateway", () => {
    assert.ok(errorOf({ code: 9999, is_transient: true }).retryable);
    for (const [status, ambiguous] of [
      [500, true],
      [502, true],
      [503, false],
      [504, true],
    ] as const) {
      const error = toChannelError({ status, headers: {}, body: "<html>" }, NOW);
      assert.equal(error.ambiguous, ambiguous);
      assert.ok(error.retryable);
    }
  });
});
