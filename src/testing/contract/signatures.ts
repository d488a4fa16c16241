import assert from "node:assert/strict";
import type { SignedWebhook } from "../../adapters/shared/fakePlatform";
import type { Account, Channel, RawRequest } from "../../core/channel";
import { WebhookRejected } from "../../core/errors";
import type { Suite } from "./suite";

/** The part of the channel contract about signatures. Registers tests. */
export function signatureContract(given: {
  suite: Suite;
  channel: Channel;
  account: Account;
  toRequest(signed: SignedWebhook): RawRequest;
  /** A customer's text as the platform signs it. */
  sign(text: string): SignedWebhook;
  /** Of a platform that signs no bodies. */
  secretHeader: string | undefined;
}): void {
  const { channel, account, toRequest, sign, secretHeader } = given;
  const { describe, it } = given.suite;
  describe("signature", () => {
    const signatureOf = (signed: SignedWebhook) =>
      Object.keys(signed.headers).filter((name) => name === secretHeader || name.includes("signature"));
    function refuses(change: (signed: SignedWebhook) => void) {
      const signed = structuredClone(sign("Hello"));
      signed.body = Buffer.from(signed.body);
      change(signed);
      assert.throws(() => channel.verify(toRequest(signed), account), WebhookRejected);
    }
    it("accepts what the platform signed", () => {
      channel.verify(toRequest(sign("Zoë says 👋🏽")), account);
    });
    if (secretHeader === undefined)
      it("refuses a changed body", () => refuses((signed) => signed.body.write("x", signed.body.length - 3)));
    it("refuses a missing signature", () =>
      refuses((signed) => {
        for (const name of signatureOf(signed)) delete signed.headers[name];
      }));
    it("refuses a truncated signature", () =>
      refuses((signed) => {
        for (const name of signatureOf(signed))
          signed.headers[name] = (signed.headers[name] ?? "").slice(0, -4);
      }));
    it("refuses a longer signature", () =>
      refuses((signed) => {
        for (const name of signatureOf(signed)) signed.headers[name] += "abcd";
      }));
    it("refuses an empty signature", () =>
      refuses((signed) => {
        for (const name of signatureOf(signed)) signed.headers[name] = "";
      }));
    it("refuses another account's secret", () => {
      const secrets = Object.fromEntries(Object.keys(account.secrets).map((name) => [name, ["another"]]));
      const request = toRequest(sign("Hello"));
      assert.throws(() => channel.verify(request, { ...account, secrets }), WebhookRejected);
    });
    it("accepts the old secret while the new one comes into use", () => {
      const secrets = Object.fromEntries(
        Object.entries(account.secrets).map(([name, values]) => [name, ["new", ...values]]),
      );
      channel.verify(toRequest(sign("Hello")), { ...account, secrets });
    });
    it("trusts nothing when the account has no secret", () => {
      const request = toRequest(sign("Hello"));
      assert.throws(() => channel.verify(request, { ...account, secrets: {} }), {
        code: "ACCOUNT_SECRET_MISSING",
      });
    });
  });
}
