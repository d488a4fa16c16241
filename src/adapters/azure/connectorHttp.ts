import type { ConnectorClientOptions } from "botframework-connector";
import type { Http } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toChannelError } from "./errors";

type HttpClient = NonNullable<ConnectorClientOptions["httpClient"]>;

const TIMEOUT_MS = 15_000;

/**
 * Our own HTTP under the SDK's connector. Left to itself the SDK repeats a call three times whose outcome is unknown,
 * so one message could arrive four times, and follows redirects with the token; it leaves a ChannelError alone.
 */
export function createConnectorHttp({ http, clock }: { http: Http; clock: Clock }): HttpClient {
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const response = await http.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers.toJson(),
        ...(typeof request.body === "string" ? { body: request.body } : {}),
        timeoutMs: TIMEOUT_MS,
      });
      if (response.status < 200 || response.status >= 300) throw toChannelError(response, clock.now());
      return toAnswer(request, response.body) as Awaited<ReturnType<HttpClient["sendRequest"]>>;
    },
  };
}

/**
 * The parts that the SDK reads. Its type asks for the many ways to read a header, of which it uses one, and of the
 * statuses that mean success it knows but some.
 */
function toAnswer(request: unknown, body: string): object {
  // Taken, even if something on the way garbled the answer: an error now would send the message again.
  const id = toText(readJsonAnswer(body).id);
  const headers = { toJson: () => ({ "content-type": "application/json" }) };
  return { request, status: 200, headers, bodyAsText: JSON.stringify(id === undefined ? {} : { id }) };
}
