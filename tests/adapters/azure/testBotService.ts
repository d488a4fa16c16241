import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AuthenticateRequestResult,
  AuthenticationError,
  BotFrameworkAuthentication,
  ClaimsIdentity,
  ConnectorClient,
  type ConnectorClientOptions,
  type ConnectorFactory,
  type UserTokenClient,
} from "botframework-connector";
import { request } from "undici";
import type { CreateAuthentication } from "../../../src/adapters/azure";

export const APP_ID = "00000000-aaaa-bbbb-cccc-000000000001";
/** What the simulated service signs with. */
const SERVICE_TOKEN = "Bearer from-the-service";

export interface ConnectorCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** Azure Bot Service on one's own machine: calls the bot and takes its answers. */
export interface TestBotService {
  serviceUrl: string;
  /** What the bot sent, in order, refused calls included. */
  calls: ConnectorCall[];
  /** Answers the coming calls so, one each; afterwards everything is taken. "hang up" closes the connection. */
  answers: ({ status: number; body?: unknown; headers?: Record<string, string> } | "hang up")[];
  createAuthentication: CreateAuthentication;
  /** An activity as web chat would bring it. */
  activity(over?: Record<string, unknown>): Record<string, unknown>;
  /** Calls the bot; the HTTP status with the body of its answer. */
  post(url: string, body: unknown, authorization?: string): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

export async function startTestBotService(): Promise<TestBotService> {
  const calls: ConnectorCall[] = [];
  const answers: TestBotService["answers"] = [];
  let n = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      calls.push({
        method,
        path: url,
        headers,
        body: JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}"),
      });
      const answer = answers.shift();
      if (answer === "hang up") return incoming.socket.destroy();
      n += 1;
      const { status, body, headers: more } = answer ?? { status: 200, body: { id: `sent-${n}` } };
      response.writeHead(status, { "content-type": "application/json", ...more });
      response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const serviceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let messages = 0;
  return {
    serviceUrl,
    calls,
    answers,
    createAuthentication: (options) => new TestAuthentication(serviceUrl, options),
    activity(over = {}) {
      messages += 1;
      return {
        type: "message",
        id: `chat-1|${messages}`,
        timestamp: new Date().toISOString(),
        channelId: "webchat",
        serviceUrl,
        from: { id: "visitor-1", name: "Gilda" },
        recipient: { id: "shop@key", name: "shop" },
        conversation: { id: "chat-1" },
        text: "hello",
        textFormat: "plain",
        locale: "en-GB",
        ...over,
      };
    },
    async post(url, body, authorization = SERVICE_TOKEN) {
      const reply = await request(`${url}/api/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(authorization === "" ? {} : { authorization }) },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: reply.statusCode, text: await reply.body.text() };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Believes one token, signed for one service URL, and signs in without Microsoft. */
class TestAuthentication extends BotFrameworkAuthentication {
  readonly #serviceUrl: string;
  readonly #options: ConnectorClientOptions;

  constructor(serviceUrl: string, options: ConnectorClientOptions) {
    super();
    this.#serviceUrl = serviceUrl;
    this.#options = options;
  }

  override async authenticateRequest(
    _activity: unknown,
    authHeader: string,
  ): Promise<AuthenticateRequestResult> {
    if (authHeader !== SERVICE_TOKEN) throw new AuthenticationError("Unauthorized. No valid identity.", 401);
    const claims = [
      { type: "aud", value: APP_ID },
      { type: "serviceurl", value: this.#serviceUrl },
    ];
    return { audience: "test", callerId: "test", claimsIdentity: new ClaimsIdentity(claims, true) };
  }

  override createConnectorFactory(): ConnectorFactory {
    const signRequest: ConnectorClient["credentials"]["signRequest"] = async (resource) => {
      resource.headers.set("authorization", "Bearer from-the-bot");
      return resource;
    };
    const create = async (baseUri: string) =>
      new ConnectorClient({ signRequest }, { ...this.#options, baseUri });
    return { create } as unknown as ConnectorFactory;
  }

  override async createUserTokenClient(): Promise<UserTokenClient> {
    return {} as UserTokenClient;
  }

  override authenticateChannelRequest = never;
  override authenticateStreamingRequest = never;
}

function never(): never {
  throw new TypeError("Switchboard never asks for this");
}
