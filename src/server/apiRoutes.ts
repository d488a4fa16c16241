import type { IncomingMessage, ServerResponse } from "node:http";
import { NotAllowed, NotFound } from "../core/errors";
import { isName } from "../core/ids";
import { type ApiReply, type ApiRequest, hasRole, type Principal, type Route } from "../core/route";
import { parseJson, readBody } from "./body";
import { sendJson } from "./respond";

const LIMIT_BYTES = 1024 * 1024;

/** Checks who calls, reads the JSON body, runs the plain route. Throws what must become an error reply. */
export async function runRoute(
  route: Route,
  request: IncomingMessage,
  params: Record<string, string>,
  identify: (request: IncomingMessage) => Promise<Principal | undefined>,
): Promise<ApiReply> {
  const principal = route.access === "public" ? undefined : needRole(await identify(request), route.access);
  for (const value of Object.values(params))
    if (!isName(value)) throw new NotFound("NOT_FOUND", "There is no such thing.");
  const body =
    request.method === "GET"
      ? undefined
      : parseJson(await readBody(request, route.limitBytes ?? LIMIT_BYTES));
  const call: ApiRequest = {
    method: request.method ?? "GET",
    params,
    query: new URLSearchParams((request.url ?? "").split("?")[1] ?? ""),
    headers: request.headers as Record<string, string | undefined>,
    body,
    ...(principal === undefined ? {} : { principal }),
  };
  return route.handle(call);
}

export function writeReply(response: ServerResponse, reply: ApiReply): void {
  sendJson(response, reply.status, reply.body, reply.headers);
}

function needRole(principal: Principal | undefined, role: Exclude<Route["access"], "public">): Principal {
  if (principal === undefined) throw new NotAllowed("SIGN_IN_NEEDED");
  if (!hasRole(principal, role)) throw new NotAllowed("NOT_ALLOWED", `This needs the role ${role}.`);
  return principal;
}
