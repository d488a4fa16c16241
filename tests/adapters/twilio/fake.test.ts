import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeMessage } from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import { readRawRequest } from "../../../src/adapters/shared/rawBody";
import { createFake, sms } from "../../../src/adapters/sms";
import { createFake as createWhatsAppFake, whatsapp } from "../../../src/adapters/whatsapp";
import type { Activity } from "../../../src/core/activity";
import type { Channel, Inbound, PlatformRequest } from "../../../src/core/channel";
import { silentLog } from "../../../src/core/log";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  buildAccount,
  buildContext,
  buildInstance,
  CUSTOMER,
  clock,
  OUR_NUMBER,
  PUBLIC_URL,
  WEBHOOK_PATH,
} from "./account";

const BASIC = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64")}`;

function buildFake(webhookUrl = PUBLIC_URL + WEBHOOK_PATH) {
  const autoReceipts = ["accepted", "delivered", "read"] as const;
  return createFake({ account: buildAccount(), publicUrl: PUBLIC_URL, webhookUrl, clock, autoReceipts });
}

/** Our webhook: verifies and keeps what comes in until `count` items are there. */
async function listenForItems(
  count: number,
): Promise<{ url: string; items: Promise<Inbound[]>; server: Server }> {
  const items: Inbound[] = [];
  let finish: (items: Inbound[]) => void = () => {};
  const finished = new Promise<Inbound[]>((resolve) => {
    finish = resolve;
  });
  const server = createServer(async (request, response) => {
    const raw = await readRawRequest(request);
    sms.verify(raw, buildAccount());
    for (const channel of [sms, whatsapp]) items.push(...channel.toInbound(raw, buildAccount()));
    response.writeHead(sms.acknowledge(raw).status);
    response.end();
    if (items.length === count) finish(items);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${WEBHOOK_PATH}`, items: finished, server };
}

describe("Twilio fake", () => {
  it("serves both channels of an account and posts signed callbacks for each", async () => {
    const receiver = await listenForItems(5);
    const fake = buildFake(receiver.url);
    await fake.listen();
    const http = createHttp();
    const account = buildAccount({ apiUrl: fake.url });
    for (const channel of [sms, whatsapp] as Channel[]) {
      const id = channel.definition.id as "sms" | "whatsapp";
      const context = buildContext(id, { account });
      const client = channel.createClient({ http, baseUrl: fake.url, clock, log: silentLog });
      const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
      const [request] = channel.toRequests({ type: "message", channelId: id, ...parties, text: id }, context);
      await client.send(request as PlatformRequest, context);
    }
    const items = await receiver.items;
    const seen = items.map((item) =>
      item.kind === "receipt" ? `${item.channel} ${item.status} ${item.ourMessageId}` : item.kind,
    );
    const ours = buildContext("sms").messageId;
    const expected = [
      "sms accepted",
      "sms delivered",
      "whatsapp accepted",
      "whatsapp delivered",
      "whatsapp read",
    ];
    assert.deepEqual(
      seen.sort(),
      expected.map((text) => `${text} ${ours}`),
    );
    assert.deepEqual(
      fake.sent.map(({ text, customerId, instanceId }) => [text, customerId, instanceId]),
      [
        ["sms", CUSTOMER, OUR_NUMBER],
        ["whatsapp", CUSTOMER, OUR_NUMBER],
      ],
    );
    await http.close();
    await fake.close();
    receiver.server.close();
  });

  describe("API", () => {
    const good = { To: CUSTOMER, From: OUR_NUMBER, Body: "x" };
    const whatsApp = { To: `whatsapp:${CUSTOMER}`, From: `whatsapp:${OUR_NUMBER}` };
    const without = (name: keyof typeof good) =>
      Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
    const cases: [string, Record<string, string>, number, number | undefined][] = [
      ["takes a message", good, 201, undefined],
      ["takes 1600 characters", { ...good, Body: "x".repeat(1600) }, 201, undefined],
      ["refuses 1601", { ...good, Body: "x".repeat(1601) }, 400, 21617],
      ["needs To", without("To"), 400, 21604],
      ["needs From", without("From"), 400, 21603],
      ["needs Body", without("Body"), 400, 21602],
      ["knows its numbers", { ...good, From: "+19995550000" }, 400, 21606],
      ["knows its WhatsApp senders", { ...good, ...whatsApp, From: "whatsapp:+19995550000" }, 400, 63007],
      ["keeps the channels apart", { ...good, To: `whatsapp:${CUSTOMER}` }, 400, 21910],
      ["refuses what is no number", { ...good, To: "nobody" }, 400, 21211],
    ];
    for (const [name, form, status, code] of cases) {
      it(name, async () => {
        const fake = buildFake();
        await fake.listen();
        const http = createHttp();
        const response = await http.request({
          origin: fake.url,
          path: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`,
          method: "POST",
          headers: { authorization: BASIC, "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams(form).toString(),
          timeoutMs: 2_000,
        });
        assert.equal(response.status, status);
        assert.equal((JSON.parse(response.body) as { code?: number }).code, code);
        await http.close();
        await fake.close();
      });
    }
  });

  it("makes customers with a business-scoped id and several instances", () => {
    const instances = [buildInstance("sms"), buildInstance("sms", { externalId: "12345" })];
    const account = buildAccount({ instances });
    const fake = createFake({ account, publicUrl: PUBLIC_URL, webhookUrl: PUBLIC_URL + WEBHOOK_PATH, clock });
    const signed = fake.webhook.say({ customerId: CUSTOMER, text: "x", instance: "12345" });
    assert.equal(new URLSearchParams(signed.body.toString()).get("To"), "12345");
  });
});

describe("Twilio fake, customers", () => {
  const say = (channel: Channel, message: Partial<FakeMessage>) => {
    const create = channel === sms ? createFake : createWhatsAppFake;
    const account = buildAccount();
    const fake = create({ account, publicUrl: PUBLIC_URL, webhookUrl: PUBLIC_URL + WEBHOOK_PATH, clock });
    const signed = fake.webhook.say({ customerId: CUSTOMER, text: "Hello", ...message });
    const request = { ...signed, url: WEBHOOK_PATH };
    channel.verify(request, account);
    const [item] = channel.toInbound(request, account);
    assert.ok(item?.kind === "activity");
    return item.activity;
  };

  it("tap, send places and answer messages on WhatsApp", () => {
    const choice = say(whatsapp, { choice: { title: "Yes", value: "y" }, replyTo: "SM9" });
    assert.deepEqual([choice.text, choice.value, choice.replyToId], ["Yes", "y", "SM9"]);
    const place = say(whatsapp, { location: { latitude: 1.5, longitude: -2, name: "Here" } });
    assert.deepEqual(place.entities, [
      { type: "GeoCoordinates", latitude: 1.5, longitude: -2, name: "Here" },
    ]);
  });
  it("send files that only the account may read", async () => {
    const account = buildAccount();
    const options = { account, publicUrl: PUBLIC_URL, webhookUrl: PUBLIC_URL + WEBHOOK_PATH, clock };
    // As in the simulator: one listens, the other makes the webhooks.
    const listening = createFake(options);
    const signing = createWhatsAppFake(options);
    await listening.listen();
    const http = createHttp();
    const content = Buffer.from("bytes");
    const media = [{ contentType: "image/jpeg", content }];
    const signed = signing.webhook.say({ customerId: CUSTOMER, text: "", media });
    const [item] = whatsapp.toInbound({ ...signed, url: WEBHOOK_PATH }, account);
    assert.ok(item?.kind === "activity");
    const [file] = item.activity.attachments ?? [];
    const url = file?.contentUrl ?? "";
    assert.equal(file?.contentType, "image/jpeg");
    assert.match(item.key, /^MM[0-9a-f]{32}$/);

    const client = whatsapp.createClient({ http, baseUrl: listening.url, clock, log: silentLog });
    const reachable = buildAccount({ apiUrl: listening.url });
    const wanted = await client.mediaRequest?.(url, {
      account: reachable,
      instance: buildInstance("whatsapp"),
    });
    const fetch = (headers: Record<string, string>) => {
      const { origin, pathname } = new URL(url);
      return http.request({ origin, path: pathname, method: "GET", headers, timeoutMs: 2_000 });
    };
    const answer = await fetch({ ...wanted?.headers });
    assert.deepEqual(
      [answer.status, answer.body, answer.headers["content-type"]],
      [200, "bytes", "image/jpeg"],
    );
    assert.equal((await fetch({})).status, 401);
    await http.close();
    await listening.close();
  });
  it("get templates filled in, and files by their address", async () => {
    const fake = createWhatsAppFake({
      account: buildAccount(),
      publicUrl: PUBLIC_URL,
      webhookUrl: PUBLIC_URL + WEBHOOK_PATH,
      clock,
    });
    await fake.listen();
    const http = createHttp();
    const account = buildAccount({ apiUrl: fake.url });
    const client = whatsapp.createClient({ http, baseUrl: fake.url, clock, log: silentLog });
    const context = buildContext("whatsapp", { account });
    const [template, ...others] = (await client.templates?.({ account, instance: context.instance })) ?? [];
    assert.equal(template?.approved, true);
    assert.deepEqual(
      others.map(({ approved }) => approved),
      [false, false],
    );
    const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
    const send = async (over: Partial<Activity>) => {
      const activity = { type: "message", channelId: "whatsapp", ...parties, ...over };
      for (const request of whatsapp.toRequests(activity, context)) await client.send(request, context);
    };
    await send({ channelData: { template: { id: template?.id, variables: { "1": "Tom", "2": "7" } } } });
    await send({
      text: "Look",
      attachments: [{ contentType: "image/png", contentUrl: "https://x.example/a.png" }],
    });
    assert.deepEqual(
      fake.sent.map(({ text, media }) => [text, media]),
      [
        ["Hello Tom, there is news about your order 7.", undefined],
        ["", [{ contentType: "image/png", url: "https://x.example/a.png" }]],
        ["Look", undefined],
      ],
    );
    const unknown = { id: `HX${"9".repeat(32)}`, variables: {} };
    await assert.rejects(send({ channelData: { template: unknown } }), {
      code: "CHANNEL_REFUSED",
      platformCode: "21655",
    });
    await client.signal?.("typing", { ...context, lastInboundId: `SM${"0".repeat(32)}` });
    await http.close();
    await fake.close();
  });
});
