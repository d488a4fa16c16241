import assert from "node:assert/strict";
import fc from "fast-check";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { sms } from "../../../src/adapters/sms";
import { parseForm } from "../../../src/adapters/twilio/wire";
import { whatsapp } from "../../../src/adapters/whatsapp";
import type { Inbound, RawRequest } from "../../../src/core/channel";
import { InputError, WebhookRejected } from "../../../src/core/errors";
import { ACCOUNT_SID, AUTH_TOKEN, buildAccount, PUBLIC_URL, WEBHOOK_PATH } from "./account";

const NAMES = [
  "From",
  "To",
  "MessageSid",
  "Body",
  "MessageStatus",
  "ErrorCode",
  "NumMedia",
  "MediaContentType0",
  "MediaUrl0",
  "MediaUrl1",
  "WaId",
  "Latitude",
  "Longitude",
  "Label",
  "ButtonPayload",
  "ListTitle",
  "InteractiveData",
  "ExternalUserId",
  "ReferralSourceId",
  "ReferralHeadline",
  "MessageType",
  "OriginalRepliedMessageSid",
  "OptOutType",
  "MessagingServiceSid",
];
const VALUES = [
  "+31612345678",
  "whatsapp:+31612345678",
  "whatsapp:",
  "whatsapp:NL.1",
  "SM1",
  "",
  "\0",
  "delivered",
  "failed",
  "63016",
  "1",
  "-1",
  "NaN",
  "1e9",
  "STOP",
  "constructor",
  "52.3",
  "text/vcard",
  "https://api.twilio.com/x",
  "reaction",
  '{"nfm_reply":{"response_json":"{\\"a\\":1}"}}',
  '{"__proto__":{"title":"x"}}',
  "MG1",
];
const account = buildAccount();

const pair = fc.tuple(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  ),
);
const form = fc
  .array(pair, { maxLength: 12 })
  .map((pairs) => Buffer.from(new URLSearchParams(pairs).toString()));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const query = fc.oneof(
  fc.constantFrom(
    "",
    "/status",
    "/status?m=1&c=whatsapp%3A%2B1&i=%2B2",
    "?bodySHA256=00",
    "/status?c&i&m=%",
    "#x",
  ),
  fc.string({ maxLength: 20 }),
);
const contentType = fc.constantFrom("application/x-www-form-urlencoded", "application/json", undefined);

/** What both channels make of it, or the error that the contract allows. */
function receive(request: RawRequest): Inbound[] {
  return [sms, whatsapp].flatMap((channel) => {
    try {
      return channel.toInbound(request, account);
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
      return [];
    }
  });
}

describe("Twilio webhooks against anything", () => {
  it("never throw but what the contract allows, and never claim an item twice", () => {
    fc.assert(
      fc.property(fc.oneof(form, bytes), query, contentType, fc.boolean(), (body, path, type, isSigned) => {
        const url = WEBHOOK_PATH + path;
        const signed = PUBLIC_URL + (url.split("#")[0] as string);
        const signature = isSigned
          ? getExpectedTwilioSignature(AUTH_TOKEN, signed, { ...parseForm(body.toString("utf8")) })
          : "A".repeat(28);
        const headers = { "content-type": type, "x-twilio-signature": signature };
        const request: RawRequest = { method: "POST", url, headers, body };
        try {
          sms.verify(request, account);
        } catch (error) {
          assert.ok(error instanceof WebhookRejected, String(error));
        }
        const items = receive(request);
        // A message and the advertisement that led to it.
        assert.ok(items.length <= 2, JSON.stringify(items));
        const keys = items.map((item) => ("key" in item ? item.key : ""));
        assert.equal(new Set(keys).size, items.length);
        assert.ok(new Set(items.map(({ channel }) => channel)).size <= 1);
        JSON.stringify(items);
      }),
      { seed: 20261121, numRuns: 2_500 },
    );
  }).timeout(10_000);
  it("verify what Twilio signed, byte for byte", () => {
    fc.assert(
      fc.property(form, (body) => {
        const whole = Buffer.concat([body, Buffer.from(`&AccountSid=${ACCOUNT_SID}`)]);
        const params = { ...parseForm(whole.toString("utf8")) };
        if (params.AccountSid !== ACCOUNT_SID) return;
        const signature = getExpectedTwilioSignature(AUTH_TOKEN, PUBLIC_URL + WEBHOOK_PATH, params);
        const headers = { "x-twilio-signature": signature };
        sms.verify({ method: "POST", url: WEBHOOK_PATH, headers, body: whole }, account);
      }),
      { seed: 20261121, numRuns: 1_000 },
    );
  }).timeout(10_000);
});
