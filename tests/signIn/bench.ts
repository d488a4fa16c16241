import { ConfigError } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { ApiReply, Principal, Route } from "../../src/core/route";
import { agentSchema } from "../../src/core/settings";
import type { SignInPorts } from "../../src/signIn/ports";
import { createSignIn } from "../../src/signIn/signIn";
import { createFakeClock, type FakeClock } from "../support/clock";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore";
import { createSettings, type TestSettings, type TestSettingsReader } from "../support/settings";

export const ORIGIN = "https://desk.example";

/** ana and ben with passwords to come, sam the supervisor, an admin with a token. */
export const AGENTS: NonNullable<TestSettings["agents"]> = [
  { id: "ana", name: "Ana Silva", token: "env:ANA" },
  { id: "ben", name: "Ben", token: "env:GONE" },
  { id: "sam", name: "Sam", roles: ["supervisor"] },
  { id: "admin", name: "Admin", roles: ["admin"], token: "env:ADMIN" },
];

interface BenchOptions {
  agents?: TestSettings["agents"];
  publicUrl?: string;
  choice?: Partial<SignInPorts["choice"]>;
  /** Share these to play several servers. */
  store?: MemoryStore;
  clock?: FakeClock;
  settings?: TestSettingsReader;
  passwordCost?: SignInPorts["passwordCost"];
  production?: boolean;
  /** No secret can be read. */
  vaultDown?: boolean;
  /** More values of secret references. */
  secrets?: Record<string, string[]>;
  log?: SignInPorts["log"];
  demo?: SignInPorts["demo"];
}

export type Call = {
  body?: unknown;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: string;
  address?: string;
  as?: Principal;
};

/** A server's sign-in in memory, with cheap password hashes. */
export function buildBench(options: BenchOptions = {}) {
  const clock = options.clock ?? createFakeClock();
  const store = options.store ?? createMemoryStore(clock.now);
  const settings = options.settings ?? createSettings({ agents: options.agents ?? AGENTS });
  const values: Record<string, string[]> = {
    "env:ANA": ["new-token", "old-token"],
    "env:ADMIN": ["admin-token"],
    ...options.secrets,
  };
  let resolved = 0;
  let vaultDown = options.vaultDown ?? false;
  const ports: SignInPorts = {
    store,
    settings,
    agents: {
      find: async (id) => settings.current().agents.get(id),
      async create(agent) {
        const known = settings.current().agents.get(agent.id);
        if (known !== undefined) return known;
        settings.change({
          agents: [...settings.current().agents.values(), agent] as TestSettings["agents"] & {},
        });
        return agentSchema.parse(agent);
      },
    },
    choice: {
      passwords: true,
      appService: false,
      roles: { Agent: "agent", Supervisor: "supervisor", Admin: "admin" },
      ...options.choice,
    },
    clock,
    publicUrl: options.publicUrl ?? ORIGIN,
    demo: options.demo ?? [],
    production: options.production ?? false,
    log: options.log ?? silentLog,
    operatorToken: "operator-token",
    passwordCost: options.passwordCost ?? { N: 16, r: 8, p: 1 },
    async resolveSecret(reference) {
      resolved += 1;
      if (vaultDown) throw new ConfigError("VAULT_UNAVAILABLE");
      const found = values[reference];
      if (found === undefined) throw new ConfigError("SECRET_MISSING");
      return found;
    },
  };
  const signIn = createSignIn(ports);
  const routes = signIn.routes();

  /** Calls the route as its handler is called behind the check of rights. */
  async function call(method: Route["method"], path: string, given: Call = {}): Promise<ApiReply> {
    const route = routes.find((one) => one.method === method && one.path === path);
    if (route === undefined) throw new TypeError(`no route ${method} ${path}`);
    return route.handle({
      method,
      params: given.params ?? {},
      query: new URLSearchParams(given.query),
      headers: given.headers ?? {},
      address: given.address ?? "192.0.2.1",
      body: given.body,
      ...(given.as === undefined ? {} : { principal: given.as }),
    });
  }
  const identify = (headers: Record<string, string>, method = "GET", address = "192.0.2.1") =>
    signIn.identify({ method, headers, address });

  return {
    ...{ clock, store, settings, signIn, call, identify },
    resolved: () => resolved,
    vault: (down: boolean) => {
      vaultDown = down;
    },
    bearer: (token: string, address?: string) =>
      identify({ authorization: `Bearer ${token}` }, "GET", address),
    /** Signs Ana in by her token; her cookie. */
    cookie: async (token = "new-token"): Promise<string> =>
      cookieOf(await call("POST", "/api/session", { body: { token } })),
    /** Invites the agent and follows the link. */
    async setPassword(agentId: string, password: string): Promise<ApiReply> {
      const { body } = await call("POST", "/api/admin/agents/:id/invitation", {
        params: { id: agentId },
        as: { id: "admin", name: "Admin", roles: ["admin"] },
      });
      return call("POST", "/api/set-up", {
        body: { link: linkOf((body as { link: string }).link), password },
      });
    },
    logIn: (name: string, password: string, more: Call = {}) =>
      call("POST", "/api/session", { ...more, body: { name, password } }),
    /** Audit entries, each as "action objectId by". */
    audit: () =>
      store
        .all<{ id: string; type: string; action: string; objectId: string; by: string }>("audit")
        .map(({ action, objectId, by }) => `${action} ${objectId} ${by}`),
  };
}

export const cookieOf = (reply: ApiReply): string =>
  (reply.headers?.["Set-Cookie"] ?? "").split(";", 1)[0] ?? "";

/** What follows the "#". */
export const linkOf = (url: string | undefined): string => url?.split("#")[1] ?? "";
