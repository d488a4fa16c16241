import { NotAllowed } from "../core/errors";
import type { ApiReply, ApiRequest, Principal } from "../core/route";
import type { AgentSettings } from "../core/settings";
import { mayHavePassword, toPrincipal } from "./agents";
import { createAgentTokens } from "./agentTokens";
import { personOfPlatform } from "./appService";
import { createSignInAudit, type Way } from "./audit";
import type { Person } from "./claims";
import { createCookie } from "./cookies";
import { agentWithIdentity } from "./identities";
import { createLinks } from "./links";
import { createMachineTokens } from "./machineTokens";
import { type HttpCall, needSameOrigin } from "./ownPages";
import { createPasswords } from "./passwords";
import { agentFor } from "./people";
import type { SignInPorts } from "./ports";
import { createHasher } from "./scrypt";
import { createSessions, SESSION_SECONDS, type Session } from "./sessions";
import { createThrottle } from "./throttle";

const SET_UP_DONE_MS = 60 * 1000;

export const OPERATOR: Principal = { id: "operator", name: "Operator", roles: ["admin"], isOperator: true };

/** What the routes of sign-in are built on: each way in, and the one place where somebody gets in. */
export function createDoor(ports: SignInPorts) {
  const { store, settings, agents, choice, clock, publicUrl } = ports;
  const hasher = createHasher(ports.passwordCost);
  const sessions = createSessions({ store, clock });
  const passwords = createPasswords({ store, clock, hasher });
  const links = createLinks({ store, clock });
  const tokens = createAgentTokens(ports);
  const machineTokens = createMachineTokens({ store, clock });
  const throttle = createThrottle({ store, clock });
  const audit = createSignInAudit({ store, clock });
  const cookie = createCookie("switchboard", { publicUrl, maxAgeSeconds: SESSION_SECONDS });

  /** Settings of another server reach us within seconds: whoever was just made is looked up. */
  const agentOf = async (id: string) => settings.current().agents.get(id) ?? (await agents.find(id));

  const hasPassword = async (agent: AgentSettings): Promise<boolean> =>
    mayHavePassword(agent) && (await passwords.has(agent.id));

  async function principalOf(session: Session | undefined): Promise<Principal | undefined> {
    const agent = session === undefined ? undefined : await agentOf(session.agentId);
    // A token that was taken away takes along what it began.
    if (session?.token !== undefined && session.token !== agent?.token) return undefined;
    return agent && toPrincipal({ ...agent, ...(session?.roles && { roles: [...session.roles] }) });
  }

  /** Undefined too once the identity is another agent's than when the session began. */
  async function knownOfPlatform({ identity }: Person): Promise<Session | undefined> {
    const session = await sessions.findOfPlatform(identity);
    const agent = agentWithIdentity(settings.current(), identity);
    if (session === undefined || agent === undefined || agent.id === session.agentId) return session;
    await sessions.endOfPlatform(identity);
    return undefined;
  }

  async function beginOfPlatform(person: Person): Promise<Session> {
    const { id } = await agentFor(ports, person);
    if (!(await sessions.beginOfPlatform(person.identity, { agentId: id }))) return { agentId: id };
    try {
      const after = { way: "appService", roles: person.roles };
      await audit({ by: id, action: "signIn", kind: "signIn", objectId: id, after });
    } catch (error) {
      // Nobody gets in unseen: the next request tries again.
      await sessions.endOfPlatform(person.identity);
      throw error;
    }
    return { agentId: id };
  }

  let setUpDoneUntil = 0;
  /**
   * Nobody can sign in as an admin, and nothing but a link helps: an identity provider or the platform in front names
   * its admins itself.
   */
  async function needsSetUp(): Promise<boolean> {
    if (!choice.passwords || choice.oidc !== undefined || choice.appService) return false;
    const owners = await tokens.owners();
    for (const agent of settings.current().agents.values())
      if (agent.roles.includes("admin") && (owners.has(agent.id) || (await hasPassword(agent)))) return false;
    return true;
  }

  return {
    ...{ ports, hasher, sessions, passwords, links, tokens, machineTokens, throttle, audit, cookie, agentOf },
    principalOf,

    async byCookie(call: HttpCall): Promise<Principal | undefined> {
      const key = cookie.read(call.headers);
      const session = key === undefined ? undefined : await sessions.find(key);
      if (session === undefined) return undefined;
      needSameOrigin(call, publicUrl);
      return principalOf(session);
    },

    /** Whom the platform in front of us signed in. Throws NotAllowed SIGN_IN_NO_ROLE, or for a foreign page's request. */
    async byPlatform(call: HttpCall): Promise<Principal | undefined> {
      const person = personOfPlatform(call.headers, choice);
      if (person === undefined) return undefined;
      // The platform's cookie rides along as ours would. What carries a token was sent by no foreign page.
      // Basic and Negotiate do ride along: the browser adds them by itself.
      if (!isBearer(call)) needSameOrigin(call, publicUrl);
      if (person.roles.length === 0) throw new NotAllowed("SIGN_IN_NO_ROLE");
      const session = (await knownOfPlatform(person)) ?? (await beginOfPlatform(person));
      return principalOf({ ...session, roles: person.roles });
    },

    /**
     * Somebody proved who they are: a new session, an audit entry, the cookie. The browser's former session ends.
     * `isStill`: whether the proof still holds, asked once the session has begun; whoever takes it away from then on
     * finds the session to end. Throws NotAllowed SIGN_IN_NEEDED when it does not.
     */
    async letIn(
      request: Pick<ApiRequest, "headers">,
      who: Session & { way: Way },
      isStill: () => Promise<boolean> = async () => true,
    ): Promise<Record<string, string>> {
      const { way, ...session } = who;
      const former = cookie.read(request.headers);
      if (former !== undefined) await sessions.end(former);
      const key = await sessions.begin(session);
      if (!(await isStill())) {
        await sessions.end(key);
        throw new NotAllowed("SIGN_IN_NEEDED", "The password was changed meanwhile.");
      }
      const after = { way, ...(who.roles && { roles: who.roles }) };
      await audit({ by: who.agentId, action: "signIn", kind: "signIn", objectId: who.agentId, after });
      return { "Set-Cookie": cookie.set(key) };
    },

    /** Signs an agent out everywhere; an invitation that was not used would be a way back in. */
    async endAll(agentId: string): Promise<void> {
      await links.forget(agentId);
      await sessions.endAll(agentId);
    },

    needsSetUp,

    /** The same for whoever asks without being somebody: an admin who was there is, for a minute. */
    async mayNeedSetUp(): Promise<boolean> {
      if (clock.now() < setUpDoneUntil) return false;
      const needed = await needsSetUp();
      if (!needed) setUpDoneUntil = clock.now() + SET_UP_DONE_MS;
      return needed;
    },
  };
}
const isBearer = ({ headers }: HttpCall): boolean => /^Bearer /i.test(String(headers.authorization ?? ""));

export type Door = ReturnType<typeof createDoor>;

/** Where a request came from; one name for all of which nothing is known. */
export const addressOf = ({ address = "unknown" }: Pick<ApiRequest, "address">): string => address;

export const noContent = (headers: Record<string, string> = {}): ApiReply => ({ status: 204, headers });
