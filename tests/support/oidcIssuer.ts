import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test makes the issuer do wrong. */
export interface IssuerFaults {
  /** Claims that replace those of the ID token. */
  claims?: Record<string, unknown>;
  /** Signed with a key that the issuer does not publish. */
  foreignKey?: boolean;
  /** Claims that nobody signed. */
  unsigned?: boolean;
  /** The token endpoint answers so. */
  tokenStatus?: number;
  /** The person says no. */
  denied?: boolean;
}

/** An identity provider on this machine: discovery, authorization code with PKCE, one use a code, signed ID tokens. */
export interface OidcIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is signed in at the provider. */
  person: Record<string, unknown>;
  faults: IssuerFaults;
  /** How often each address was asked. */
  readonly asked: Record<string, number>;
  /** Follows the address that the server sent the browser to; where the browser is sent back to. */
  authorize(url: string): Promise<string>;
  close(): Promise<void>;
}

interface Code {
  redirectUri: string;
  challenge: string;
  nonce: string | null;
}

const newKey = () => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...pair, kid: randomBytes(6).toString("hex") };
};

/** `redirectUri` alone is registered there. */
export async function startOidcIssuer(redirectUri: string): Promise<OidcIssuer> {
  const codes = new Map<string, Code>();
  const asked: Record<string, number> = {};
  const key = newKey();
  const foreign = newKey();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const issuer: OidcIssuer = {
    url,
    clientId: "switchboard",
    clientSecret: "client-secret",
    person: { sub: "subject-1", name: "Ida Oidc", roles: ["Agent"] },
    faults: {},
    asked,
    async authorize(address) {
      const reply = await fetch(address, { redirect: "manual" });
      const location = reply.headers.get("location");
      if (reply.status !== 302 || location === null)
        throw new TypeError(`the issuer refused: ${await reply.text()}`);
      return location;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    asked[pathname] = (asked[pathname] ?? 0) + 1;
    if (pathname === "/.well-known/openid-configuration") return json(response, 200, metadata());
    if (pathname === "/jwks") return json(response, 200, { keys: [publicKey()] });
    if (pathname === "/authorize") return authorize(searchParams, response);
    if (pathname === "/token" && request.method === "POST")
      return token(new URLSearchParams(await textOf(request)), response);
    return json(response, 404, {});
  }

  const metadata = () => ({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
  });

  const publicKey = () => ({
    ...key.publicKey.export({ format: "jwk" }),
    ...{ kid: key.kid, alg: "RS256", use: "sig" },
  });

  function authorize(query: URLSearchParams, response: ServerResponse): ServerResponse {
    const wrong =
      query.get("client_id") !== issuer.clientId ||
      query.get("redirect_uri") !== redirectUri ||
      query.get("response_type") !== "code" ||
      query.get("code_challenge_method") !== "S256" ||
      !query.get("scope")?.split(" ").includes("openid");
    if (wrong) return json(response, 400, { error: "invalid_request" });
    const back = new URL(redirectUri);
    back.searchParams.set("state", query.get("state") ?? "");
    if (issuer.faults.denied) back.searchParams.set("error", "access_denied");
    else {
      const code = randomBytes(16).toString("hex");
      codes.set(code, {
        redirectUri,
        challenge: query.get("code_challenge") ?? "",
        nonce: query.get("nonce"),
      });
      back.searchParams.set("code", code);
    }
    response.writeHead(302, { Location: back.href });
    return response.end();
  }

  function token(form: URLSearchParams, response: ServerResponse): ServerResponse {
    if (issuer.faults.tokenStatus !== undefined) return json(response, issuer.faults.tokenStatus, {});
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const right =
      code !== undefined &&
      form.get("client_id") === issuer.clientId &&
      form.get("client_secret") === issuer.clientSecret &&
      form.get("redirect_uri") === code.redirectUri &&
      challenge === code.challenge;
    if (!right) return json(response, 400, { error: "invalid_grant" });
    return json(response, 200, {
      access_token: "unused",
      token_type: "Bearer",
      id_token: idToken(code.nonce),
    });
  }

  function idToken(nonce: string | null): string {
    const now = Math.floor(Date.now() / 1000);
    const own = { iss: url, aud: issuer.clientId, iat: now, exp: now + 300, nonce };
    const claims = { ...own, ...issuer.person, ...issuer.faults.claims };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    if (issuer.faults.unsigned) return `${part({ alg: "none" })}.${part(claims)}.`;
    const text = `${part({ alg: "RS256", kid: key.kid })}.${part(claims)}`;
    const { privateKey } = issuer.faults.foreignKey ? foreign : key;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url")}`;
  }

  return issuer;
}

function json(response: ServerResponse, status: number, body: object): ServerResponse {
  // Not chained: restify, once loaded, makes writeHead of every server return nothing.
  response.writeHead(status, { "Content-Type": "application/json" });
  return response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
