import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError, InputError } from "../core/errors";
import { sendWrongMethod } from "./respond";

/** Answers one request. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
) => Promise<void>;

/** A route as the server registers it: "/api/desk/conversations/:id", "/web/*". */
export interface MountedRoute {
  method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  path: string;
  handler: Handler;
}

interface Pattern extends MountedRoute {
  /** One digit a segment: what is written out goes before ":name", that before "*". */
  rank: string;
  test: RegExp;
}

/**
 * Finds the routes for requests of somebody else's server. Not by our own restify: a host's restify keeps its state on
 * the same request and response, and one would overwrite that of the other. What it finds throws InputError or
 * ConfigError BODY_CONSUMED where the request cannot be worked.
 */
export function createMount(
  routes: readonly MountedRoute[],
): (request: IncomingMessage) => Handler | undefined {
  const patterns = routes.map(toPattern).sort((one, other) => (one.rank < other.rank ? -1 : 1));

  return (request) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const here = patterns.filter(({ test }) => test.test(path));
    if (here.length === 0) return undefined;
    const found = here.find(({ method }) => method === request.method);
    return async (_request, response) => {
      if (found === undefined) return sendWrongMethod(response);
      needBody(request);
      await found.handler(request, response, paramsOf(found, path));
    };
  };
}

function toPattern(route: MountedRoute): Pattern {
  const segments = route.path.split("/").slice(1);
  const source = segments.map((segment) => {
    if (segment === "*") return ".*";
    if (segment.startsWith(":")) return `(?<${segment.slice(1)}>[^/]+)`;
    return segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  const rank = segments.map((segment) => (segment === "*" ? 2 : segment.startsWith(":") ? 1 : 0)).join("");
  return { ...route, rank, test: new RegExp(`^/${source.join("/")}$`) };
}

function paramsOf({ test }: Pattern, path: string): Record<string, string> {
  try {
    const groups = Object.entries(test.exec(path)?.groups ?? {});
    return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new InputError("INPUT_INVALID", "The request cannot be read.");
  }
}

/** Without its untouched bytes no signature can be checked. */
function needBody(request: IncomingMessage): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (request.readableDidRead || request.readableEnded) throw new ConfigError("BODY_CONSUMED");
}
