import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { RecordEvent } from "../../core/owed";
import type { WebhookSettings } from "../../core/settings";
import { type Payload, type RecordReaders, toPayload } from "./payload";
import { retryAfterMs } from "./retry";
import { signedHeaders } from "./sign";
import type { Outcome, Target } from "./target";

/** Posts to an address that an admin named; follows nothing. Throws SwitchboardError WEBHOOK_UNDELIVERED without an answer. */
export type Post = (request: {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}) => Promise<{ status: number; retryAfter?: string }>;

export interface WebhookPorts {
  post: Post;
  readers: RecordReaders;
  /** The value that counts first, then one that is being replaced. */
  resolveSecret(reference: string): Promise<string[]>;
  clock: Clock;
}

const TIMEOUT_MS = 10_000;

export function toTarget(webhook: WebhookSettings, ports: WebhookPorts): Target {
  const { id, url, events } = webhook;
  return {
    id,
    address: url,
    wants: ({ type }) => events === "all" || events.includes(type),
    send: async (event: RecordEvent) => sendPayload(webhook, await toPayload(event, ports.readers), ports),
  };
}

/** One attempt. Never throws. */
export async function sendPayload(
  { url, secret }: Pick<WebhookSettings, "url" | "secret">,
  payload: Payload,
  ports: Omit<WebhookPorts, "readers">,
): Promise<Outcome> {
  const body = JSON.stringify(payload);
  try {
    const secrets = await ports.resolveSecret(secret);
    const signed = signedHeaders({ id: payload.id, at: ports.clock.now(), body }, secrets);
    const headers = { "content-type": "application/json", ...signed };
    return toOutcome(await ports.post({ url, headers, body, timeoutMs: TIMEOUT_MS }), ports.clock.now());
  } catch (error) {
    return { kind: "failed", text: messageOf(error) };
  }
}

function toOutcome({ status, retryAfter }: Awaited<ReturnType<Post>>, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: "done", status };
  if (status === 410)
    return { kind: "off", status, text: "It answered 410: whoever is there wants no more of it." };
  if (status >= 300 && status < 400)
    return { kind: "failed", status, text: `It answered ${status}; redirects are not followed.` };
  const restMs = status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : undefined;
  return {
    kind: "failed",
    status,
    text: `It answered ${status}.`,
    ...(restMs === undefined ? {} : { restMs }),
  };
}
