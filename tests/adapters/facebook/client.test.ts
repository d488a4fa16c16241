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

describe("facebook profiles", () => {
  const customer = { account, instance, customerId: "555" };
  const refusal = (code: number, error_subcode?: number) => ({
    status: 400,
    body: JSON.stringify({ error: { message: "(#x)", code, error_subcode } }),
  });

  /** Answers by the fields that were asked for. */
  function createAsking(answer: (fields: string, call: HttpRequest) => Partial<HttpResponse>) {
    const asked: string[] = [];
    let now = NOW;
    const http = {
      request: async (call: HttpRequest) => {
        const fields = new URL(call.path, "http://x").searchParams.get("fields") ?? "";
        asked.push(fields);
        return { status: 200, headers: {}, body: "{}", ...answer(fields, call) };
      },
      close: async () => {},
    };
    const clock = { now: () => now, after: () => () => {} };
    const client = facebook.createClient({
      http,
      baseUrl: "https://graph.facebook.com",
      clock,
      log: silentLog,
    });
    const ask = (over: object = {}) => client.profile?.({ ...customer, ...over });
    return { asked, ask, passes: (ms: number) => (now += ms) };
  }
  const GILDA = JSON.stringify({
    first_name: "Gilda",
    last_name: "Moore",
    locale: "de_AT",
    timezone: 5.5,
    id: "555",
  });

  it("reads name, locale and time zone", async () => {
    const { ask } = createAsking((_fields, call) => {
      assert.match(call.path, /^\/v26\.0\/555\?/);
      assert.ok(!call.path.includes("EAAtoken"));
      return { body: GILDA };
    });
    assert.deepEqual(await ask(), {
      name: "Gilda Moore",
      firstName: "Gilda",
      lastName: "Moore",
      locale: "de_AT",
      timezone: 5.5,
    });
  });

  it("asks for less where a permission is missing, and remembers that for the page", async () => {
    const { ask, asked, passes } = createAsking((fields) =>
      fields.includes("locale")
        ? refusal(100, 2018247)
        : { body: '{"first_name":"Gilda","last_name":"Moore"}' },
    );
    assert.equal((await ask())?.name, "Gilda Moore");
    assert.equal((await ask())?.name, "Gilda Moore");
    assert.deepEqual(asked, [
      "first_name,last_name,profile_pic,locale,timezone",
      "first_name,last_name,profile_pic",
      "first_name,last_name,profile_pic",
    ]);
    // Another page may see more, and this one a day later.
    await ask({ instance: { ...instance, externalId: "102" } });
    passes(86_400_001);
    await ask();
    assert.equal(asked.filter((fields) => fields.includes("locale")).length, 3);
  });

  it("knows nothing of people without a profile", async () => {
    for (const [code, subcode] of [
      [100, 2018218],
      [2018218, undefined],
      [100, 33],
      [100, 2018247],
    ] as const) {
      const { ask } = createAsking(() => refusal(code, subcode));
      assert.equal(await ask(), undefined);
    }
    const { ask, asked } = createAsking(() => ({ body: '{"id":"555"}' }));
    assert.equal(await ask(), undefined);
    assert.equal(await ask({ customerId: "ref:abc" }), undefined);
    assert.equal(asked.length, 1);
  });

  it("passes on every other refusal", async () => {
    await assert.rejects(async () => createAsking(() => refusal(190)).ask(), { code: "CHANNEL_AUTH" });
    await assert.rejects(async () => createAsking(() => refusal(4)).ask(), { code: "CHANNEL_RATE_LIMITED" });
  });

  it("leaves out what is of the wrong kind", async () => {
    const { ask } = createAsking(() => ({
      body: '{"first_name":5,"last_name":"Moore","timezone":"x","locale":7}',
    }));
    assert.deepEqual(await ask(), { name: "Moore", lastName: "Moore" });
  });
});

describe("facebook files and signals", () => {
  it("fetches from Meta's servers alone, without credentials", async () => {
    const { client } = createClient({});
    const toMediaRequest = (url: string, apiUrl?: string) =>
      client.mediaRequest?.(url, {
        account: apiUrl === undefined ? account : { ...account, apiUrl },
        instance,
      });
    for (const url of [
      "https://scontent.xx.fbcdn.net/v/a.png?oh=1",
      "https://cdn.fbsbx.com/v/b.pdf",
      "https://www.facebook.com/c",
      "https://scontent.cdninstagram.com/d",
    ]) {
      const request = await toMediaRequest(url);
      assert.equal(request?.url, url);
      assert.deepEqual(request?.headers, {});
      assert.equal(request?.trustedOrigin, undefined);
    }
    for (const url of [
      "http://scontent.xx.fbcdn.net/a.png",
      "https://fbcdn.net.evil.example/a.png",
      "https://evilfbcdn.net/a.png",
      "https://user@evil.example/.fbcdn.net",
      "http://127.0.0.1:4000/cdn/1",
      "",
    ]) {
      assert.throws(() => toMediaRequest(url), { code: "CHANNEL_UNSUPPORTED" }, url);
    }
    const local = await toMediaRequest("http://127.0.0.1:4000/cdn/1", "http://127.0.0.1:4000");
    assert.equal(local?.trustedOrigin, "http://127.0.0.1:4000");
    assert.throws(() => toMediaRequest("http://127.0.0.1:4001/cdn/1", "http://127.0.0.1:4000"), {
      code: "CHANNEL_UNSUPPORTED",
    });
  });

  it("shows typing and reading", async () => {
    const { client, calls } = createClient({});
    await client.signal?.("typing", context);
    await client.signal?.("read", context);
    assert.deepEqual(
      calls.map(({ body }) => JSON.parse(String(body))),
      [
        { recipient: { id: "555" }, sender_action: "typing_on" },
        { recipient: { id: "555" }, sender_action: "mark_seen" },
      ],
    );
  });

  it("waits longer where Meta fetches a file before it answers", async () => {
    const { client, calls } = createClient({});
    const [file] = facebook.toRequests(
      {
        type: "message",
        channelId: "facebook",
        from: { id: "101" },
        recipient: { id: "555" },
        conversation: { id: "t" },
        attachments: [{ contentType: "video/mp4", contentUrl: "https://x.example/a.mp4" }],
      },
      context,
    );
    assert.ok(file);
    await client.send(file, context);
    await client.send(request, context);
    assert.ok((calls[0]?.timeoutMs ?? 0) > 75_000);
    assert.ok((calls[1]?.timeoutMs ?? 0) <= 10_000);
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

  it("waits as long as the usage header says", () => {
    const headers = { "x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":2}]}' };
    const error = toChannelError({ status: 400, headers, body: '{"error":{"code":4}}' }, NOW);
    assert.equal(error.code, "CHANNEL_RATE_LIMITED");
    assert.equal(error.retryAfterMs, 120_000);
  });

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
