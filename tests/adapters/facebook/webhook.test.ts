import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import { hmac } from "../../../src/adapters/shared/signature";
import type { RawRequest } from "../../../src/core/channel";
import { buildAccount, toRequest } from "./account";

const account = buildAccount();
const BODY = '{"object":"page"}';
/** HMAC-SHA256 of BODY under "s3cret", worked out apart from this code. */
const SIGNATURE = "2c456c04d69676a639e2f3f04db472fa1dab1ac0c44d094f7684ada2e97d0c39";

describe("facebook webhook", () => {
  it("agrees with the known signature", () => {
    facebook.verify(toRequest(BODY, { "x-hub-signature-256": `sha256=${SIGNATURE}` }), account);
  });

  it("refuses the legacy SHA-1 header alone", () => {
    const headers = { "x-hub-signature": "sha1=24f663b1239e358a3f85e9a31fdbc75ba7a024b1" };
    assert.throws(() => facebook.verify(toRequest(BODY, headers), account), {
      code: "WEBHOOK_BAD_SIGNATURE",
    });
  });

  it("accepts a body whose unicode escapes were decoded on the way", () => {
    const signed = '{"object":"page","text":"caf\\u00e9 \\ud83d\\udc4b"}';
    const headers = { "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", signed).toString("hex")}` };
    facebook.verify(toRequest(signed, headers), account);
    facebook.verify(toRequest('{"object":"page","text":"café 👋"}', headers), account);
    assert.throws(() => facebook.verify(toRequest('{"object":"page","text":"cafe 👋"}', headers), account), {
      code: "WEBHOOK_BAD_SIGNATURE",
    });
  });

  it("wants the prefix and nothing beside the signature", () => {
    for (const given of [
      SIGNATURE,
      `sha1=${SIGNATURE}`,
      `sha256=${SIGNATURE.slice(0, 63)}g`,
      `sha256= ${SIGNATURE}`,
    ]) {
      assert.throws(() => facebook.verify(toRequest(BODY, { "x-hub-signature-256": given }), account), {
        code: "WEBHOOK_BAD_SIGNATURE",
      });
    }
  });

  describe("challenge", () => {
    const ask = (query: string) => {
      const request: RawRequest = {
        method: "GET",
        url: `/webhooks/facebook/shop?${query}`,
        headers: {},
        body: Buffer.alloc(0),
      };
      return facebook.challenge?.(request, account);
    };

    it("returns the challenge exactly", () => {
      const reply = ask("hub.mode=subscribe&hub.verify_token=verify%20me&hub.challenge=11%3C5");
      assert.equal(reply?.status, 200);
      assert.equal(reply?.body, "11<5");
      assert.match(reply?.contentType ?? "", /^text\/plain/);
    });

    it("refuses another token, another mode, no challenge and no query", () => {
      for (const query of [
        "hub.mode=subscribe&hub.verify_token=other&hub.challenge=1",
        "hub.mode=unsubscribe&hub.verify_token=verify+me&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=verify+me",
        "hub.mode=subscribe&hub.challenge=1",
        "",
      ]) {
        assert.throws(() => ask(query), { code: "WEBHOOK_BAD_TOKEN" });
      }
    });

    it("refuses everything when the account has no token", () => {
      const url = "/w?hub.mode=subscribe&hub.verify_token=&hub.challenge=1";
      const bare = buildAccount({ secrets: { applicationSecret: ["s3cret"] } });
      const request: RawRequest = { method: "GET", url, headers: {}, body: Buffer.alloc(0) };
      assert.throws(() => facebook.challenge?.(request, bare), { code: "WEBHOOK_BAD_TOKEN" });
    });
  });
});
