import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../core/clock";
import { InputError, messageOf, NotAllowed } from "../core/errors";
import type { Log } from "../core/log";
import type { Principal, Route } from "../core/route";
import type { SettingsReader } from "../core/settings";
import type { Doc, Store } from "../core/store";

export interface SignInPorts {
  store: Store;
  settings: SettingsReader;
  /** All values a secret reference stands for; throws when it points at nothing. */
  resolveSecret(reference: string, options?: { fresh?: boolean }): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
  /** Origin that browsers use. */
  publicUrl: string;
  /** A token of this machine's operator: for the command line, made anew at each start. */
  operatorToken?: string;
}

interface SessionDoc extends Doc {
  type: "session";
  agentId: string;
  startedAt: number;
  seenAt: number;
}

const IDLE_MS = 30 * 60 * 1000;
const ABSOLUTE_MS = 12 * 60 * 60 * 1000;
const TOUCH_MS = 60 * 1000;
const TOKENS_MS = 60 * 1000;
const FRESH_MS = 30 * 1000;
const OPERATOR: Principal = { id: "operator", name: "Operator", roles: ["admin"] };

const hash = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** Bearer tokens for machines, session cookies for people; both lead to an agent of the settings. */
export function createSignIn(ports: SignInPorts) {
  const secure = ports.publicUrl.startsWith("https:");
  const cookieName = secure ? "__Host-switchboard" : "switchboard";
  let tokens: Promise<ReadonlyMap<string, string>> | undefined;
  let tokensAt = 0;
  let freshAt = 0;
  ports.settings.onChange(() => {
    tokens = undefined;
  });

  /** Hash of token -> agent id. Looking up a hash tells nothing about tokens by its timing. */
  function tokenTable(): Promise<ReadonlyMap<string, string>> {
    // A token that was renewed at its source counts within a minute.
    if (tokens === undefined || ports.clock.now() - tokensAt > TOKENS_MS) {
      tokensAt = ports.clock.now();
      tokens = readTokens(false);
    }
    return tokens;
  }

  /** A token nobody knows may be one that was just renewed in a vault; strangers make us ask twice a minute at most. */
  async function freshTable(): Promise<ReadonlyMap<string, string>> {
    const now = ports.clock.now();
    if (now - freshAt > FRESH_MS) {
      freshAt = tokensAt = now;
      tokens = readTokens(true);
    }
    return tokenTable();
  }

  async function readTokens(fresh: boolean): Promise<ReadonlyMap<string, string>> {
    const table = new Map<string, string>();
    for (const agent of ports.settings.current().agents.values()) {
      if (agent.token === undefined) continue;
      const values = await ports.resolveSecret(agent.token, { fresh }).catch((error) => {
        ports.log.warn(
          { agentId: agent.id, error: messageOf(error) },
          "an agent's token cannot be read; it signs nobody in",
        );
        return [];
      });
      for (const value of values) table.set(hash(value), agent.id);
    }
    return table;
  }

  function toPrincipal(agentId: string | undefined): Principal | undefined {
    const agent = agentId === undefined ? undefined : ports.settings.current().agents.get(agentId);
    return agent && { id: agent.id, name: agent.name, roles: agent.roles };
  }

  async function byToken(token: string): Promise<Principal | undefined> {
    if (ports.operatorToken !== undefined && hash(token) === hash(ports.operatorToken)) return OPERATOR;
    const known = (await tokenTable()).get(hash(token)) ?? (await freshTable()).get(hash(token));
    return toPrincipal(known);
  }

  async function bySession(request: IncomingMessage): Promise<Principal | undefined> {
    const id = cookieOf(request, cookieName);
    if (id === undefined) return undefined;
    const stored = await ports.store.read<SessionDoc>("leases", "sessions", `session~${hash(id)}`);
    const now = ports.clock.now();
    if (stored === undefined || now - stored.doc.seenAt > IDLE_MS || now - stored.doc.startedAt > ABSOLUTE_MS)
      return undefined;
    if (now - stored.doc.seenAt > TOUCH_MS) {
      await ports.store.batch(
        "leases",
        "sessions",
        [{ do: "replace", doc: { ...stored.doc, seenAt: now } as SessionDoc, etag: stored.etag }],
        "session",
      );
    }
    needSameOrigin(request, ports.publicUrl);
    return toPrincipal(stored.doc.agentId);
  }

  return {
    /** Who sends this request; undefined when nobody is signed in. Throws NotAllowed for a foreign page's request. */
    async identify(request: IncomingMessage): Promise<Principal | undefined> {
      const bearer = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(request.headers.authorization ?? "");
      return bearer?.[1] === undefined ? bySession(request) : byToken(bearer[1]);
    },

    routes: (): Route[] => [
      {
        method: "POST",
        path: "/api/session",
        access: "public",
        summary: "Signs in with an access token; sets the session cookie.",
        async handle({ body, headers }) {
          // Nobody else's page may sign a browser in as somebody it chooses.
          if (!["same-origin", "none", undefined].includes(headers["sec-fetch-site"]))
            throw new NotAllowed("NOT_ALLOWED", "This request does not come from our own pages.");
          const token = (body as { token?: unknown } | undefined)?.token;
          if (typeof token !== "string" || token === "" || token.length > 500)
            throw new InputError("INPUT_INVALID", "token: the access token, as text.");
          const principal = await byToken(token);
          if (principal === undefined || principal === OPERATOR)
            throw new NotAllowed("SIGN_IN_NEEDED", "This access token is not known.");
          const id = randomBytes(32).toString("base64url");
          const now = ports.clock.now();
          const doc: SessionDoc = {
            id: `session~${hash(id)}`,
            type: "session",
            agentId: principal.id,
            startedAt: now,
            seenAt: now,
            ttl: ABSOLUTE_MS / 1000,
          };
          await ports.store.batch("leases", "sessions", [{ do: "create", doc }], "session");
          const cookie = `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${ABSOLUTE_MS / 1000}${secure ? "; Secure" : ""}`;
          return { status: 204, headers: { "Set-Cookie": cookie } };
        },
      },
      {
        method: "DELETE",
        path: "/api/session",
        access: "public",
        summary: "Signs out.",
        async handle({ headers }) {
          const id = readCookie(headers.cookie, cookieName);
          if (id !== undefined)
            await ports.store.batch(
              "leases",
              "sessions",
              [{ do: "delete", id: `session~${hash(id)}` }],
              "session",
            );
          return {
            status: 204,
            headers: {
              "Set-Cookie": `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`,
            },
          };
        },
      },
    ],
  };
}

export type SignIn = ReturnType<typeof createSignIn>;

/** A cookie rides along on any site's request: changes must come from our own pages. */
function needSameOrigin(request: IncomingMessage, publicUrl: string): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin") return;
  if (site === undefined && request.headers.origin === new URL(publicUrl).origin) return;
  throw new NotAllowed("NOT_ALLOWED", "This request does not come from our own pages.");
}

const cookieOf = (request: IncomingMessage, name: string): string | undefined =>
  readCookie(request.headers.cookie, name);

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name)
      return part
        .slice(at + 1)
        .trim()
        .slice(0, 100);
  }
  return undefined;
}
