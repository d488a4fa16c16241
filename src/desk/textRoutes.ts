import { z } from "zod";
import { checkInput } from "../core/checkInput";
import { Conflict } from "../core/errors";
import { hasRole, type Principal, type Route } from "../core/route";
import { language } from "../core/settingFields";
import type { SettingsSnapshot } from "../core/settings";
import type { WorkItem } from "../core/workItem";
import { dispositionsFor, setDispositions } from "../routing/dispositions";
import type { QueuePorts } from "../routing/ports";
import { idOf, needPrincipal } from "./caller";
import {
  type ConversationView,
  conversationView,
  dispositionsBody,
  dispositionView,
  page,
  quickReplyView,
} from "./contract";
import type { Masking } from "./masking";
import { actorFor } from "./policy";
import type { ItemFacts } from "./present";
import { quickRepliesFor } from "./quickReplies";

export interface TextPorts extends QueuePorts {
  masking: Masking;
  /** As the caller may see it, live or closed. Throws NotFound. */
  find(me: Principal, id: string): Promise<ItemFacts>;
  /** The same, and Conflict when it is closed. */
  findLive(me: Principal, id: string): Promise<WorkItem>;
  present(item: ItemFacts): ConversationView;
}

const quickReplyQuery = z.object({
  search: z.string().max(200).optional(),
  language: language.optional(),
});

/** What admins wrote for agents to use: ready answers, and what may have come of a conversation. */
export function textRoutes(ports: TextPorts): Route[] {
  const { settings, masking, find, findLive, present } = ports;
  return [
    {
      method: "GET",
      path: "/api/desk/conversations/:id/quickReplies",
      access: "agent",
      summary:
        "Ready answers, filled in for this conversation; query: search (words, #tag), language (its own first).",
      schema: {
        query: quickReplyQuery,
        reply: page(quickReplyView),
      },
      async handle(request) {
        const given = [...request.query].filter(([, value]) => value !== "");
        const wish = checkInput(quickReplyQuery, Object.fromEntries(given));
        const me = needPrincipal(request);
        const item = await find(me, idOf(request));
        const items = quickRepliesFor({
          ...wish,
          settings: settings.current(),
          item,
          agentName: me.name,
          masking,
        });
        return { status: 200, body: { items, next: null } };
      },
    },
    {
      method: "GET",
      path: "/api/desk/conversations/:id/dispositions",
      access: "agent",
      summary:
        "What may have come of this conversation, by name, and whether it must be said before closing.",
      schema: {
        reply: page(dispositionView).extend({ required: z.boolean() }),
      },
      async handle(request) {
        const item = await find(needPrincipal(request), idOf(request));
        const items = dispositionsFor(settings.current(), item.workstreamId).map(({ id, name }) => ({
          id,
          name,
        }));
        const required = needsDisposition(item, settings.current());
        return { status: 200, body: { items, next: null, required } };
      },
    },
    {
      method: "POST",
      path: "/api/desk/conversations/:id/dispositions",
      access: "agent",
      summary: "Says what came of the conversation, in place of what was said before.",
      schema: { body: dispositionsBody, reply: conversationView },
      async handle(request) {
        const { dispositions } = checkInput(dispositionsBody, request.body);
        const me = needPrincipal(request);
        const item = await findLive(me, idOf(request));
        const { conversationId } = item;
        const changed = await setDispositions(ports, {
          conversationId,
          agentId: actorFor(me, item),
          dispositions,
        });
        return { status: 200, body: present(changed) };
      },
    },
  ];
}

/** Throws Conflict when an agent must say first what came of the conversation; supervisors may close without. */
export function needDisposition(principal: Principal, item: WorkItem, settings: SettingsSnapshot): void {
  const said = (item.dispositions ?? []).length > 0;
  if (said || hasRole(principal, "supervisor") || !needsDisposition(item, settings)) return;
  throw new Conflict(
    "WRONG_STATE",
    "Choose what came of this conversation (its disposition), then close it.",
    {
      details: { state: item.state, missing: "dispositions" },
    },
  );
}

/** A work stream without any to choose from would never let go of a conversation. */
function needsDisposition(item: ItemFacts, settings: SettingsSnapshot): boolean {
  return (
    settings.workstreams.get(item.workstreamId)?.dispositionRequired === true &&
    dispositionsFor(settings, item.workstreamId).length > 0
  );
}
