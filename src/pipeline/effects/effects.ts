import { keepConsent } from "../../contacts/consent/consents";
import type { NewTicket } from "../../contacts/tickets/make";
import type { ClosedFacts, ConversationDoc, Effect, EffectBody, TraceEntry } from "../../core/conversation";
import { toFacts } from "../../core/conversationFacts";
import { correlated, ofWork } from "../../core/correlation";
import { ChannelError, messageOf } from "../../core/errors";
import type { Stored } from "../../core/store";
import { transact } from "../../core/transact";
import type { ClosureReason, WorkItem, WorkItemSeed } from "../../core/workItem";
import type { Assigner } from "../../routing/assign";
import { takeFromHelper } from "../../routing/helperHands";
import { asKnown, seedOf } from "../../routing/newItem";
import { customerWrote, enqueue, openWithBot, readItem, removeItem } from "../../routing/queue";
import type { Routed } from "../../routing/rules/decide";
import type { Router } from "../../routing/rules/route";
import { recordsClosed } from "../../routing/sessionRecords";
import { agentName } from "../../routing/texts/automatedMessages";
import { mirrorConsent } from "../consent/mirror";
import type { Identity } from "../identity/identify";
import { GRACE_MS } from "../messages";
import type { PipelinePorts } from "../ports";
import { recordId } from "../recordId";
import type { Files } from "./files";
import type { Profiles } from "./profiles";
import { toRouteRequest } from "./routingHook";
import { claimTickets } from "./ruleTickets";
import { keepSurvey } from "./surveyResults";

const MAX_BACKOFF_MS = 60_000;
/** They ask platforms and may take their time: nothing of the thread waits for them. */
export const BESIDE: ReadonlySet<EffectBody["kind"]> = new Set(["fetchMedia", "dropMedia", "profile"]);
/** After these somebody may be free, or somebody waits. */
const MOVES_LINE: ReadonlySet<EffectBody["kind"]> = new Set(["enqueue", "customerWrote", "closed"]);

/** A closed conversation as lists and reports find it. */
export interface HistoryRow extends ClosedFacts {
  id: string;
  type: "closed";
  closedAt: number;
  reason: ClosureReason;
}

/**
 * Steps owed in another partition. Each is applied idempotently and then deleted; what a crash leaves over is found
 * by its `due` and applied again.
 */
export function createEffects(
  ports: PipelinePorts,
  parts: { router: Router; assigner: Assigner; files: Files; profiles: Profiles; identity: Identity },
) {
  const chains = new Map<string, Promise<void>>();
  const beside = new Map<string, Promise<void>>();
  let stopped = false;

  async function apply(doc: Effect, tries: number): Promise<TraceEntry | undefined> {
    const { conversationId, epoch, effect, threadId } = doc;
    switch (effect.kind) {
      case "opened":
        await openWithBot(ports, conversationId, epoch, await parts.identity.whoBegins(doc, effect));
        return undefined;
      case "enqueue": {
        const seed = await parts.identity.whoBegins(doc, effect);
        // Before its first hand-over it has no row.
        const known = epoch > 1 ? await readItem(ports, conversationId) : undefined;
        // Who has just been identified the row may not know yet.
        const newest = effect.newContactId === undefined ? asKnown(seed, known) : seed;
        const request = await toRouteRequest(ports, doc, { seed: newest, effect, known });
        const routed = await parts.router.route(request);
        const { text, details, fields } = routed;
        const placement = await withRuleTickets(doc, request.seed, routed);
        const { seed: routedSeed, wish, skills } = request;
        const { summary } = effect;
        await enqueue(ports, {
          ...{ conversationId, epoch, seed: routedSeed, placement },
          ...{ wish, skills, summary, fields },
        });
        return {
          at: ports.clock.now(),
          kind: "rules",
          text,
          details: { ...details, summary: effect.summary },
        };
      }
      case "taken":
        return take(doc, effect);
      case "traced":
        return undefined;
      case "customerWrote":
        await customerWrote(ports, { conversationId, ...effect });
        return undefined;
      case "closed": {
        // History first: a crash in between must leave the row to find, not nothing.
        const item = await readItem(ports, conversationId);
        if (item !== undefined) {
          await writeHistory(item, effect);
          await tellPlugins(doc.id, item, effect.reason);
        }
        const last = await removeItem(ports, conversationId, effect.reason);
        if (last !== undefined && last.version !== item?.version) await writeHistory(last, effect);
        return { at: effect.at, kind: "closed", text: `Closed: ${effect.reason}.` };
      }
      case "surveyed":
        await keepSurvey(ports, conversationId, effect.result);
        return undefined;
      case "ticket":
        await ports.tickets.make(toNewTicket(doc, effect));
        return {
          at: doc.due - GRACE_MS,
          kind: (effect.by?.kind ?? "flow") === "flow" ? "helper" : "rules",
          text: `Ticket ${effect.ticket.number} was made: ${effect.ticket.subject}`,
        };
      case "fetchMedia":
        await parts.files.fetch(threadId, effect.messageId, tries);
        return undefined;
      case "dropMedia":
        await parts.files.drop(effect.mediaIds);
        return undefined;
      case "profile":
        await parts.profiles.refresh(threadId);
        return undefined;
      case "identify":
        await parts.identity.look(doc, effect.newContactId);
        return undefined;
      case "consent":
        await keepConsent(ports.store, effect.record);
        await mirrorConsent(ports.store, doc);
        return undefined;
      default:
        return effect satisfies never;
    }
  }

  /** It gets the queue that it would have gone to: its agent may give it there, or be lost. */
  async function take(
    doc: Effect,
    { agentId, how, context }: Extract<EffectBody, { kind: "taken" }>,
  ): Promise<TraceEntry | undefined> {
    const { id, conversationId, epoch } = doc;
    const known = await readItem(ports, conversationId);
    if (known === undefined) return undefined;
    const seed = { ...seedOf(known), ...(context === undefined ? {} : { context }) };
    const routed = await parts.router.route({ id, conversationId, seed, known });
    const { details } = routed;
    const placement = await withRuleTickets(doc, seed, routed);
    await takeFromHelper(ports, { conversationId, epoch, agentId, how, context, placement });
    const text = `${agentName(ports.settings.current(), agentId)} took it over from the helper.`;
    return { at: ports.clock.now(), kind: "rules", text, details };
  }

  /** The placement, with the number of the last ticket that rules made as `context.ticket`. */
  async function withRuleTickets(
    { threadId, conversationId }: Effect,
    seed: WorkItemSeed,
    { placement, tickets = [] }: Routed,
  ): Promise<Routed["placement"]> {
    if (tickets.length === 0) return placement;
    const { number, owed } = await claimTickets(ports, { threadId, conversationId, item: seed, tickets });
    for (const effect of owed) void add(effect);
    if (number === undefined) return placement;
    return { ...placement, attributes: { ...placement.attributes, ticket: number } };
  }

  /** While the row is there: after a crash in between they are told again, under the same id. */
  async function tellPlugins(id: string, item: WorkItem, reason: ClosureReason): Promise<void> {
    const facts = { ...toFacts(item.conversationId, item), reason };
    await ports.plugins?.hooks.onClose?.(facts, `${id}~onClose`);
  }

  async function writeHistory(
    item: WorkItem,
    { at, reason }: { at: number; reason: ClosureReason },
  ): Promise<void> {
    const { due: _due, sk: _sk, offerId: _offerId, offeredTo: _to, contact: _contact, ...facts } = item;
    const row: HistoryRow = {
      ...facts,
      ...recordsClosed(item, reason, at),
      type: "closed",
      state: "closed",
      id: `closed~${item.conversationId}`,
      closedAt: at,
      reason,
      version: item.version + 1,
    };
    await ports.store.batch(
      "history",
      new Date(at).toISOString().slice(0, 10),
      [{ do: "upsert", doc: row }],
      "history",
    );
    await remember(item.threadId, item.conversationId, row);
  }

  /** The conversation's own record keeps the row as it last was: it is found by id for ever. */
  async function remember(threadId: string, conversationId: string, last: HistoryRow): Promise<void> {
    await transact(ports.store, "threads", threadId, "closedRecord", async (tx) => {
      const doc = await tx.read<ConversationDoc>(recordId(conversationId));
      if (doc !== undefined) tx.put({ ...doc, closedAt: last.closedAt, closedReason: last.reason, last });
    });
  }

  /** Deletes the effect, and writes what it decided into the conversation's record in the same batch. */
  async function settle(stored: Stored<Effect>, entry: TraceEntry | undefined): Promise<void> {
    const { doc } = stored;
    const owed = "trace" in doc.effect ? (doc.effect.trace ?? []) : [];
    const told = (entry === undefined ? owed : [...owed, entry]).map((one) => ({ ...ofWork(), ...one }));
    if (told.length === 0) {
      await ports.store.batch(
        "threads",
        doc.threadId,
        [{ do: "delete", id: doc.id, etag: stored.etag }],
        "effectDone",
      );
      return;
    }
    await transact(ports.store, "threads", doc.threadId, "effectDone", async (tx) => {
      if ((await tx.read(doc.id)) === undefined) return;
      const record = await tx.read<ConversationDoc>(recordId(doc.conversationId));
      tx.remove(doc.id);
      if (record !== undefined) tx.put({ ...record, trace: [...record.trace, ...told].slice(-50) });
    });
  }

  async function perform(stored: Stored<Effect>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await settle(stored, await apply(stored.doc, attempt + 1));
        tellDone(stored.doc);
        if (MOVES_LINE.has(stored.doc.effect.kind)) void parts.assigner.kick();
        return;
      } catch (error) {
        const fields = {
          effect: stored.doc.effect.kind,
          conversationId: stored.doc.conversationId,
          error: messageOf(error),
        };
        if (error instanceof ChannelError)
          ports.log.info(fields, "a platform was asked in vain; again later");
        else ports.log.error(fields, "an effect failed; it is tried again");
        // The thread's later effects wait behind it: applied out of order they would leave a row that nobody removes.
        if (stopped) return;
        await new Promise<void>(
          (resolve) => void ports.clock.after(Math.min(MAX_BACKOFF_MS, 500 * 2 ** attempt), resolve),
        );
      }
    }
  }

  function tellDone({ threadId, conversationId, effect }: Effect): void {
    const fields = { threadId, conversationId, effect: effect.kind };
    if (effect.kind === "enqueue") ports.log.info(fields, "a conversation stands in a queue");
    else ports.log.debug(fields, "a step was done");
  }

  function add(stored: Stored<Effect>): Promise<void> {
    const { threadId, id, effect } = stored.doc;
    const isBeside = BESIDE.has(effect.kind);
    const [into, key] = isBeside ? [beside, `${threadId} ${id}`] : [chains, threadId];
    // The sweep finds those that are still being tried.
    if (isBeside && into.has(key)) return Promise.resolve();
    const turn = (into.get(key) ?? Promise.resolve()).then(() =>
      correlated(stored.doc.correlationId, () => perform(stored)),
    );
    into.set(key, turn);
    const ended = turn.finally(() => {
      if (into.get(key) === turn) into.delete(key);
    });
    return isBeside ? Promise.resolve() : ended;
  }

  return {
    /**
     * Applies it: what moves the conversation after the thread's earlier ones, what only asks a platform beside them.
     * Never throws; what fails is found again by the sweep.
     */
    add,
    /** Resolves when what is owed to the thread's conversation by this process is done. */
    settled: (threadId: string): Promise<void> => chains.get(threadId) ?? Promise.resolve(),
    /** This process is at work on what the thread owes. */
    isBusy: (threadId: string): boolean => chains.has(threadId),
    /** Steps that conversations wait for; files and profiles are not among them. */
    backlog: () => chains.size,
    /** What fails from now on is left to the next start. */
    stop(): void {
      stopped = true;
    },
  };
}

/** The conversation as it was, and the turn's time: a repeated step makes the same. */
function toNewTicket(
  { conversationId, due }: Effect,
  { ticket, by, flow, item }: Extract<EffectBody, { kind: "ticket" }>,
): NewTicket {
  return {
    wish: ticket,
    by: by ?? { kind: "flow", id: flow ?? "" },
    at: due - GRACE_MS,
    conversationId,
    item,
  };
}

export type Effects = ReturnType<typeof createEffects>;
