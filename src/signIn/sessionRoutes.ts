import { checkInput } from "../core/checkInput";
import { NotAllowed } from "../core/errors";
import type { ApiRequest, Principal, Route } from "../core/route";
import { agentNamed } from "./agents";
import { type SessionView, sessionView, signInBody } from "./contract";
import { addressOf, type Door, noContent } from "./door";
import { needNoForeignPage } from "./ownPages";

/** Signing in and out, and who is signed in. */
export function sessionRoutes(
  door: Door,
  ports: {
    identify(request: Pick<ApiRequest, "method" | "headers">): Promise<Principal | undefined>;
    /** What the button of the identity provider says; absent without one. */
    providerName?: string;
  },
): Route[] {
  const { settings, publicUrl, choice } = door.ports;

  const noteFailure = (way: "password" | "token", agentId = "unknown"): Promise<void> =>
    door.audit({
      ...{ by: "unknown", action: "signInFailed", kind: "signIn", objectId: agentId, after: { way } },
    });

  async function withToken(request: ApiRequest, token: string) {
    const agentId = await door.tokens.find(token);
    if (agentId === undefined) {
      // Afterwards: a token cannot be guessed, and whoever has one need not wait.
      await door.throttle.count({ address: addressOf(request) });
      await noteFailure("token");
      throw new NotAllowed("SIGN_IN_NEEDED", "This access token is not known.");
    }
    return noContent(await door.letIn(request, { agentId, way: "token" }));
  }

  async function withPassword(request: ApiRequest, name: string, password: string) {
    if (!choice.passwords)
      throw new NotAllowed("SIGN_IN_NEEDED", "Passwords are switched off: sign in at the identity provider.");
    const attempt = { name, address: addressOf(request) };
    await door.throttle.count(attempt);
    const agent = agentNamed(settings.current(), name);
    if (!(await door.passwords.isRight(agent?.id, password)) || agent === undefined) {
      await noteFailure("password", agent?.id);
      throw new NotAllowed("SIGN_IN_NEEDED", "The name or the password is wrong.");
    }
    await door.throttle.forgive(attempt);
    return noContent(await door.letIn(request, { agentId: agent.id, way: "password" }));
  }

  return [
    {
      method: "GET",
      path: "/api/session",
      access: "public",
      summary: "Who is signed in, and which ways in there are.",
      schema: { reply: sessionView },
      async handle({ method, headers }) {
        const user = await ports.identify({ method, headers });
        const { providerName: name } = ports;
        const body: SessionView = {
          user: user === undefined ? null : { id: user.id, name: user.name, roles: [...user.roles] },
          ways: {
            password: choice.passwords,
            oidc: name === undefined ? null : { name },
            demo: door.ports.demo,
            setUp: await door.needsSetUp(),
          },
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
        return "token" in body
          ? withToken(request, body.token)
          : withPassword(request, body.name, body.password);
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
        await door.sessions.endAll(id);
        await door.audit({ by: id, action: "signOutEverywhere", kind: "signIn", objectId: id });
        return noContent({ "Set-Cookie": door.cookie.clear() });
      },
    },
  ];
}
