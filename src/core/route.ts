import type { Readable } from "node:stream";
import { ROLES, type Role } from "./roles";

/** Who calls. `id`: of an agent or a machine token; "operator". */
export interface Principal {
  id: string;
  name: string;
  roles: readonly Role[];
  /** Whoever has this machine, by the command line; an agent whose id is "operator" is not. */
  isOperator?: true;
}

export interface ApiRequest {
  method: string;
  /** Decoded path parameters. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined when there was no body. */
  body: unknown;
  /** The body as it came, instead of `body`, on a route with `rawBody`. */
  raw?: Buffer;
  /** Who sent it, as far as the proxies in front of us are believed. */
  address?: string;
  /** Set on every route that is not public. */
  principal?: Principal;
}

export interface ApiReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /**
   * Instead of a body: a file, or the part of it that `headers` name. Without a stream (HEAD) nothing but headers. Without
   * `bytes` it is made while it is sent.
   */
  file?: { contentType: string; bytes?: number; stream?: Readable };
  /** Instead of a body: server-sent events until `close` is called or the client leaves. */
  stream?: (sink: EventSink) => () => void;
}

export interface EventSink {
  /** Writes one event; false when the client reads too slowly and should be dropped. */
  send(event: { id?: string; event?: string; data: unknown }): boolean;
  close(): void;
}

/** A plain route: only server/ knows restify. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** "/api/desk/conversations/:id". */
  path: string;
  /** Who may call; "public" needs no sign-in. */
  access: Role | "public";
  /** One sentence for /api/openapi.json. */
  summary: string;
  /** Largest body; 1 MB when left out, 16 KB on a public route. */
  limitBytes?: number;
  /** The body is a file, not JSON: handed over as `raw`. */
  rawBody?: boolean;
  /** The answer is a file: the address answers HEAD too. */
  file?: boolean;
  /** zod schemas for the OpenAPI document; the handler itself checks. */
  schema?: { query?: unknown; body?: unknown; reply?: unknown };
  handle(request: ApiRequest): Promise<ApiReply>;
}

/** Who calls, as audit entries name them. */
export const callerId = ({ principal }: { principal?: Principal | undefined }): string =>
  principal?.id ?? "unknown";

/** True when one of the principal's roles reaches `needed`. */
export function hasRole(principal: Principal, needed: Role): boolean {
  return principal.roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(needed));
}
