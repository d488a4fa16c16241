import { readFileSync } from "node:fs";
import type { Account, Instance, RawRequest, SendContext } from "../../../src/core/channel";

/** Builders for the tests of all three Twilio folders. */
export const ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef";
export const AUTH_TOKEN = "0123456789abcdef-test-token";
export const PUBLIC_URL = "https://bots.example.com";
export const WEBHOOK_PATH = "/webhooks/twilio/shop";
export const OUR_NUMBER = "+14155238886";
export const CUSTOMER = "+31612345678";
export const NOW = Date.UTC(2026, 10, 21, 12);
export const clock = { now: () => NOW, after: () => () => {} };

export function buildInstance(channel: "sms" | "whatsapp", over: Partial<Instance> = {}): Instance {
  return {
    id: `${channel}~${OUR_NUMBER.slice(1)}`,
    channel,
    accountId: "shop",
    externalId: OUR_NUMBER,
    name: "Shop",
    values: {},
    secrets: {},
    workstreamId: "w",
    ...over,
  };
}

export function buildAccount(over: Partial<Account> = {}): Account {
  return {
    id: "shop",
    provider: "twilio",
    name: "Shop at Twilio",
    values: { accountSid: ACCOUNT_SID },
    secrets: { authToken: [AUTH_TOKEN] },
    publicUrls: [PUBLIC_URL],
    instances: [buildInstance("sms"), buildInstance("whatsapp")],
    ...over,
  };
}

export function buildContext(channel: "sms" | "whatsapp", over: Partial<SendContext> = {}): SendContext {
  return {
    account: buildAccount(),
    instance: buildInstance(channel),
    customerId: CUSTOMER,
    messageId: "out~AAAAAAAAAAAAAAAAAAAAAA",
    author: { kind: "bot" },
    lastInboundAt: NOW - 60_000,
    now: NOW,
    ...over,
  };
}

/** A form as Twilio posts it, unsigned. */
export function buildRequest(form: string | Record<string, string>, url = WEBHOOK_PATH): RawRequest {
  const text = typeof form === "string" ? form : new URLSearchParams(form).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url, headers, body: Buffer.from(text) };
}

/** Pairs of a fixture, changed by `over`; undefined takes a pair away. */
export function readFixture(
  path: string,
  over: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const kept = JSON.parse(readFileSync(`tests/adapters/${path}`, "utf8")) as {
    pairs: Record<string, string>;
  };
  const changed = Object.entries({ ...kept.pairs, ...over });
  return Object.fromEntries(changed.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
