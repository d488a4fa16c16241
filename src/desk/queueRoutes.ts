import { z } from "zod";
import { NotFound } from "../core/errors";
import { hasRole, type Principal, type Route } from "../core/route";
import type { SettingsReader, SettingsSnapshot } from "../core/settings";
import type { Reports } from "../reports/reports";
import { type QueueView, queueView } from "./contract";

/** Queues as they stand: an agent sees their own, a supervisor all. */
export function queueRoutes(ports: { reports: Pick<Reports, "queues">; settings: SettingsReader }): Route[] {
  return [
    {
      method: "GET",
      path: "/api/desk/queues",
      access: "agent",
      summary: "Queues now and today: waiting, longest and average wait, agents by presence, service level.",
      schema: { reply: z.object({ items: z.array(queueView), next: z.null() }) },
      async handle({ principal }) {
        if (principal === undefined) throw new NotFound("NOT_FOUND");
        const settings = ports.settings.current();
        const items = await ports.reports.queues((id) => canSeeQueue(principal, id, settings));
        return { status: 200, body: { items: items satisfies QueueView[], next: null } };
      },
    },
  ];
}

function canSeeQueue(principal: Principal, queueId: string, { queues }: SettingsSnapshot): boolean {
  if (hasRole(principal, "supervisor")) return true;
  return queues.get(queueId)?.members.includes(principal.id) ?? false;
}
