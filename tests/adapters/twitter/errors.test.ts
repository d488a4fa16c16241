import assert from "node:assert/strict";
import { isDuplicate, toChannelError, toLookError } from "../../../src/adapters/twitter/errors";
import type { ErrorCode } from "../../../src/core/errors";

const NOW = 1_763_700_000_000;

describe("twitter errors", () => {
  const cases: [number, string, ErrorCode, "instance" | "customer"][] = [
    [429, '{"errors":[{"code":88}]}', "CHANNEL_RATE_LIMITED", "instance"],
    [503, '{"errors":[{"code":130}]}', "CHANNEL_UNAVAILABLE", "customer"],
    [401, '{"errors":[{"code":89}]}', "CHANNEL_AUTH", "instance"],
    [401, '{"errors":[{"code":135}]}', "CHANNEL_AUTH", "instance"],
    [402, '{"title":"CreditsDepleted"}', "CHANNEL_PERMISSION", "instance"],
    [429, '{"type":"https://api.twitter.com/2/problems/usage-capped"}', "CHANNEL_PERMISSION", "instance"],
    [
      403,
      '{"type":"https://api.twitter.com/2/problems/oauth1-permissions"}',
      "CHANNEL_PERMISSION",
      "instance",
    ],
    [403, '{"errors":[{"code":476}]}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":150}]}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":63}]}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":453}]}', "CHANNEL_PERMISSION", "instance"],
    [400, '{"errors":[{"code":324}]}', "CHANNEL_REFUSED", "customer"],
    [400, '{"errors":[{"code":214,"message":"bad"}]}', "CHANNEL_REFUSED", "customer"],
    [200, '{"errors":[{"title":"Forbidden","detail":"no"}]}', "CHANNEL_REFUSED", "customer"],
    [401, '{"title":"Unauthorized","type":"about:blank"}', "CHANNEL_AUTH", "instance"],
    [403, '{"errors":[{"code":93}]}', "CHANNEL_PERMISSION", "instance"],
    [403, '{"type":"https://api.twitter.com/2/problems/client-forbidden"}', "CHANNEL_PERMISSION", "instance"],
    [403, '{"title":"Forbidden","type":"about:blank"}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":349}]}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":326}]}', "CHANNEL_PERMISSION", "instance"],
    [404, '{"errors":[{"code":34}]}', "CHANNEL_UNDELIVERABLE", "customer"],
    [403, '{"errors":[{"code":354}]}', "CHANNEL_REFUSED", "customer"],
    [400, '{"title":"Invalid Request","detail":"bad text"}', "CHANNEL_REFUSED", "customer"],
    [418, "<html>", "CHANNEL_REFUSED", "customer"],
    [400, '{"errors":[{"code":"constructor"}]}', "CHANNEL_REFUSED", "customer"],
  ];
  for (const [status, body, code, scope] of cases) {
    it(`means ${code} by ${status} ${body}`, () => {
      const error = toChannelError({ status, headers: {}, body }, NOW);
      assert.equal(error?.code, code);
      assert.equal(error?.scope, scope);
      assert.ok(error?.platformCode);
    });
  }

  it("is unsure after a fault of X, not after 'over capacity'", () => {
    const ambiguous = (status: number) => toChannelError({ status, headers: {}, body: "{}" }, NOW)?.ambiguous;
    assert.deepEqual([500, 502, 503, 504, 429].map(ambiguous), [true, true, false, true, false]);
  });

  it("says the cure of a dead token, a wrong clock and a missing right", () => {
    const words = (code: number) =>
      toChannelError({ status: 403, headers: {}, body: `{"errors":[{"code":${code}}]}` }, NOW)?.message ?? "";
    assert.match(words(89), /regenerated/);
    assert.match(words(135), /NTP/);
    assert.match(words(93), /Read, Write and Direct Messages/);
    assert.match(words(476), /verified/);
  });

  it("gives X's words for a look-up, and never calls a person undeliverable for it", () => {
    const look = (status: number, body: string) => toLookError({ status, headers: {}, body }, NOW);
    assert.equal(look(403, "{}").code, "CHANNEL_PERMISSION");
    assert.equal(look(404, "{}").code, "CHANNEL_REFUSED");
    assert.match(look(400, '{"detail":"CrcValidationFailed"}').message, /CrcValidationFailed/);
    assert.match(look(503, "{}").message, /try again/);
  });

  it("knows what is there already", () => {
    const duplicate = (status: number, body: string) => isDuplicate({ status, headers: {}, body });
    assert.ok(duplicate(409, '{"errors":[{"code":355}]}'));
    assert.ok(duplicate(400, '{"errors":[{"message":"DuplicateSubscriptionFailed: x"}]}'));
    assert.ok(!duplicate(200, "DuplicateSubscriptionFailed"));
    assert.ok(!duplicate(400, '{"errors":[{"message":"SubscriptionLimitExceeded"}]}'));
  });
});
