import assert from "node:assert/strict";
import { type Dispatcher, request } from "undici";
import type { Route } from "../../src/core/route";
import { PUBLIC_URL } from "./accounts";
import type { TestApp } from "./startApp";

/** Somebody who calls the API. */
export interface Caller {
  name: string;
  level: Route["access"];
  headers: Record<string, string>;
}

/** The agents of the usual configuration, by the role they have. */
const PEOPLE = { agent: "ana", supervisor: "sam", admin: "admin" } as const;
const ROLES = ["agent", "supervisor", "admin"] as const;

/** What a browser sends with a request of one of our own pages. */
export const OWN_PAGE = { "sec-fetch-site": "same-origin", origin: PUBLIC_URL };

/** A session cookie of this agent, as a browser would send it. */
export async function cookieOf(test: TestApp, agent: string): Promise<string> {
  const { statusCode, headers, body } = await request(`${test.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", ...OWN_PAGE },
    body: JSON.stringify({ token: `token-of-${agent}` }),
  });
  await body.dump();
  assert.equal(statusCode, 204);
  return String(headers["set-cookie"]).split(";")[0] ?? "";
}

/** A machine's token with this role. */
async function machineToken(test: TestApp, role: string): Promise<string> {
  const body = { name: `a machine as ${role}`, roles: [role] };
  const made = await test.call<{ token: string }>("admin", "POST", "/api/admin/tokens", body);
  assert.equal(made.status, 201);
  return made.body.token;
}

/** A stranger, one who is taken for somebody else, and each role by session, by access token and as a machine. */
export async function everyCaller(test: TestApp): Promise<Caller[]> {
  const callers: Caller[] = [
    { name: "a stranger", level: "public", headers: {} },
    { name: "a stranger with a made-up token", level: "public", headers: { authorization: "Bearer nobody" } },
    {
      name: "a stranger with a made-up session",
      level: "public",
      headers: { cookie: "__Host-switchboard=x" },
    },
  ];
  for (const role of ROLES) {
    const agent = PEOPLE[role];
    const cookie = await cookieOf(test, agent);
    const machine = await machineToken(test, role);
    callers.push(
      // First, as the others of the same agent sign it out.
      { name: `${role} by session`, level: role, headers: { cookie, ...OWN_PAGE } },
      { name: `${role} by token`, level: role, headers: { authorization: `Bearer token-of-${agent}` } },
      { name: `${role} as a machine`, level: role, headers: { authorization: `Bearer ${machine}` } },
    );
  }
  return callers;
}

export interface Answer {
  status: number;
  text: string;
  headers: Dispatcher.ResponseData["headers"];
}

/** Calls "PUT /api/things/:id"; the parameters are filled by `params`, else with an id that nothing has. A Buffer is sent as it is, a stream not read. */
export async function callRoute(
  test: TestApp,
  address: string,
  options: { headers?: Record<string, string>; body?: unknown; params?: Record<string, string> } = {},
): Promise<Answer> {
  const [method = "", path = ""] = address.split(" ");
  const hasBody = method !== "GET" && method !== "HEAD";
  const url = path.replace(/:(\w+)/g, (_, name: string) => options.params?.[name] ?? "nothing");
  const reply = await request(test.url + url, {
    method: method as Dispatcher.HttpMethod,
    headers: { ...(hasBody && { "content-type": "application/json" }), ...options.headers },
    ...(hasBody && { body: textOf(options.body) }),
  });
  const isStream = String(reply.headers["content-type"]).startsWith("text/event-stream");
  if (isStream) reply.body.on("error", () => {}).destroy();
  return { status: reply.statusCode, headers: reply.headers, text: isStream ? "" : await reply.body.text() };
}

const textOf = (body: unknown = {}): string | Buffer => (Buffer.isBuffer(body) ? body : JSON.stringify(body));
