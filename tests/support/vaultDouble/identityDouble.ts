import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The token endpoint of a managed identity as App Service has it: "Use managed identities for App Service", REST. */
export interface IdentityDouble {
  /** For the process that shall have the identity. */
  readonly environment: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string };
  /** Queries of the tokens asked for. */
  readonly asked: URLSearchParams[];
  /** Client ids that are assigned; others are refused. */
  readonly assigned: Set<string>;
  close(): Promise<void>;
}

/** Its tokens are let in by `guard`: a vault, or whatever else asks for tokens. */
export async function startIdentityDouble(guard: {
  tokens: Pick<Set<string>, "add">;
}): Promise<IdentityDouble> {
  const header = randomBytes(8).toString("hex");
  const asked: URLSearchParams[] = [];
  const assigned = new Set<string>();
  const server = createServer((request, response) => {
    const target = new URL(request.url ?? "/", "http://127.0.0.1");
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const { searchParams: query } = target;
    if (target.pathname !== "/msi/token" || query.get("api-version") !== "2019-08-01") return reply(501, {});
    // Keeps a forged request of the app from being sent on to the endpoint.
    if (request.headers["x-identity-header"] !== header) return reply(401, { statusCode: 401 });
    asked.push(query);
    if (!assigned.has(query.get("client_id") ?? ""))
      return reply(400, { statusCode: 400, message: "No managed identity was found for the client id." });
    const token = randomBytes(8).toString("hex");
    guard.tokens.add(token);
    const expires = String(Math.floor(Date.now() / 1000) + 86_400);
    reply(200, {
      access_token: token,
      expires_on: expires,
      resource: query.get("resource"),
      token_type: "Bearer",
      client_id: query.get("client_id"),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    environment: {
      IDENTITY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`,
      IDENTITY_HEADER: header,
    },
    asked,
    assigned,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
