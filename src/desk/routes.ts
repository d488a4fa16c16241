import { z } from "zod";
import { checkInput } from "../core/checkInput";
import { Conflict, InputError } from "../core/errors";
import { threadOf } from "../core/ids";
import type { ApiRequest, Principal, Route } from "../core/route";
import { CONVERSATION_STATES, HOLDERS, type WorkItem } from "../core/workItem";
import { acceptOffer, rejectOffer } from "../routing/offers";
import * as sessions from "../routing/sessions";
import { maskAgentWords } from "./agentWords";
import { idOf, limitOf, needPrincipal } from "./caller";
import { consentRoute } from "./contacts/consentRoute";
import { createContactAccess } from "./contacts/contactAccess";
import { contactRoutes } from "./contacts/contactRoutes";
import { customerRoutes } from "./contacts/customerRoutes";
import { createCustomerSummary } from "./contacts/customerSummary";
import { mergeRoutes } from "./contacts/mergeRoutes";
import {
  closeBody,
  conversationView,
  helperBody,
  messageView,
  offerView,
  page,
  sendBody,
  templateView,
  transferBody,
} from "./contract";
import { createConversationViews } from "./conversationViews";
import { createHistoryPresenter } from "./historyEntries";
import { createLists } from "./lists";
import { createMasking } from "./masking";
import { actorFor, canSee, needSee, needSpeaker, needSupervisor } from "./policy";
import type { DeskPorts } from "./ports";
import { presenceRoutes } from "./presenceRoutes";
import { type ItemFacts, toOfferView, toTemplateView } from "./present";
import { toMessageView, toMessageViews } from "./presentMessage";
import { fullTrace, toTraceViews } from "./presentTrace";
import { needDisposition, textRoutes } from "./textRoutes";
import { fromHelper, toAgent, toHelper, toQueue } from "./withHelper";

const stateList = z.array(z.enum(CONVERSATION_STATES));

/** The agents' API: plain routes, each check input -> check permission -> call -> present. */
export function deskRoutes(ports: DeskPorts): Route[] {
  const lists = createLists(ports);
  const masking = createMasking(ports.settings, ports.log);
  const access = createContactAccess({ ...ports, closing: ports.pipeline.closing });
  const entries = createHistoryPresenter({ ...ports, masking });
  const { present, presentAll } = createConversationViews({ ...ports, masking });

  /** Live, or as it was when it closed. */
  async function find(principal: Principal, id: string): Promise<ItemFacts> {
    return needSee(principal, await factsOf(id), ports.settings.current());
  }

  async function factsOf(id: string): Promise<ItemFacts | undefined> {
    return (await lists.live(id)) ?? (await ports.pipeline.closing.record(id))?.last;
  }

  /** Also what the agent's present customer wrote elsewhere and before; to read, and no more. */
  async function findToRead(principal: Principal, id: string): Promise<ItemFacts> {
    const facts = await factsOf(id);
    const isSeen = facts !== undefined && canSee(principal, facts, ports.settings.current());
    if (facts !== undefined && !isSeen && (await access.mayReadAlong(principal, id))) return facts;
    return needSee(principal, facts, ports.settings.current());
  }

  async function findLive(principal: Principal, id: string): Promise<WorkItem> {
    const live = await lists.live(id);
    if (live === undefined) {
      await find(principal, id);
      throw new Conflict("WRONG_STATE", "This conversation is closed.", { details: { state: "closed" } });
    }
    needSee(principal, live, ports.settings.current());
    return live;
  }

  /** POST /conversations/{id}/{action}. */
  const action = (
    name: string,
    summary: string,
    run: (item: WorkItem, request: ApiRequest, me: Principal) => Promise<ItemFacts>,
  ): Route => ({
    method: "POST",
    path: `/api/desk/conversations/:id/${name}`,
    access: "agent",
    summary,
    schema: { reply: conversationView },
    async handle(request) {
      const me = needPrincipal(request);
      const changed = await run(await findLive(me, idOf(request)), request, me);
      void ports.pipeline.assigner.kick();
      return { status: 200, body: present(changed) };
    },
  });

  /** POST /conversations/{id}/typing and …/read: worth one try, and nobody waits for the platform. */
  const signalRoute = (signal: "typing" | "read", summary: string): Route => ({
    method: "POST",
    path: `/api/desk/conversations/:id/${signal}`,
    access: "agent",
    summary,
    async handle(request) {
      const me = needPrincipal(request);
      const item = await findLive(me, idOf(request));
      needSpeaker(me, item);
      const author = { kind: "agent", id: me.id, name: me.name } as const;
      await ports.pipeline.signals.send(item.conversationId, signal, author);
      return { status: 204 };
    },
  });

  /** The text itself, or what a template says once it is filled: the transcript keeps words, not numbers. */
  async function textToSend(item: WorkItem, said: z.output<typeof sendBody>): Promise<string> {
    const { template } = said;
    if (template === undefined) return said.text;
    return ports.pipeline.templates.fill(item.instanceId, template);
  }

  async function close(item: WorkItem, me: Principal, force: boolean): Promise<ItemFacts> {
    if (force) {
      needSupervisor(me);
      await ports.pipeline.closing.close(item, "forceClosed");
      return { ...item, state: "closed", version: item.version + 1 };
    }
    const agentId = actorFor(me, item);
    if (item.state !== "wrapUp") return sessions.putAside(ports, item.conversationId, agentId);
    if (item.agentId !== agentId) needSupervisor(me);
    needDisposition(me, item, ports.settings.current());
    await ports.pipeline.closing.close(item, "agentClosed");
    return { ...item, state: "closed", version: item.version + 1 };
  }

  return [
    ...presenceRoutes(ports),
    {
      method: "GET",
      path: "/api/desk/conversations",
      access: "agent",
      schema: { reply: page(conversationView) },
      summary:
        "Conversations, newest first; query: state (several with commas), holder, queue, agent, limit, cursor.",
      async handle(request) {
        const { query } = request;
        const found = await lists.find(needPrincipal(request), {
          states: checkInput(
            stateList,
            (query.get("state") ?? "").split(",").filter((state) => state !== ""),
          ),
          holder: checkInput(z.enum(HOLDERS).optional(), query.get("holder") ?? undefined),
          queueId: query.get("queue") ?? undefined,
          agentId: query.get("agent") ?? undefined,
          limit: limitOf(request),
          cursor: query.get("cursor") ?? undefined,
        });
        return { status: 200, body: { items: await presentAll(found.items), next: found.next ?? null } };
      },
    },
    {
      method: "GET",
      path: "/api/desk/conversations/:id",
      access: "agent",
      summary: "One conversation, live or closed.",
      schema: { reply: conversationView },
      async handle(request) {
        const [body] = await presentAll([await findToRead(needPrincipal(request), idOf(request))]);
        return { status: 200, body };
      },
    },
    {
      method: "GET",
      path: "/api/desk/conversations/:id/trace",
      access: "agent",
      summary: "Why the conversation went where it went.",
      async handle(request) {
        const item = await find(needPrincipal(request), idOf(request));
        const record = await ports.pipeline.closing.record(idOf(request));
        const waits = ports.pipeline.assigner.explain(item.conversationId);
        const items = fullTrace(record?.trace ?? [], { item, waits, now: ports.clock.now() });
        return { status: 200, body: { items: toTraceViews(items, masking), next: null } };
      },
    },
    {
      method: "GET",
      path: "/api/desk/conversations/:id/messages",
      access: "agent",
      schema: { reply: page(messageView) },
      summary: "Messages in order; query: after (a seq), limit, cursor.",
      async handle(request) {
        const id = idOf(request);
        await findToRead(needPrincipal(request), id);
        const after = checkInput(
          z.coerce.number().int().min(0).optional(),
          request.query.get("after") ?? undefined,
        );
        const found = await lists.messages(
          threadOf(id) ?? "",
          id,
          after,
          limitOf(request),
          request.query.get("cursor") ?? undefined,
        );
        const items = toMessageViews(found.items, masking);
        return { status: 200, body: { items, next: found.next ?? null } };
      },
    },
    {
      method: "POST",
      path: "/api/desk/conversations/:id/messages",
      access: "agent",
      summary: "Writes to the customer; the same clientId twice is one message.",
      schema: { body: sendBody, reply: messageView },
      async handle(request) {
        const said = maskAgentWords(checkInput(sendBody, request.body), masking);
        const me = needPrincipal(request);
        const id = idOf(request);
        const item = await findLive(me, id);
        needSpeaker(me, item);
        const message = await ports.pipeline.outbox.add({
          conversationId: id,
          agent: { id: me.id, name: me.name },
          text: await textToSend(item, said),
          clientId: said.clientId,
          mediaIds: said.attachments.map(({ mediaId }) => mediaId),
          choices: said.choices,
          ...(said.template === undefined ? {} : { template: said.template }),
          replyToId: said.replyToId,
          sessionValues: item.sessionValues,
        });
        return { status: 201, body: toMessageView(message, masking) };
      },
    },
    {
      method: "GET",
      path: "/api/desk/conversations/:id/templates",
      access: "agent",
      summary: "Templates that may be sent when the reply window is shut.",
      schema: { reply: page(templateView) },
      async handle(request) {
        const item = await find(needPrincipal(request), idOf(request));
        const items = await ports.pipeline.templates.of(item.instanceId);
        return { status: 200, body: { items: items.map(toTemplateView), next: null } };
      },
    },
    signalRoute("typing", "Shows the customer that somebody is typing, where the channel can."),
    signalRoute("read", "Shows the customer that the messages were read, where the channel can."),
    consentRoute({ ...ports, find }),
    ...textRoutes({ ...ports, masking, find, findLive, present }),
    ...customerRoutes({
      ...ports,
      find,
      summarise: createCustomerSummary({ ...ports, access, entries, masking }),
    }),
    ...contactRoutes({ ...ports, access, entries, masking }),
    ...mergeRoutes({ ...ports, access, entries, masking }),
    action(
      "pick",
      "Takes a conversation that stands in a queue, or that the helper has.",
      async (item, _request, me) =>
        (await fromHelper(ports, item, { agentId: me.id, how: "pick" })) ??
        sessions.pick(ports, item.conversationId, me.id),
    ),
    {
      ...action(
        "helper",
        "Gives the conversation back to the helper: one's own, or a supervisor any that people have.",
        (item, request, me) => toHelper(ports, item, me, checkInput(helperBody, request.body ?? {}).note),
      ),
      schema: { body: helperBody, reply: conversationView },
    },
    action("open", "Opens a waiting conversation again.", (item, _request, me) =>
      sessions.open(ports, item.conversationId, me.id),
    ),
    action("release", "Gives the conversation back to its queue.", (item, _request, me) =>
      sessions.release(ports, item.conversationId, actorFor(me, item)),
    ),
    action("end", "The work is done: wrap-up.", (item, _request, me) =>
      sessions.end(ports, item.conversationId, actorFor(me, item)),
    ),
    {
      ...action(
        "close",
        "Ends the session: an active conversation waits for the customer, one in wrap-up is closed. A supervisor may force any to be closed.",
        (item, request, me) => close(item, me, checkInput(closeBody, request.body ?? {}).force),
      ),
      schema: { body: closeBody, reply: conversationView },
    },
    {
      ...action(
        "transfer",
        "To another queue, or offered to a colleague, who accepts or rejects.",
        async (item, request, me) => {
          const { queueId, agentId } = checkInput(transferBody, request.body);
          if ((queueId === undefined) === (agentId === undefined))
            throw new InputError("INPUT_INVALID", "Name a queueId or an agentId.");
          if (item.agentId !== me.id) needSupervisor(me);
          // One's own is given away only while it still is one's own.
          const from = item.agentId === me.id ? me.id : undefined;
          if (agentId !== undefined && from !== undefined)
            return sessions.transferToAgent(ports, item.conversationId, agentId, from);
          return queueId === undefined
            ? toAgent(ports, item, agentId ?? "")
            : toQueue(ports, item, queueId, from);
        },
      ),
      schema: { body: transferBody, reply: conversationView },
    },
    {
      ...action(
        "assign",
        "A supervisor gives the conversation to an agent or queue.",
        async (item, request, me) => {
          needSupervisor(me);
          const { queueId, agentId } = checkInput(transferBody, request.body);
          return agentId === undefined ? toQueue(ports, item, queueId ?? "") : toAgent(ports, item, agentId);
        },
      ),
      access: "supervisor",
      schema: { body: transferBody, reply: conversationView },
    },
    {
      method: "GET",
      path: "/api/desk/offers",
      access: "agent",
      summary: "What is offered to the caller now.",
      schema: { reply: page(offerView) },
      async handle(request) {
        const offers = await lists.offers(needPrincipal(request).id);
        return {
          status: 200,
          body: {
            items: offers.map((offer) => toOfferView(offer, { masking, settings: ports.settings.current() })),
            next: null,
          },
        };
      },
    },
    {
      method: "POST",
      path: "/api/desk/offers/:id/accept",
      access: "agent",
      summary: "Takes what was offered.",
      schema: { reply: conversationView },
      async handle(request) {
        const item = await acceptOffer(ports, idOf(request), needPrincipal(request).id);
        return { status: 200, body: present(item) };
      },
    },
    {
      method: "POST",
      path: "/api/desk/offers/:id/reject",
      access: "agent",
      summary: "Declines what was offered; it goes back to its place.",
      async handle(request) {
        await rejectOffer(ports, idOf(request), needPrincipal(request).id);
        void ports.pipeline.assigner.kick();
        return { status: 204 };
      },
    },
    {
      method: "GET",
      path: "/api/desk/events",
      access: "agent",
      summary: "Server-sent events; resumes after Last-Event-ID.",
      async handle(request) {
        const me = needPrincipal(request);
        return {
          status: 200,
          stream: (sink) => {
            const leave = ports.events.connect(me, request.headers["last-event-id"], sink);
            const gone = ports.pipeline.desks.connected(me.id);
            return () => {
              leave();
              gone();
            };
          },
        };
      },
    },
  ];
}
