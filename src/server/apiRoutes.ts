import type { IncomingMessage, ServerResponse } from "node:http";
import { NotAllowed, NotFound } from "../core/errors";
import { isName } from "../core/ids";
import { type ApiReply, type ApiRequest, hasRole, type Principal, type Route } from "../core/route";
import { parseJson, readBody } from "./body";
import { clientAddress } from "./clientAddress";
import { sendJson } from "./respond";

const LIMIT_BYTES = 1024 * 1024;
/** Names and passwords need no more, and a megabyte of JSON costs a third of a second. */
const STRANGER_LIMIT_BYTES = 16 * 1024;
/** Files that are somewhat too large are read to their end, or the browser would show a broken connection. */
const DRAIN_BYTES = 100 * 1024 * 1024;

/** Each holds up to 25 MB in memory while it comes in. */
const MOST_UPLOADS = 10;
/** Uploads of each caller that are coming in now. */
const underWay = new Map<string, number>();

interface RunPorts {
  identify(request: IncomingMessage): Promise<Principal | undefined>;
  /** Proxies in front of us whose X-Forwarded-For is believed. */
  trustProxyHops: number;
}

/** Checks who calls, reads the JSON body, runs the plain route. Throws what must become an error reply. */
export async function runRoute(
  route: Route,
  request: IncomingMessage,
  params: Record<string, string>,
  ports: RunPorts,
): Promise<ApiReply> {
  const { identify, trustProxyHops } = ports;
  const principal = route.access === "public" ? undefined : needRole(await identify(request), route.access);
  for (const value of Object.values(params))
    if (!isName(value)) throw new NotFound("NOT_FOUND", "There is no such thing.");
  const sent = await bodyOf(route, request, principal?.id ?? "");
  const call: ApiRequest = {
    method: request.method ?? "GET",
    params,
    query: new URLSearchParams((request.url ?? "").split("?")[1] ?? ""),
    headers: request.headers as Record<string, string | undefined>,
    address: clientAddress(request, trustProxyHops),
    ...sent,
    ...(principal === undefined ? {} : { principal }),
  };
  return route.handle(call);
}

async function bodyOf(
  route: Route,
  request: IncomingMessage,
  caller: string,
): Promise<Pick<ApiRequest, "body" | "raw">> {
  if (route.method === "GET") return { body: undefined };
  const limitBytes = route.limitBytes ?? (route.access === "public" ? STRANGER_LIMIT_BYTES : LIMIT_BYTES);
  if (route.rawBody !== true) return { body: parseJson(await readBody(request, limitBytes)) };
  const uploads = underWay.get(caller) ?? 0;
  if (uploads >= MOST_UPLOADS) throw new NotAllowed("TOO_MANY_UPLOADS");
  underWay.set(caller, uploads + 1);
  try {
    return { body: undefined, raw: await readBody(request, limitBytes, { drainBytes: DRAIN_BYTES }) };
  } finally {
    const left = (underWay.get(caller) ?? 1) - 1;
    if (left > 0) underWay.set(caller, left);
    else underWay.delete(caller);
  }
}

export function writeReply(response: ServerResponse, reply: ApiReply): void {
  sendJson(response, reply.status, reply.body, reply.headers);
}

function needRole(principal: Principal | undefined, role: Exclude<Route["access"], "public">): Principal {
  if (principal === undefined) throw new NotAllowed("SIGN_IN_NEEDED");
  if (!hasRole(principal, role)) throw new NotAllowed("NOT_ALLOWED", `This needs the role ${role}.`);
  return principal;
}
