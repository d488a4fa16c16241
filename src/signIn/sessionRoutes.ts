import { checkInput } from "../core/checkInput";
import { NotAllowed } from "../core/errors";
import type { ApiRequest, Principal, Route } from "../core/route";
import { agentNamed, mayHavePassword } from "./agents";
import { type SessionView, sessionView, signInBody } from "./contract";
import { addressOf, type Door, noContent } from "./door";
import { needNoForeignPage } from "./ownPages";

/** Signing in and out, and who is signed in. */
export function sessionRoutes(
  door: Door,
  ports: {
    identify(request: Pick<ApiRequest, "method" | "headers" | "address">): Promise<Principal | undefined>;
    /** What the button of the identity provider says; absent without one. */
    providerName?: string;
  },
): Route[] {
  const { settings, publicUrl, choice } = door.ports;

  const noteFailure = (way: "password" | "token", agentId = "unknown"): Promise<void> =>
    door.audit({
      ...{ by: "unknown", action: "signInFailed", kind: "signIn", objectId: agentId, after: { way } },
    });

  async function withToken(request: ApiRequest, given: string) {
    const agentId = await door.tokens.find(given);
    if (agentId === undefined) {
      // Afterwards: a token cannot be guessed, and whoever has one need not wait.
      await door.throttle.count({ address: addressOf(request) });
      await noteFailure("token");
      throw new NotAllowed("SIGN_IN_NEEDED", "This access token is not known.");
    }
    // As it stands now; the session ends when it is another.
    const token = settings.current().agents.get(agentId)?.token;
    return noContent(await door.letIn(request, { agentId, way: "token", ...(token && { token }) }));
  }

  /** Nothing is asked for: only in development, where the demo's people stand for nobody. */
  async function asDemo(request: ApiRequest, agentId: string) {
    if (!door.ports.demo.includes(agentId) || !settings.current().agents.has(agentId))
      throw new NotAllowed("SIGN_IN_NEEDED", "Nobody of this name is in the demo.");
    return noContent(await door.letIn(request, { agentId, way: "demo" }));
  }

  async function withPassword(request: ApiRequest, name: string, password: string) {
    if (!choice.passwords)
      throw new NotAllowed("SIGN_IN_NEEDED", "Passwords are switched off: sign in at the identity provider.");
    const attempt = { name, address: addressOf(request) };
    await door.throttle.count(attempt);
    const agent = agentNamed(settings.current(), name);
    const agentId = agent !== undefined && mayHavePassword(agent) ? agent.id : undefined;
    const setAt = await door.passwords.check(agentId, password);
    if (setAt === undefined || agentId === undefined) {
      await noteFailure("password", agent?.id);
      throw wrong();
    }
    const isStill = () => door.passwords.isFrom(agentId, setAt);
    const cookie = await door.letIn(request, { agentId, way: "password" }, isStill);
    await door.throttle.forgive(attempt);
    return noContent(cookie);
  }

  return [
    {
      method: "GET",
      path: "/api/session",
      access: "public",
      summary: "Who is signed in, and which ways in there are.",
      schema: { reply: sessionView },
      async handle(request) {
        const user = await ports.identify(request);
        const { providerName: name } = ports;
        const body: SessionView = {
          user: user === undefined ? null : { id: user.id, name: user.name, roles: [...user.roles] },
          ways: {
            password: choice.passwords,
            oidc: name === undefined ? null : { name },
            demo: door.ports.demo.length > 0,
            setUp: await door.mayNeedSetUp(),
          },
          demoPeople: door.ports.demo
            .map((id) => settings.current().agents.get(id))
            .filter((agent) => agent !== undefined)
            .map(({ id, name: shown, roles }) => ({ id, name: shown, roles: [...roles] })),
        };
        return { status: 200, body };
      },
    },
    {
      method: "POST",
      path: "/api/session",
      access: "public",
      summary: "Signs in with name and password, or with an agent's access token; sets the session cookie.",
      schema: { body: signInBody },
      async handle(request) {
        needNoForeignPage(request.headers, publicUrl);
        const body = checkInput(signInBody, request.body);
        if ("token" in body) return withToken(request, body.token);
        if ("demo" in body) return asDemo(request, body.demo);
        return withPassword(request, body.name, body.password);
      },
    },
    {
      method: "DELETE",
      path: "/api/session",
      access: "public",
      summary: "Signs out here.",
      async handle({ headers }) {
        needNoForeignPage(headers, publicUrl);
        const key = door.cookie.read(headers);
        if (key !== undefined) await door.sessions.end(key);
        return noContent({ "Set-Cookie": door.cookie.clear() });
      },
    },
    {
      method: "DELETE",
      path: "/api/sessions",
      access: "agent",
      summary: "Signs oneself out everywhere.",
      async handle({ principal }) {
        const id = principal?.id ?? "";
        await door.endAll(id);
        await door.audit({ by: id, action: "signOutEverywhere", kind: "signIn", objectId: id });
        return noContent({ "Set-Cookie": door.cookie.clear() });
      },
    },
  ];
}

const wrong = (): NotAllowed => new NotAllowed("SIGN_IN_NEEDED", "The name or the password is wrong.");
