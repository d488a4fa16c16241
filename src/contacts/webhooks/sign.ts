import { createHmac } from "node:crypto";
import { ConfigError } from "../../core/errors";

const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** What is signed: "Standard Webhooks", www.standardwebhooks.com. */
export interface SignedMessage {
  /** The same however often it is sent. */
  id: string;
  /** When it is sent, ms. */
  at: number;
  body: string;
}

/**
 * Headers that prove where a message comes from, with one signature for each secret: while a secret is changed there are
 * two. Throws ConfigError WEBHOOK_SECRET_INVALID.
 */
export function signedHeaders({ id, at, body }: SignedMessage, secrets: readonly string[]) {
  const seconds = String(Math.floor(at / 1000));
  const sign = (secret: string): string =>
    createHmac("sha256", keyOf(secret)).update(`${id}.${seconds}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": secrets.map((secret) => `v1,${sign(secret)}`).join(" "),
  };
}

/** Verifiers read a secret as base64, with or without the prefix; so do we. */
function keyOf(secret: string): Buffer {
  const text = secret.replace(/^whsec_/, "");
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
  if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) return key;
  throw new ConfigError(
    "WEBHOOK_SECRET_INVALID",
    `A webhook's secret must be base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes, with or without "whsec_" before it.`,
  );
}
