import type { Http, HttpResponse } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { ChannelError, messageOf, SwitchboardError } from "../../core/errors";
import { isLoopback } from "../../core/loopback";
import type { FlowReply, FlowRequest, FlowServices } from "./services";

/** Hosts that flows may ask, in the words of SWITCHBOARD_FLOW_HOSTS. */
export interface HostList {
  /** Is this host ("orders.example.com:8443") on the list? */
  has(host: string): boolean;
  /** Is this whole address allowed: its host, and plain http only where it was named so or stays on the machine? */
  allows(url: URL): boolean;
}

/** "orders.example.com", ".example.com" for all below it, "127.0.0.1:4000", "http://orders.internal" for plain http. */
export function createHostList(entries: readonly string[]): HostList {
  const hosts = entries.map((entry) => {
    const [, plain, host = ""] = /^(http:\/\/|https:\/\/)?([^/]*)/i.exec(entry) ?? [];
    const isPlain = plain?.toLowerCase() === "http://";
    // An address drops the port that its scheme has anyway.
    return { host: asInAddress(host).replace(isPlain ? /:80$/ : /:443$/, ""), plain: isPlain };
  });
  const find = (host: string) =>
    hosts.find((each) => each.host === host || (each.host.startsWith(".") && host.endsWith(each.host)));
  return {
    has: (host) => find(host.toLowerCase()) !== undefined,
    allows(url) {
      const found = find(url.host.toLowerCase());
      if (found === undefined || url.username !== "") return false;
      return (
        url.protocol === "https:" || (url.protocol === "http:" && (found.plain || isLoopback(url.hostname)))
      );
    },
  };
}

/** As an address writes it: in small letters, a name like "bücher.example" in its ASCII form. */
function asInAddress(host: string): string {
  const [, dot = "", name = ""] = /^(\.?)(.*)$/s.exec(host.toLowerCase()) ?? [];
  return `${dot}${URL.parse(`https://${name}`)?.host || name}${name.endsWith(":443") ? ":443" : ""}`;
}

export interface RequestPorts {
  http: Http;
  hosts: HostList;
  resolveSecret(reference: string): Promise<string[]>;
  clock: Clock;
}

const AGAIN_MS = 200;
/** With all its tries: a turn is given up after ten seconds, and nothing may be asked for it afterwards. */
const LONGEST_MS = 8_500;
/** The service may do it a moment later. */
const WORTH_ANOTHER: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends the requests of `http` steps: to allowed hosts only, without following redirects, at most 1 MB back. */
export function createRequests(ports: RequestPorts): FlowServices["request"] {
  async function once(
    request: FlowRequest,
    url: URL,
    secrets: Record<string, string>,
  ): Promise<HttpResponse> {
    return ports.http.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers, "idempotency-key": request.key, ...secrets },
      ...(request.body === undefined ? {} : { body: request.body }),
      timeoutMs: request.timeoutMs,
    });
  }

  async function secretsOf(request: FlowRequest): Promise<Record<string, string>> {
    const found = await Promise.all(
      Object.entries(request.secretHeaders).map(
        async ([name, reference]) =>
          [name.toLowerCase(), (await ports.resolveSecret(reference))[0] ?? ""] as const,
      ),
    );
    return Object.fromEntries(found);
  }

  return async (request) => {
    const url = new URL(request.url);
    if (!ports.hosts.allows(url)) throw failed(`SWITCHBOARD_FLOW_HOSTS does not allow ${url.origin}.`);
    const secrets = await secretsOf(request);
    const end = ports.clock.now() + LONGEST_MS;
    for (let attempt = 0; ; attempt++) {
      const pause = AGAIN_MS * 2 ** attempt;
      const left = end - ports.clock.now();
      const isLast = () => attempt >= request.retries || end - ports.clock.now() <= pause;
      try {
        const timeoutMs = Math.max(1, Math.min(request.timeoutMs, left));
        const response = await once({ ...request, timeoutMs }, url, secrets);
        if (isLast() || !WORTH_ANOTHER.has(response.status)) return toReply(response);
      } catch (error) {
        if (isLast() || !(error instanceof ChannelError && error.retryable))
          throw failed(`${url.origin} did not answer: ${messageOf(error)}`, error);
      }
      await new Promise<void>((resolve) => void ports.clock.after(pause, resolve));
    }
  };
}

const failed = (message: string, cause?: unknown): SwitchboardError =>
  new SwitchboardError("HELPER_FAILED", message, { cause });

function toReply({ status, body }: HttpResponse): FlowReply {
  try {
    return { status, body: JSON.parse(body) as unknown };
  } catch {
    return { status, body };
  }
}
