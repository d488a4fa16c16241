import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Answer, refusal } from "./answer";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate";
import { createStoredSecrets, type StoredSecrets } from "./storedSecrets";

/** What the caller's identity may do: the built-in roles, and an access policy with "get" alone. */
export type VaultRole = "officer" | "user" | "getOnly" | "none";

/** An answer that comes instead of the real one; `drop` breaks the connection. */
export type Fault = "drop" | { status: number; headers?: Record<string, string>; body?: unknown };

/**
 * A key vault of the REST API 7.4 and later, as far as secrets go: the authentication challenge, versions, pages, soft
 * delete and refusals over TLS. Answers 501 to anything it does not know.
 */
export interface VaultDouble {
  readonly url: string;
  readonly secrets: StoredSecrets;
  /** Tokens that are let in. */
  readonly tokens: Set<string>;
  /** Requests that carried a token, as `GET /secrets/name`; a challenged one counts as `challenge`. */
  readonly requests: string[];
  role: VaultRole;
  /** Refuses everybody from this address. */
  walled: boolean;
  /** Given for the next requests with a token, one each. */
  readonly faults: Fault[];
  /** Given for every request while set. */
  fault: Fault | undefined;
  /** Takes requests and never answers. */
  silent: boolean;
  close(): Promise<void>;
}

const PAGE = 25;
const VAULT_RESOURCE = "https://vault.azure.net";

/** `now` in ms: the vault's clock. */
export async function startVaultDouble(options: { now(): number; pageSize?: number }): Promise<VaultDouble> {
  const server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const double: VaultDouble = {
    url,
    secrets: createStoredSecrets({ url, now: options.now, pageSize: options.pageSize ?? PAGE }),
    tokens: new Set(),
    requests: [],
    role: "officer",
    walled: false,
    faults: [],
    fault: undefined,
    silent: false,
    close: () => close(server),
  };
  server.on("request", (request, response) => void serve(double, request, response));
  return double;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function serve(double: VaultDouble, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (double.silent) return;
  const target = new URL(request.url ?? "/", double.url);
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  double.requests.push(token === undefined ? "challenge" : `${request.method} ${decodeURI(target.pathname)}`);
  const fault = double.fault ?? (token === undefined ? undefined : double.faults.shift());
  if (fault === "drop") return void request.socket.destroy();
  const answer = fault ?? (await answerTo(double, request, target, token));
  const text = JSON.stringify(answer.body ?? {});
  response.writeHead(answer.status, { "Content-Type": "application/json; charset=utf-8", ...answer.headers });
  response.end(text);
}

async function answerTo(
  double: VaultDouble,
  request: IncomingMessage,
  target: URL,
  token: string | undefined,
): Promise<Answer> {
  // Every answer of the real one names where to sign in: "Authentication, requests and responses" of Key Vault.
  const challenge = `Bearer authorization="https://login.microsoftonline.com/tenant-1", resource="${VAULT_RESOURCE}"`;
  if (token === undefined || !double.tokens.has(token)) {
    const message =
      token === undefined ? "AKV10000: Request is missing a Bearer token." : "AKV10032: Invalid issuer.";
    return { ...refusal(401, "Unauthorized", message), headers: { "WWW-Authenticate": challenge } };
  }
  if (!/^(7\.[4-9]|20\d\d-\d\d-\d\d)$/.test(target.searchParams.get("api-version") ?? ""))
    return refusal(400, "BadParameter", "api-version is missing or not supported");
  if (double.walled)
    return refusal(403, "Forbidden", "Client address is not authorized.", "ForbiddenByFirewall");
  const [collection, name, rest, ...more] = target.pathname.split("/").filter((part) => part !== "");
  const known = (collection === "secrets" || (collection === "deletedsecrets" && name)) && more.length === 0;
  if (!known) return refusal(501, "NotImplemented", `${request.method} ${target.pathname}`);
  const deed = deedOf(request.method, name, rest);
  if (!may(double.role, deed, collection === "deletedsecrets"))
    return refusal(403, "Forbidden", `Caller is not authorized to ${deed}.`, "ForbiddenByRbac");
  const skip = Number(target.searchParams.get("$skiptoken") ?? 0);
  if (request.method === "GET" && collection === "deletedsecrets") return double.secrets.deleted(name ?? "");
  if (request.method === "GET" && name === undefined) return double.secrets.page(skip);
  if (request.method === "GET" && rest === "versions") return double.secrets.versionPage(name ?? "", skip);
  if (request.method === "GET") return double.secrets.get(name ?? "", rest);
  if (request.method === "PUT" && name !== undefined && rest === undefined)
    return double.secrets.put(name, (await json(request)) as { value?: unknown });
  return refusal(501, "NotImplemented", `${request.method} ${target.pathname}`);
}

function deedOf(method: string | undefined, name: string | undefined, rest: string | undefined): string {
  if (method !== "GET") return "set";
  return name === undefined || rest === "versions" ? "list" : "get";
}

function may(role: VaultRole, deed: string, deleted: boolean): boolean {
  if (role === "officer") return true;
  if (deleted || role === "none") return false;
  return deed === "get" || (deed === "list" && role === "user");
}

/** Somebody whom `double` lets in; `asked` fills with the scopes and tenants of the tokens it gave. */
export function credentialFor(double: VaultDouble): {
  asked: string[];
  getToken(
    scopes: string | string[],
    options?: { tenantId?: string },
  ): Promise<{ token: string; expiresOnTimestamp: number }>;
} {
  const asked: string[] = [];
  return {
    asked,
    async getToken(scopes, options) {
      asked.push(`${[scopes].flat().join()} ${options?.tenantId ?? ""}`);
      const token = randomBytes(8).toString("hex");
      double.tokens.add(token);
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}
