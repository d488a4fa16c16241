import type { Check } from "../core/channel";
import type { ApiRequest, Route } from "../core/route";
import type { Connections } from "./connections";
import { listView } from "./contract";
import { type CheckView, checkView, healthView } from "./operationsContract";

/** Health of pages, handles and numbers, the Validate button, and registering webhooks. */
export function connectionRoutes(connections: Connections): Route[] {
  const deed = (name: "validate" | "register", summary: string): Route => ({
    method: "POST",
    path: `/api/admin/accounts/:id/${name}`,
    access: "admin",
    summary,
    schema: { reply: listView(checkView) },
    async handle(request: ApiRequest) {
      const checks = await connections[name](request.params.id ?? "");
      return { status: 200, body: { items: checks.map(toCheckView), next: null } };
    },
  });
  return [
    {
      method: "GET",
      path: "/api/admin/health",
      access: "supervisor",
      summary: "Whether each page, handle and number can send and receive, and what to do when not.",
      schema: { reply: listView(healthView) },
      async handle() {
        return { status: 200, body: { items: await connections.health(), next: null } };
      },
    },
    deed(
      "validate",
      "Checks credentials, permissions, ownership, subscription and addresses, each with its cure.",
    ),
    deed("register", "Registers our webhook at the platform and subscribes the account's instances."),
  ];
}

function toCheckView({ id, title, state, text, cure, instanceId }: Check): CheckView {
  return { id, title, state, text, cure: cure ?? null, instanceId: instanceId ?? null };
}
