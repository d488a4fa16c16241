import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttp } from "../../../src/adapters/shared/pools";
import { readRawRequest } from "../../../src/adapters/shared/rawBody";
import { createFake, sms } from "../../../src/adapters/sms";
import { whatsapp } from "../../../src/adapters/whatsapp";
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
