import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { request } from "undici";
import { SECRETS } from "../support/accounts";
import { CHANNEL_NAMES, webhookPath } from "../support/platforms";
import { startTestApp, type TestApp } from "../support/startApp";

describe("a platform that checks our URL", function () {
  this.timeout(20_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.stop());

  async function get(path: string): Promise<{ status: number; text: string; type: string }> {
    const reply = await request(test.url + path, { method: "GET" });
    return {
      status: reply.statusCode,
      text: await reply.body.text(),
      type: String(reply.headers["content-type"] ?? ""),
    };
  }

  const facebook = (query: string) => get(`${webhookPath("facebook")}${query}`);
  const proofOf = (token: string) => {
    const proof = createHmac("sha256", SECRETS.X_API_SECRET ?? "")
      .update(token)
      .digest("base64");
    return { response_token: `sha256=${proof}` };
  };

  it("twitter: the challenge is answered before any POST came", async () => {
    const reply = await get(`${webhookPath("twitter")}?crc_token=first`);
    assert.equal(reply.status, 200);
    assert.match(reply.type, /^application\/json/);
    assert.deepEqual(JSON.parse(reply.text), proofOf("first"));
  });

  it("twitter: the token counts as X wrote it, once decoded", async () => {
    const tokens = {
      "a%2Bb%3D": "a+b=",
      "a%20b": "a b",
      "%E2%82%AC": "€",
      "x&nonce=1": "x",
      "x&crc_token=y": "x",
    };
    for (const [written, token] of Object.entries(tokens)) {
      const reply = await get(`${webhookPath("twitter")}?crc_token=${written}`);
      assert.deepEqual(JSON.parse(reply.text), proofOf(token), written);
    }
  });

  it("twitter: a challenge without token is 400 and proves nothing", async () => {
    for (const query of ["", "?", "?crc_token", "?crc_token=", "?CRC_TOKEN=a", "?x=crc_token"]) {
      const reply = await get(`${webhookPath("twitter")}${query}`);
      assert.equal(reply.status, 400, query);
      assert.ok(!reply.text.includes("sha256="));
    }
  });

  it("facebook: the right token is answered with exactly the challenge", async () => {
    const token = SECRETS.FB_VERIFY_TOKEN;
    const challenges = {
      "1158201444": "1158201444",
      "a%2Bb%26c": "a+b&c",
      "%3Cscript%3E": "<script>",
      "": "",
    };
    for (const [written, challenge] of Object.entries(challenges)) {
      const reply = await facebook(`?hub.mode=subscribe&hub.challenge=${written}&hub.verify_token=${token}`);
      assert.equal(reply.status, 200, written);
      assert.equal(reply.text, challenge);
      assert.match(reply.type, /^text\/plain/);
    }
  });

  it("facebook: anything else is 403 without a hint", async () => {
    const token = SECRETS.FB_VERIFY_TOKEN ?? "";
    const queries = [
      "",
      "?",
      "?hub.mode=subscribe&hub.challenge=1",
      "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
      "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
      `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}x`,
      `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token.slice(0, -1)}`,
      `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong&hub.verify_token=${token}`,
      `?hub.mode=subscribe&hub.verify_token=${token}`,
      `?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=${token}`,
      `?hub.challenge=1&hub.verify_token=${token}`,
      `?hub.mode[]=subscribe&hub.challenge=1&hub.verify_token[]=${token}`,
      `?hub%2Emode=unsubscribe&hub.challenge=1&hub.verify_token=${token}`,
    ];
    for (const query of queries) {
      const reply = await facebook(query);
      assert.equal(reply.status, 403, query);
      assert.deepEqual(Object.keys(JSON.parse(reply.text)), ["code", "message", "details"]);
      assert.ok(!reply.text.includes(token), query);
    }
  });

  it("an unknown account, another provider's account and Twilio, which has no check, are no address", async () => {
    for (const path of [
      "/webhooks/facebook/nobody?hub.mode=subscribe",
      "/webhooks/twitter/nobody?crc_token=a",
      "/webhooks/twitter/shop-fb?crc_token=a",
      "/webhooks/facebook/shop-x?hub.mode=subscribe",
      "/webhooks/facebook/shop-fb/?hub.mode=subscribe",
      "/webhooks/facebook//shop-fb",
      "/webhooks/facebook/",
      "/webhooks/telegram/shop-fb",
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
    assert.ok([404, 405].includes((await get(webhookPath("sms"))).status));
  });

  it("other methods are refused on every webhook URL", async () => {
    const paths = [...new Set(CHANNEL_NAMES.map(webhookPath)), `${webhookPath("sms")}/status`];
    for (const path of paths) {
      for (const method of ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] as const) {
        const reply = await request(test.url + path, { method, ...(method === "PUT" ? { body: "{}" } : {}) });
        await reply.body.dump();
        assert.ok(
          reply.statusCode >= 400 && reply.statusCode < 500,
          `${method} ${path}: ${reply.statusCode}`,
        );
      }
    }
  });
});
