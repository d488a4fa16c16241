import assert from "node:assert/strict";
import { inspect } from "node:util";
import { sms } from "../../../src/adapters/sms";
import { createClient, createWhatsAppClient } from "../../../src/adapters/twilio/client";
import type { HttpRequest, HttpResponse, PlatformRequest } from "../../../src/core/channel";
import { silentLog } from "../../../src/core/log";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  buildAccount,
  buildContext,
  CUSTOMER,
  clock,
  NOW,
  OUR_NUMBER,
} from "./account";
import { checkTwilioRequest } from "./requests.schema";

const BASIC = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64")}`;

/** A client whose calls are answered by `answer` and kept. */
function buildClient(
  answer: (request: HttpRequest) => Partial<HttpResponse>,
  create = createClient,
  over = {},
) {
  const calls: HttpRequest[] = [];
  const http = {
    async request(request: HttpRequest): Promise<HttpResponse> {
      calls.push(request);
      return { status: 200, headers: {}, body: "", ...answer(request) };
    },
    async close() {},
  };
  return { calls, client: create({ http, baseUrl: "https://api.example", clock, log: silentLog, ...over }) };
}

function buildRequest(text = "Hello"): PlatformRequest {
  const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
  const activity = { type: "message", channelId: "sms", ...parties, text };
  return sms.toRequests(activity, buildContext("sms"))[0] as PlatformRequest;
}

describe("Twilio client", () => {
  describe("send", () => {
    it("posts the form with the account's credentials", async () => {
      const { client, calls } = buildClient(() => ({ status: 201, body: '{"sid":"SM1"}' }));
      assert.deepEqual(await client.send(buildRequest(), buildContext("sms")), { providerId: "SM1" });
      const [call] = calls;
      assert.equal(call?.origin, "https://api.example");
      assert.equal(call?.path, `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`);
      assert.deepEqual(call?.headers, {
        authorization: BASIC,
        "content-type": "application/x-www-form-urlencoded",
      });
    });
    it("goes to the account's own API when it has one", async () => {
      const { client, calls } = buildClient(() => ({ status: 201 }));
      const account = buildAccount({ apiUrl: "http://127.0.0.1:4000" });
      await client.send(buildRequest(), buildContext("sms", { account }));
      assert.equal(calls[0]?.origin, "http://127.0.0.1:4000");
    });
    it("uses a renewed token at once", async () => {
      const { client, calls } = buildClient(() => ({ status: 201 }));
      await client.send(buildRequest(), buildContext("sms"));
      const account = buildAccount({ secrets: { authToken: ["renewed", AUTH_TOKEN] } });
      await client.send(buildRequest(), buildContext("sms", { account }));
      assert.equal(
        calls[1]?.headers.authorization,
        `Basic ${Buffer.from(`${ACCOUNT_SID}:renewed`).toString("base64")}`,
      );
    });
    it("takes a garbled success for a success without an id", async () => {
      for (const body of ["", "<html>", "null", "{}", '{"sid":5}']) {
        const { client } = buildClient(() => ({ status: 201, body }));
        assert.deepEqual(await client.send(buildRequest(), buildContext("sms")), {});
      }
    });
    it("calls nobody without credentials", async () => {
      const { client, calls } = buildClient(() => ({ status: 201 }));
      const accounts = [buildAccount({ secrets: {} }), buildAccount({ values: {} })];
      for (const account of accounts) {
        await assert.rejects(client.send(buildRequest(), buildContext("sms", { account })), {
          code: "CHANNEL_AUTH",
          scope: "instance",
        });
      }
      assert.equal(calls.length, 0);
    });
    it("never shows the credentials in an error", async () => {
      for (const status of [400, 401, 429, 500]) {
        const { client } = buildClient(() => ({ status, body: '{"code":20003,"message":"Authenticate"}' }));
        await assert.rejects(client.send(buildRequest(), buildContext("sms")), (error) => {
          const shown = inspect(error, { depth: 9 }) + JSON.stringify(error);
          assert.ok(!shown.includes(AUTH_TOKEN) && !shown.includes(BASIC.slice(6)));
          return true;
        });
      }
    });
  });

  describe("reconcile", () => {
    const message = (over: Record<string, unknown> = {}) => ({
      sid: "SM1",
      body: "Hello",
      direction: "outbound-api",
      date_created: new Date(NOW).toUTCString().replace("GMT", "+0000"),
      ...over,
    });
    const ask = (messages: unknown, sentAt = NOW + 900) => {
      const { client, calls } = buildClient(() => ({ body: JSON.stringify({ messages }) }));
      return { result: client.reconcile(buildRequest(), buildContext("sms"), sentAt), calls };
    };

    it("asks for the newest messages between the two numbers", async () => {
      const { result, calls } = ask([]);
      assert.deepEqual(await result, { outcome: "notSent" });
      const url = new URL(calls[0]?.path ?? "", "http://api");
      assert.equal(calls[0]?.method, "GET");
      assert.equal(calls[0]?.body, undefined);
      assert.equal(url.pathname, `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`);
      assert.deepEqual(Object.fromEntries(url.searchParams), {
        To: CUSTOMER,
        From: OUR_NUMBER,
        PageSize: "50",
      });
    });
    it("finds the message although Twilio dates it to the second", async () => {
      assert.deepEqual(await ask([message({ body: "other" }), message()]).result, {
        outcome: "sent",
        providerId: "SM1",
      });
    });
    it("takes no earlier message, other text or message of the customer for it", async () => {
      for (const over of [
        { body: "hello" },
        { direction: "inbound" },
        { body: null },
        { date_created: "" },
      ]) {
        assert.deepEqual(await ask([message(over)]).result, { outcome: "notSent" }, JSON.stringify(over));
      }
      assert.deepEqual(await ask([message()], NOW + 3_000).result, { outcome: "notSent" });
    });
    it("does not know when the list is full of newer messages", async () => {
      const newer = Array.from({ length: 50 }, (_, n) => message({ body: `m${n}` }));
      assert.deepEqual(await ask(newer).result, { outcome: "unknown" });
    });
    it("finds a file without text, which Twilio keeps as no text", async () => {
      const file: PlatformRequest = { ...buildRequest(), body: "To=%2B1&From=%2B2&MediaUrl=https%3A%2F%2Fx" };
      for (const body of ["", null]) {
        const { client } = buildClient(() => ({ body: JSON.stringify({ messages: [message({ body })] }) }));
        const found = await client.reconcile(file, buildContext("sms"), NOW);
        assert.deepEqual(found, { outcome: "sent", providerId: "SM1" });
      }
    });
    it("does not know about a template, of which Twilio keeps the filled text", async () => {
      const template: PlatformRequest = { ...buildRequest(), body: "To=%2B1&From=%2B2&ContentSid=HX1" };
      const reconcile = (messages: unknown[], knownIds?: Set<string>) => {
        const { client } = buildClient(() => ({ body: JSON.stringify({ messages }) }));
        const context = buildContext("sms", knownIds === undefined ? {} : { knownIds });
        return client.reconcile(template, context, NOW);
      };
      assert.deepEqual(await reconcile([message()]), { outcome: "unknown" });
      assert.deepEqual(await reconcile([message()], new Set(["SM1"])), { outcome: "notSent" });
      assert.deepEqual(await reconcile([]), { outcome: "notSent" });
    });
    it("reads past entries that are none", async () => {
      assert.deepEqual(await ask([null, 5, "x", [], message()]).result, {
        outcome: "sent",
        providerId: "SM1",
      });
    });
    it("fails when Twilio cannot be asked now", async () => {
      for (const answer of [{ status: 503 }, { body: "<html>" }, { body: '{"messages":5}' }]) {
        const { client } = buildClient(() => answer);
        await assert.rejects(client.reconcile(buildRequest(), buildContext("sms"), NOW), {
          code: "CHANNEL_UNAVAILABLE",
          retryable: true,
        });
      }
    });
  });

  describe("signal", () => {
    const sid = "SM0123456789abcdef0123456789abcdef";
    const signal = async (lastInboundId: string | undefined, over = {}) => {
      const { client, calls } = buildClient(() => ({ body: '{"success":true}' }), createWhatsAppClient, over);
      const ids = lastInboundId === undefined ? {} : { lastInboundId };
      for (const kind of ["typing", "read"] as const)
        await client.signal?.(kind, buildContext("whatsapp", ids));
      return calls;
    };
    it("shows typing and reading with one and the same call", async () => {
      const calls = await signal(sid);
      assert.equal(calls.length, 2);
      for (const { origin, path, method, headers, body } of calls) {
        assert.equal(origin, "https://messaging.twilio.com");
        assert.equal(body, `channel=whatsapp&messageId=${sid}`);
        const contentType = headers["content-type"] as PlatformRequest["contentType"];
        checkTwilioRequest({ method: method as "POST", path, contentType, body: String(body) });
      }
    });
    it("goes to the configured URL", async () => {
      const [call] = await signal(sid, { baseUrls: { messaging: "https://m.example" } });
      assert.equal(call?.origin, "https://m.example");
    });
    it("says nothing about a message that Twilio did not name", async () => {
      for (const id of [undefined, "3333", "HX1"]) assert.deepEqual(await signal(id), []);
    });
    it("is nothing that SMS has", () => {
      const { client } = buildClient(() => ({}));
      assert.equal(client.signal, undefined);
      assert.equal(client.templates, undefined);
    });
  });

  describe("templates", () => {
    it("asks the content host, or the account's own API", async () => {
      const { client, calls } = buildClient(() => ({ body: "{}" }), createWhatsAppClient);
      const { instance } = buildContext("whatsapp");
      for (const over of [{}, { apiUrl: "http://127.0.0.1:4000" }]) {
        await client.templates?.({ account: buildAccount(over), instance });
      }
      assert.deepEqual(
        calls.map(({ origin }) => origin),
        ["https://content.twilio.com", "http://127.0.0.1:4000"],
      );
      assert.deepEqual(calls[0]?.headers, { authorization: BASIC });
    });
    it("fails in words", async () => {
      const { client } = buildClient(() => ({ status: 401 }), createWhatsAppClient);
      const { account, instance } = buildContext("whatsapp");
      await assert.rejects(client.templates?.({ account, instance }) ?? Promise.resolve(), {
        code: "CHANNEL_AUTH",
      });
    });
  });
});
