import assert from "node:assert/strict";
import { twitter } from "../../../src/adapters/twitter";
import type { RawRequest } from "../../../src/core/channel";
import { buildAccount, toRequest } from "./account";

const account = buildAccount();
/** HMAC-SHA256 of the body under "apiSecret", worked out apart from this code. */
const SIGNATURE = "sha256=4rWuh7K8SGzFdUMHx3+c/YtMaSysiYJExR3TaPQDgd8=";
const BODY = '{"for_user_id":"1"}';

describe("twitter webhook", () => {
  it("agrees with the known signature", () => {
    twitter.verify(toRequest(BODY, { "x-twitter-webhooks-signature": SIGNATURE }), account);
  });

  it("refuses the same bytes written otherwise", () => {
    for (const given of [
      SIGNATURE.replaceAll("+", "-"),
      SIGNATURE.slice(0, -1),
      `${SIGNATURE} `,
      SIGNATURE.slice(7),
    ]) {
      assert.throws(
        () => twitter.verify(toRequest(BODY, { "x-twitter-webhooks-signature": given }), account),
        {
          code: "WEBHOOK_BAD_SIGNATURE",
        },
      );
    }
  });

  const ask = (query: string, holder = account) => {
    const request: RawRequest = {
      method: "GET",
      url: `/webhooks/twitter/shop-x${query}`,
      headers: {},
      body: Buffer.alloc(0),
    };
    return twitter.challenge?.(request, holder);
  };

  it("answers the challenge-response check", () => {
    const reply = ask("?crc_token=test%20token&nonce=5");
    assert.equal(reply?.status, 200);
    assert.match(reply?.contentType ?? "", /^application\/json/);
    assert.deepEqual(JSON.parse(reply?.body ?? ""), {
      response_token: "sha256=O5hJl2njQRIa4vsumZ+3oom9ECR5m3aQLRZkPoYelp0=",
    });
  });

  it("answers 400 without a token", () => {
    assert.equal(ask("")?.status, 400);
    assert.equal(ask("?crc_token=")?.status, 400);
  });

  it("signs nothing for a stranger that could be sent as a webhook", () => {
    for (const body of [BODY, ` \n${BODY}`, "[{}]", "\u00e9{"]) {
      const reply = ask(`?crc_token=${encodeURIComponent(body)}`);
      assert.deepEqual([reply?.status, reply?.body], [400, undefined], body);
    }
  });

  it("refuses as a webhook whatever the check does sign", () => {
    for (const token of ["test token", "[]", "1", '"text"']) {
      const { response_token } = JSON.parse(ask(`?crc_token=${encodeURIComponent(token)}`)?.body ?? "") as {
        response_token: string;
      };
      assert.throws(
        () => twitter.verify(toRequest(token, { "x-twitter-webhooks-signature": response_token }), account),
        { code: "WEBHOOK_BAD_SIGNATURE" },
        token,
      );
    }
  });

  it("proves the newest secret during a rotation", () => {
    const rotating = buildAccount("xaa", { secrets: { consumerSecret: ["apiSecret", "old"] } });
    assert.equal(ask("?crc_token=a", rotating)?.body, ask("?crc_token=a")?.body);
  });
});
