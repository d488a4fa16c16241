import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import { Conflict, InputError, NotAllowed, NotFound } from "../core/errors";
import type { ApiRequest, Route } from "../core/route";
import type { AgentSettings } from "../core/settings";
import { agentNamed, toAgentId } from "./agents";
import { invitationView, passwordBody, setUpBody } from "./contract";
import { addressOf, type Door, noContent } from "./door";
import { needNoForeignPage } from "./ownPages";
import { needGoodPassword } from "./passwordRules";

type NewAgent = Pick<AgentSettings, "id" | "name" | "roles">;

/** Links that set a password, and changing one's own. */
export function passwordRoutes(door: Door): Route[] {
  const { agents, settings, publicUrl, choice } = door.ports;

  /** Whom the first admin's link is for: the agent of that name, or a new one. */
  function firstAdmin(name: string | undefined): NewAgent {
    const admins = [...settings.current().agents.values()].filter(({ roles }) => roles.includes("admin"));
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
    const invited = open.kind === "invitation" ? await door.agentOf(open.agentId ?? "") : firstAdmin(name);
    if (invited === undefined || !choice.passwords) throw new NotAllowed("LINK_UNUSABLE");
    needGoodPassword(password, invited);
    const setting = await door.passwords.setting(invited.id, password);
    const claimed = await door.links.claim(open, invited.id);
    // Another server may have made an agent of this id, who is no admin, a moment ago.
    if (open.kind === "setUp" && !(await agents.create(invited)).roles.includes("admin"))
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
    if (agent === undefined || !choice.passwords)
      throw new NotAllowed("NOT_ALLOWED", "Whoever signs in without a password here has none to change.");
    const attempt = { name: agent.id, address: addressOf(request) };
    await door.throttle.count(attempt);
    if (!(await door.passwords.isRight(agent.id, current)))
      throw new NotAllowed("NOT_ALLOWED", "The present password is another one.");
    await door.throttle.forgive(attempt);
    needGoodPassword(next, agent);
    await door.passwords.set(agent.id, next);
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
        const { link, expiresAt } = await door.links.invite(agent.id);
        await door.audit({
          ...{ by: principal?.id ?? "unknown", action: "invite", kind: "signIn", objectId: agent.id },
        });
        const body = { link: linkText(publicUrl, link), expiresAt: isoTime(expiresAt) };
        return { status: 201, body };
      },
    },
    {
      method: "DELETE",
      path: "/api/admin/agents/:id/sessions",
      access: "admin",
      summary: "Signs the agent out everywhere.",
      async handle({ params, principal }) {
        const { id } = await needAgent(door, params.id);
        await door.sessions.endAll(id);
        const by = principal?.id ?? "unknown";
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
