import { checkInput } from "../core/checkInput";
import { InputError, NotFound } from "../core/errors";
import type { Route } from "../core/route";
import type { Pipeline } from "../pipeline/pipeline";
import type { QueuePorts } from "../routing/ports";
import { getPresence, setPresence } from "../routing/presence";
import { idOf, needPrincipal } from "./caller";
import { meView, presenceBody, presenceView } from "./contract";
import { toPresenceView } from "./present";

interface PresencePorts extends QueuePorts {
  pipeline: Pick<Pipeline, "assigner">;
}

/** Who works here, and whether they are there. */
export function presenceRoutes(ports: PresencePorts): Route[] {
  return [
    {
      method: "GET",
      path: "/api/desk/me",
      access: "agent",
      summary: "Who is signed in, with presence, load and queues.",
      schema: { reply: meView },
      async handle(request) {
        const me = needPrincipal(request);
        const settings = ports.settings.current();
        const queues = [...settings.queues.values()]
          .filter((queue) => queue.members.includes(me.id))
          .map(({ id, name }) => ({ id, name }));
        return {
          status: 200,
          body: {
            id: me.id,
            name: me.name,
            roles: me.roles,
            presence: await presenceOf(ports, me.id),
            queues,
          },
        };
      },
    },
    {
      method: "GET",
      path: "/api/desk/people",
      access: "agent",
      summary: "Everybody who works here, by name.",
      async handle() {
        const items = [...ports.settings.current().agents.values()].map(({ id, name }) => ({ id, name }));
        return { status: 200, body: { items, next: null } };
      },
    },
    {
      method: "PUT",
      path: "/api/desk/presence",
      access: "agent",
      summary: "Sets one's own presence.",
      schema: { body: presenceBody, reply: presenceView },
      async handle(request) {
        const { presence } = checkInput(presenceBody, request.body);
        const me = needPrincipal(request);
        if (!ports.settings.current().agents.has(me.id))
          throw new InputError("INPUT_INVALID", "Only agents have a presence.");
        await setPresence(ports, me.id, presence);
        void ports.pipeline.assigner.kick();
        return { status: 200, body: await presenceOf(ports, me.id) };
      },
    },
    {
      method: "PUT",
      path: "/api/desk/agents/:id/presence",
      access: "supervisor",
      summary: "A supervisor sets an agent's presence, or resets one that a missed offer made inactive.",
      schema: { body: presenceBody, reply: presenceView },
      async handle(request) {
        const { presence } = checkInput(presenceBody, request.body);
        const agentId = idOf(request);
        if (!ports.settings.current().agents.has(agentId))
          throw new NotFound("NOT_FOUND", `There is no agent "${agentId}".`);
        await setPresence(ports, agentId, presence, needPrincipal(request).id);
        void ports.pipeline.assigner.kick();
        return { status: 200, body: await presenceOf(ports, agentId) };
      },
    },
  ];
}

async function presenceOf(ports: QueuePorts, agentId: string) {
  return toPresenceView(
    await getPresence(ports, agentId),
    ports.settings.current().agents.get(agentId)?.capacity ?? 0,
  );
}
