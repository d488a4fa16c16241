import assert from "node:assert/strict";
import type {
  CreateFake,
  FakeMessage,
  FakePlatform,
  SignedWebhook,
} from "../../adapters/shared/fakePlatform";
import { createHttp } from "../../adapters/shared/pools";
import type { Activity } from "../../core/activity";
import type {
  Account,
  Channel,
  ChannelClient,
  Http,
  Inbound,
  PlatformRequest,
  RawRequest,
  SendContext,
  SendResult,
} from "../../core/channel";
import { type ChannelError, InputError, WebhookRejected } from "../../core/errors";
import { toThreadId } from "../../core/ids";
import { silentLog } from "../../core/log";
import { connectContract } from "./connectContract";
import { inboundShapesContract } from "./inboundShapes";
import { outboundShapesContract } from "./outboundShapes";
import type { Shape } from "./parts";
import { signatureContract } from "./signatures";
import { listenSilently } from "./silentServer";
import { globalSuite, type Suite, setTimeoutOf } from "./suite";

/** What the contract needs beside the channel. */
export interface ChannelSamples {
  /** Plays the channel's platform. */
  createFake: CreateFake;
  /** An account with at least one instance of the channel. */
  account: Account;
  /** A customer id as the platform writes it. */
  customerId: string;
  /** Path of the account's webhook: "/webhooks/facebook/shop". */
  webhookPath: string;
  /** Lower-case name of the header that a shared secret comes in, of a platform that signs no bodies. */
  secretHeader?: string;
  /** What a customer cannot say on this channel at all; all else must arrive. */
  lacks?: readonly Shape[];
}

const NOW = Date.UTC(2026, 10, 21, 12);
const PUBLIC_URL = "https://bots.example.com";
const clock = { now: () => NOW, after: () => () => {} };

/**
 * The behaviour that every channel shows, whoever wrote it: signatures, batches, repeats, shapes both ways, splitting,
 * windows, faults of the platform, the doctor. Registers its tests with mocha, or with the `suite` that is given:
 * `channelContract(telegram, samples, require("node:test"))`.
 */
export function channelContract(
  channel: Channel,
  samples: ChannelSamples,
  suite: Suite = globalSuite(),
): void {
  const { describe, it, beforeEach, afterEach } = suite;
  const { customerId, webhookPath } = samples;
  const id = channel.definition.id;
  const account: Account = { ...samples.account, publicUrls: [PUBLIC_URL] };
  const instance = account.instances.find((one) => one.channel === id);
  assert.ok(instance, "the account needs an instance of the channel");

  /** Plays the platform. */
  const create = () =>
    samples.createFake({
      account,
      publicUrl: PUBLIC_URL,
      webhookUrl: `${PUBLIC_URL}${webhookPath}`,
      clock,
    });
  let fake: FakePlatform;
  let http: Http;
  let client: ChannelClient;
  let reachable: Account;

  function toRequest(signed: SignedWebhook): RawRequest {
    return {
      method: "POST",
      url: webhookPath + (signed.path ?? ""),
      headers: signed.headers,
      body: signed.body,
    };
  }
  function receive(signed: SignedWebhook): Inbound[] {
    channel.verify(toRequest(signed), account);
    return channel.toInbound(toRequest(signed), account);
  }
  function say(message: Partial<FakeMessage> = {}): Inbound[] {
    return receive(fake.webhook.say({ customerId, text: "Hello", ...message }));
  }
  function toContext(over: Partial<SendContext> = {}): SendContext {
    return {
      account: reachable,
      instance: instance as NonNullable<typeof instance>,
      customerId,
      messageId: "out~AAAAAAAAAAAAAAAAAAAAAA",
      author: { kind: "bot" },
      lastInboundAt: NOW - 60_000,
      now: NOW,
      ...over,
    };
  }
  function toActivity(text: string): Activity {
    return {
      type: "message",
      channelId: id,
      from: { id: (instance as NonNullable<typeof instance>).externalId },
      recipient: { id: customerId },
      conversation: { id: toThreadId(id, (instance as NonNullable<typeof instance>).externalId, customerId) },
      text,
    };
  }
  function toRequestOf(text: string): PlatformRequest {
    const [request] = channel.toRequests(toActivity(text), toContext());
    assert.ok(request);
    return request;
  }
  function send(text = "Hi"): Promise<SendResult> {
    return client.send(toRequestOf(text), toContext());
  }
  async function failure(sending: Promise<unknown>): Promise<ChannelError> {
    let caught: unknown;
    await assert.rejects(sending, (error) => {
      caught = error;
      return true;
    });
    assert.equal((caught as Error).name, "ChannelError", String(caught));
    return caught as ChannelError;
  }

  describe(`channel contract: ${id}`, function (this: unknown) {
    // Real sockets on a busy machine.
    setTimeoutOf(this, 10_000);
    beforeEach(async () => {
      fake = create();
      await fake.listen();
      reachable = { ...account, apiUrl: fake.url };
      http = createHttp({ connections: 4 });
      client = channel.createClient({ http, baseUrl: fake.url, clock, log: silentLog });
    });
    afterEach(async () => {
      await http.close();
      await fake.close();
    });

    describe("definition", () => {
      it("names fields once and gives every field its help", () => {
        for (const fields of [channel.definition.accountFields, channel.definition.instance.fields]) {
          const names = fields.map(({ name }) => name);
          assert.equal(new Set(names).size, names.length);
          for (const field of fields) assert.notEqual(field.help, "", field.name);
        }
      });
      it("leaves an external id in its normal form alone", () => {
        assert.equal(channel.definition.instance.normaliseId(instance.externalId), instance.externalId);
      });
    });

    signatureContract({
      suite,
      channel,
      account,
      toRequest,
      sign: (text) => fake.webhook.say({ customerId, text }),
      secretHeader: samples.secretHeader,
    });

    describe("inbound", () => {
      it("turns a text into one activity of the customer", () => {
        const [item, ...others] = say({ text: "Tom & I <3 Zoë 👋🏽" });
        assert.equal(others.length, 0);
        assert.ok(item?.kind === "activity");
        assert.equal(item.customerId, customerId);
        assert.equal(item.instanceExternalId, instance.externalId);
        const { activity } = item;
        assert.equal(activity.type, "message");
        assert.equal(activity.text, "Tom & I <3 Zoë 👋🏽");
        assert.equal(activity.channelId, id);
        assert.equal(activity.from.id, customerId);
        assert.equal(activity.recipient.id, instance.externalId);
        assert.equal(activity.conversation.id, toThreadId(id, instance.externalId, customerId));
        assert.match(activity.serviceUrl ?? "", /^urn:/);
      });
      it("keeps every message of a batch, in order", () => {
        const texts = ["one", "two", "three"];
        const batch = fake.webhook.batch(texts.map((text) => ({ customerId, text })));
        const items = batch.flatMap(receive);
        assert.deepEqual(
          items.map((item) => (item.kind === "activity" ? item.activity.text : item.kind)),
          texts,
        );
        assert.equal(new Set(items.map((item) => ("key" in item ? item.key : ""))).size, 3);
      });
      it("gives a repeated delivery the same key", () => {
        const signed = fake.webhook.say({ customerId, text: "again" });
        assert.deepEqual(receive(signed), receive(signed));
        const [first] = say({ id: keyText(signed) });
        const [second] = say({ id: keyText(signed) });
        assert.ok(first !== undefined && second !== undefined && "key" in first && "key" in second);
        assert.equal(first.key, second.key);
      });
      it("never makes an activity of an echo or a receipt", async () => {
        await send();
        const [sent] = fake.sent;
        assert.ok(sent);
        const reports = (["accepted", "delivered", "read", "failed"] as const).flatMap((status) => {
          const signed = fake.webhook.receipt({ customerId, sent, status });
          return signed === undefined ? [] : receive(signed).map((item) => ({ status, item }));
        });
        for (const { status, item } of reports) {
          assert.ok(item.kind === "receipt", item.kind);
          assert.equal(item.status, status);
          assert.ok(item.ourMessageId ?? item.providerIds ?? item.upTo, "a receipt names what it is about");
        }
        const echo = fake.webhook.echo(sent);
        for (const item of echo === undefined ? [] : receive(echo)) {
          assert.ok(item.kind === "echo", item.kind);
          assert.equal(item.key, sent.id);
          assert.equal(item.customerId, customerId);
          assert.equal(item.activity.from.id, instance.externalId);
        }
      });
      it("throws nothing but InputError on a body that cannot be read, or refuses one without a brace", () => {
        for (const body of [
          "",
          "{",
          "null",
          "[]",
          "5",
          '"x"',
          "{}",
          '{"entry":[null]}',
          "\u0000\uffff",
          "a=%E0%A4%A",
        ]) {
          const signed = fake.webhook.sign(body);
          try {
            channel.verify(toRequest(signed), account);
            assert.ok(Array.isArray(channel.toInbound(toRequest(signed), account)));
          } catch (error) {
            const isRefused = error instanceof WebhookRejected && !body.includes("{");
            assert.ok(isRefused || error instanceof InputError, `${body}: ${String(error)}`);
          }
        }
      });
      it("acknowledges with a success", () => {
        const { status } = channel.acknowledge(toRequest(fake.webhook.say({ customerId, text: "Hello" })));
        assert.ok(status >= 200 && status < 300);
      });
    });

    describe("outbound", () => {
      it("sends nothing for typing, events, traces and blank text", () => {
        for (const type of ["typing", "event", "trace", "endOfConversation"]) {
          assert.deepEqual(channel.toRequests({ ...toActivity("x"), type }, toContext()), []);
        }
        assert.deepEqual(channel.toRequests(toActivity(" \n "), toContext()), []);
      });
      it("splits at the platform's limit and loses nothing", async () => {
        const limit = channel.definition.limits.textLength;
        const word = "word ";
        const text = word.repeat(Math.ceil((limit * 2.5) / word.length)).trim();
        const requests = channel.toRequests(toActivity(text), toContext());
        assert.ok(requests.length >= 3, `${requests.length} parts`);
        for (const request of requests) await client.send(request, toContext());
        assert.ok(fake.sent.every((sent) => sent.text.length <= limit));
        assert.equal(fake.sent.map((sent) => sent.text).join(" "), text);
      });
      it("sends text of exactly the limit in one piece", async () => {
        const text = "x".repeat(channel.definition.limits.textLength);
        await send(text);
        assert.deepEqual(
          fake.sent.map((sent) => sent.text),
          [text],
        );
      });
      it("carries the text and the platform's id both ways", async () => {
        const { providerId } = await send("Zoë's “order” & more: 👋🏽 <b>100%</b>");
        assert.equal(fake.sent.length, 1);
        assert.equal(providerId, fake.sent[0]?.id);
        assert.equal(fake.sent[0]?.customerId, customerId);
        assert.equal(fake.sent[0]?.instanceId, instance.externalId);
        assert.equal(fake.sent[0]?.text, "Zoë's “order” & more: 👋🏽 <b>100%</b>");
      });
      it("puts no secret into a request", () => {
        const request = JSON.stringify(toRequestOf("Hi"));
        const secrets = [account, instance].flatMap((holder) => Object.values(holder.secrets).flat());
        for (const secret of secrets) assert.ok(!request.includes(secret));
      });
      const window = channel.definition.window;
      if (window !== undefined) {
        it("refuses after the reply window with the exact words", () => {
          const lastInboundAt = NOW - window.hours * 3_600_000 - 1;
          for (const at of [lastInboundAt, undefined]) {
            assert.throws(() => channel.toRequests(toActivity("late"), toContext({ lastInboundAt: at })), {
              code: "CHANNEL_WINDOW_CLOSED",
              message: window.closedText,
              retryable: false,
            });
          }
          assert.equal(
            channel.toRequests(toActivity("ok"), toContext({ lastInboundAt: lastInboundAt + 1 })).length,
            1,
          );
        });
      }
    });

    const shared = {
      suite,
      probe: create().webhook,
      channel,
      account,
      instance,
      customerId,
      lacks: new Set(samples.lacks),
      fake: () => fake,
      client: () => client,
      reachable: () => reachable,
      receive,
      say,
      toContext,
      toActivity,
    };
    inboundShapesContract(shared);
    outboundShapesContract(shared);
    connectContract({
      suite,
      channel,
      createFake: samples.createFake,
      account,
      publicUrl: PUBLIC_URL,
      webhookPath,
    });

    describe("when the platform fails", () => {
      it("tries a 500 and a 503 again", async () => {
        for (const status of [500, 503]) {
          fake.behave({ status });
          const error = await failure(send());
          assert.equal(error.code, "CHANNEL_UNAVAILABLE");
          assert.ok(error.retryable);
          assert.ok(error.platformCode);
        }
        assert.equal(fake.sent.length, 0);
        await send();
        assert.equal(fake.sent.length, 1);
      });
      it("takes a gateway's 502 page for an unknown outcome", async () => {
        fake.behave({ status: 502, body: "<html>Bad gateway</html>" });
        const error = await failure(send());
        assert.equal(error.code, "CHANNEL_UNAVAILABLE");
        assert.ok(error.retryable && error.ambiguous);
      });
      it("waits as long as a 429 says", async () => {
        fake.behave({ status: 429, headers: { "Retry-After": "7" } });
        const error = await failure(send());
        assert.equal(error.code, "CHANNEL_RATE_LIMITED");
        assert.equal(error.retryAfterMs, 7_000);
        assert.ok(error.retryable && !error.ambiguous);
      });
      it("tries a 429 without Retry-After again", async () => {
        fake.behave({ status: 429 });
        const error = await failure(send());
        assert.equal(error.code, "CHANNEL_RATE_LIMITED");
        assert.equal(error.retryAfterMs, undefined);
        assert.ok(error.retryable);
      });
      it("stops the instance when the platform refuses the credentials", async () => {
        fake.behave({ status: 401 });
        const error = await failure(send());
        assert.equal(error.code, "CHANNEL_AUTH");
        assert.equal(error.scope, "instance");
        assert.ok(!error.retryable);
      });
      it("is refused with a wrong secret by the fake itself", async () => {
        const secrets = (from: Record<string, readonly string[]>) =>
          Object.fromEntries(Object.keys(from).map((name) => [name, ["wrong"]]));
        const wrong = {
          account: { ...reachable, secrets: secrets(reachable.secrets) },
          instance: { ...instance, secrets: secrets(instance.secrets) },
        };
        const error = await failure(client.send(toRequestOf("Hi"), toContext(wrong)));
        assert.equal(error.code, "CHANNEL_AUTH");
        assert.equal(fake.sent.length, 0);
      });
      it("calls a connection that breaks after the request ambiguous", async () => {
        fake.behave({ drop: "after" });
        const taken = await failure(send());
        assert.ok(taken.ambiguous && taken.retryable);
        assert.equal(taken.code, "CHANNEL_UNAVAILABLE");
        assert.equal(fake.sent.length, 1);
        fake.behave({ drop: "before" });
        assert.ok((await failure(send())).ambiguous);
        assert.equal(fake.sent.length, 1);
      });
      it("calls a refused connection certain", async () => {
        await fake.close();
        const error = await failure(send());
        assert.equal(error.code, "CHANNEL_UNAVAILABLE");
        assert.ok(error.retryable && !error.ambiguous);
      });
      it("calls an answer that never comes ambiguous", async () => {
        const silent = await listenSilently();
        const soon = createHttp({ connections: 1 });
        const hasty: Http = { ...soon, request: (request) => soon.request({ ...request, timeoutMs: 60 }) };
        const late = channel.createClient({ http: hasty, baseUrl: silent.url, clock, log: silentLog });
        const context = toContext({ account: { ...account, apiUrl: silent.url } });
        const error = await failure(late.send(toRequestOf("Hi"), context));
        assert.equal(error.code, "CHANNEL_UNAVAILABLE");
        assert.ok(error.retryable && error.ambiguous);
        await soon.close();
        silent.close();
      });
      it("reconciles or says that it cannot", async () => {
        const request = toRequestOf("did it arrive?");
        const before = await client.reconcile(request, toContext(), NOW);
        assert.notEqual(before.outcome, "sent");
        fake.behave({ drop: "after" });
        await failure(client.send(request, toContext()));
        const after = await client.reconcile(request, toContext(), NOW);
        assert.notEqual(after.outcome, "notSent");
        if (after.outcome === "sent") assert.equal(after.providerId, fake.sent[0]?.id);
      });
    });
  });

  /** A platform id in the platform's own form. */
  function keyText(signed: SignedWebhook): string {
    const [item] = receive(signed);
    assert.ok(item?.kind === "activity" && item.activity.id !== undefined);
    return item.activity.id;
  }
}
