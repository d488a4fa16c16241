import assert from "node:assert/strict";
import { inspect } from "node:util";
import { sms } from "../../../src/adapters/sms";
import { createClient } from "../../../src/adapters/twilio/client";
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

const BASIC = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64")}`;

/** A client whose calls are answered by `answer` and kept. */
function buildClient(answer: (request: HttpRequest) => Partial<HttpResponse>) {
  const calls: HttpRequest[] = [];
  const http = {
    async request(request: HttpRequest): Promise<HttpResponse> {
      calls.push(request);
      return { status: 200, headers: {}, body: "", ...answer(request) };
    },
    async close() {},
  };
  return { calls, client: createClient({ http, baseUrl: "https://api.example", clock, log: silentLog }) };
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
});
