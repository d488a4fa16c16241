import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import { Conflict, InputError, NotAllowed, NotFound } from "../core/errors";
import { type ApiRequest, callerId, type Route } from "../core/route";
import type { AgentSettings } from "../core/settings";
import { agentNamed, mayHavePassword, toAgentId } from "./agents";
import { invitationView, passwordBody, setUpBody } from "./contract";
import { addressOf, type Door, noContent } from "./door";
import { needNoForeignPage } from "./ownPages";
import { needGoodPassword } from "./passwordRules";

type NewAgent = Pick<AgentSettings, "id" | "name" | "roles" | "identity">;

/** Links that set a password, and changing one's own. */
export function passwordRoutes(door: Door): Route[] {
  const { agents, settings, publicUrl, choice } = door.ports;

  /** Whom the first admin's link is for: the agent of that name, or a new one. */
  function firstAdmin(name: string | undefined): NewAgent {
    const admins = [...settings.current().agents.values()].filter(
      (agent) => agent.roles.includes("admin") && mayHavePassword(agent),
    );
    if (name === undefined) return admins[0] ?? { id: "admin", name: "Admin", roles: ["admin"] };
    const named = agentNamed(settings.current(), name);
    const id = toAgentId(name) ?? "admin";
    const known = named ?? settings.current().agents.get(id);
    if (known === undefined) return { id, name, roles: ["admin"] };
    if (known.roles.includes("admin")) return known;
    const fault = "An agent without the role admin has this name: choose another.";
    throw new InputError("INPUT_INVALID", fault, { details: [{ path: "name", message: fault }] });
  }

  async function setUp(request: ApiRequest) {
    needNoForeignPage(request.headers, publicUrl);
    const { link, password, name } = checkInput(setUpBody, request.body);
    const open = await door.links.open(link);
    const isFirst = open.kind === "setUp";
    // Since it was printed somebody may have become an admin by another way: it opens nothing beside them.
    if (isFirst && !(await door.needsSetUp())) throw new NotAllowed("LINK_UNUSABLE");
    const invited = isFirst ? firstAdmin(name) : await door.agentOf(open.agentId ?? "");
    if (invited === undefined || !mayHavePassword(invited) || !choice.passwords)
      throw new NotAllowed("LINK_UNUSABLE");
    needGoodPassword(password, invited);
    const setting = await door.passwords.setting(invited.id, password, isFirst ? "create" : "upsert");
    const claimed = await door.links.claim(open, invited.id);
    // Another server may have made an agent of this id, who is no admin, a moment ago.
    if (isFirst && !(await agents.create(invited)).roles.includes("admin"))
      throw new NotAllowed("LINK_UNUSABLE");
    await door.links.use(claimed, setting);
    await door.sessions.endAll(invited.id);
    const after = { link: open.kind };
    await door.audit({
      ...{ by: invited.id, action: "setUp", kind: "signIn", objectId: invited.id, after },
    });
    return noContent(await door.letIn(request, { agentId: invited.id, way: "link" }));
  }

  async function changePassword(request: ApiRequest) {
    const { current, next } = checkInput(passwordBody, request.body);
    const agent = await door.agentOf(request.principal?.id ?? "");
    if (agent === undefined || !mayHavePassword(agent) || !choice.passwords)
      throw new NotAllowed("NOT_ALLOWED", "Whoever signs in without a password here has none to change.");
    const attempt = { name: agent.id, address: addressOf(request) };
    await door.throttle.count(attempt);
    if ((await door.passwords.check(agent.id, current)) === undefined)
      throw new NotAllowed("NOT_ALLOWED", "The present password is another one.");
    await door.throttle.forgive(attempt);
    needGoodPassword(next, agent);
    await door.passwords.set(agent.id, next);
    await door.links.forget(agent.id);
    await door.sessions.endAll(agent.id, door.cookie.read(request.headers));
    await door.audit({ by: agent.id, action: "changePassword", kind: "signIn", objectId: agent.id });
    return noContent();
  }

  return [
    {
      method: "POST",
      path: "/api/set-up",
      access: "public",
      summary: "Uses up a one-time link: sets the password and signs in.",
      schema: { body: setUpBody },
      handle: setUp,
    },
    {
      method: "POST",
      path: "/api/password",
      access: "agent",
      summary: "Changes one's own password; all other sessions end.",
      schema: { body: passwordBody },
      handle: changePassword,
    },
    {
      method: "POST",
      path: "/api/admin/agents/:id/invitation",
      access: "admin",
      summary:
        "Makes a one-time link (24 hours) with which the agent chooses a password; the former one ends.",
      schema: { reply: invitationView },
      async handle({ params, principal }) {
        const agent = await needAgent(door, params.id);
        if (!choice.passwords)
          throw new Conflict("WRONG_STATE", "Passwords are switched off: the identity provider invites.");
        if (!mayHavePassword(agent))
          throw new Conflict(
            "WRONG_STATE",
            "This agent has an identity and signs in at the identity provider: take the identity away first to invite them to a password.",
          );
        const { link, expiresAt } = await door.links.invite(agent.id);
        await door.audit({
          ...{ by: callerId({ principal }), action: "invite", kind: "signIn", objectId: agent.id },
        });
        const body = { link: linkText(publicUrl, link), expiresAt: isoTime(expiresAt) };
        return { status: 201, body };
      },
    },
    {
      method: "DELETE",
      path: "/api/admin/agents/:id/sessions",
      access: "admin",
      summary: "Signs the agent out everywhere; an invitation that was not used ends too.",
      async handle({ params, principal }) {
        const { id } = await needAgent(door, params.id);
        await door.endAll(id);
        const by = callerId({ principal });
        await door.audit({ by, action: "signOutEverywhere", kind: "signIn", objectId: id });
        return noContent();
      },
    },
  ];
}

/** In the fragment, so that no log on the way sees it. */
export const linkText = (publicUrl: string, link: string): string => `${publicUrl}/set-up#${link}`;

async function needAgent(door: Door, id = ""): Promise<AgentSettings> {
  const agent = await door.agentOf(id);
  if (agent === undefined) throw new NotFound("NOT_FOUND", "There is no such agent.");
  return agent;
}
