import { randomBytes } from "node:crypto";
import type { FakeAnswer } from "../shared/fakePlatform";

/** Twilio's error shape (Twilio: REST API responses). */
export function refuse(status: number, code: number, message: string): FakeAnswer {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

/** What Twilio says when it just fails. */
export function toErrorBody(status: number): unknown {
  if (status === 401) return refuse(status, 20003, "Authenticate").body;
  if (status === 403) return refuse(status, 20403, "Forbidden").body;
  if (status === 429) return refuse(status, 20429, "Too Many Requests").body;
  return refuse(
    status,
    status >= 500 ? 20500 : 20001,
    status >= 500 ? "Internal Server Error" : "Bad request",
  ).body;
}

/** Basic authentication. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** An id of Twilio's form: prefix and 32 hexadecimal digits. */
export function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString("hex");
}

/** "Thu, 24 Aug 2023 05:01:45 +0000". */
export function toRfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace("GMT", "+0000");
}
