import type { Head, InboundMessage, OutboundMessage } from "../core/conversation";
import { correlated } from "../core/correlation";
import { messageOf, StoreError, SwitchboardError } from "../core/errors";
import type { Op, Stored } from "../core/store";
import type { Bot } from "../dialogs/bot";
import { type Released, toRelease } from "./consent/release";
import type { Effects } from "./effects/effects";
import type { FlowFiguresCounter } from "./helper/flowFigures";
import type { Returns } from "./helper/returns";
import { tellDead } from "./inbox";
import type { Look } from "./look";
import { openThread } from "./openThread";
import { amendedId } from "./plan/amend";
import type { TurnPlan } from "./plan/planParts";
import { planTurn } from "./plan/turnPlan";
import type { PipelinePorts } from "./ports";
import type { Deliverer } from "./send/deliver";
import { screenedOrFailed } from "./send/screening";
import type { Threads } from "./threads";

/** Waits between tries of a turn that fails, ms; after the last it becomes a dead letter. */
const RETRY_MS = [1_000, 5_000, 25_000] as const;
const MAX_RACES = 50;
const LOOK_AGAIN_MS = 1_000;

/**
 * Works inbound messages, one thread at a time and by the platform's time: the helper or the queue hears each
 * once, and all that follows is written in one batch.
 */
export function createTurns(
  ports: PipelinePorts,
  parts: {
    threads: Threads;
    bot: Bot;
    deliverer: Deliverer;
    effects: Effects;
    look: Look;
    figures: FlowFiguresCounter;
    returns: Returns;
  },
) {
  const waiting = new Map<string, Stored<InboundMessage>[]>();
  const stats = { turns: 0, lost: 0 };

  function add(message: Stored<InboundMessage>): void {
    const { threadId } = message.doc;
    const others = waiting.get(threadId);
    if (others === undefined) {
      waiting.set(threadId, [message]);
      void parts.threads.serially(threadId, () => drain(threadId));
    } else if (!others.some(({ doc }) => doc.id === message.doc.id)) others.push(message);
  }

  /** Works what waits for a thread until nothing is left or the first must wait for a retry. */
  async function drain(threadId: string): Promise<void> {
    for (;;) {
      if (!(await lookAround(threadId))) return;
      const next = takeEarliest(waiting.get(threadId));
      if (next === undefined) {
        waiting.delete(threadId);
        return;
      }
      if (await correlated(next.doc.correlationId, () => work(next))) continue;
      // In order: what came later waits behind the message that is tried again.
      waiting.get(threadId)?.unshift(next);
      const delay = RETRY_MS[next.doc.attempts - 1] ?? 25_000;
      ports.clock.after(delay, () => void parts.threads.serially(threadId, () => drain(threadId)));
      return;
    }
  }

  /**
   * Where servers share a store, another may have received what happened earlier: it is worked first, by whoever comes
   * first. False when the store is away; it goes on by itself.
   */
  async function lookAround(threadId: string): Promise<boolean> {
    if (ports.store.exclusive || waiting.get(threadId)?.length === 0) return true;
    try {
      const { inbox } = await parts.look(threadId);
      const mine = waiting.get(threadId) ?? [];
      for (const found of inbox) if (!mine.some(({ doc }) => doc.id === found.doc.id)) mine.push(found);
      waiting.set(threadId, mine);
      return true;
    } catch (error) {
      ports.log.error({ threadId, error: messageOf(error) }, "a thread could not be looked at; again soon");
      ports.clock.after(LOOK_AGAIN_MS, () => void parts.threads.serially(threadId, () => drain(threadId)));
      return false;
    }
  }

  /** False when it must be tried again later; the message's attempts say how often it was. */
  async function work(message: Stored<InboundMessage>): Promise<boolean> {
    try {
      await runTurn(message);
      return true;
    } catch (error) {
      message.doc.attempts += 1;
      const fields = {
        threadId: message.doc.threadId,
        messageId: message.doc.id,
        attempt: message.doc.attempts,
        error: messageOf(error),
      };
      ports.log.error(fields, "a turn failed");
      // While the store is away nothing can be recorded and nobody is to blame: keep trying.
      if (
        (error instanceof StoreError && error.code !== "STORE_REFUSED") ||
        message.doc.attempts <= RETRY_MS.length
      )
        return false;
      return giveUp(message, error);
    }
  }

  /** The message goes into the transcript and to people; the dead letter beside it tells why. */
  async function giveUp(message: Stored<InboundMessage>, error: unknown): Promise<boolean> {
    const reason = {
      code: error instanceof SwitchboardError ? error.code : "TURN_FAILED",
      message: messageOf(error),
    };
    try {
      await runTurn(message, reason);
      return true;
    } catch (again) {
      ports.log.error(
        { messageId: message.doc.id, error: messageOf(again) },
        "a dead letter could not be written; it is tried again",
      );
      return false;
    }
  }

  async function runTurn(
    message: Stored<InboundMessage>,
    giveUpReason?: { code: string; message: string },
  ): Promise<void> {
    let inbound = message;
    const beganAt = ports.clock.now();
    for (let race = 0; race < MAX_RACES; race++) {
      // The first time it was just looked at.
      const head =
        race === 0
          ? await parts.threads.head(inbound.doc.threadId)
          : (await parts.look(inbound.doc.threadId)).head;
      const target = await targetOf(inbound.doc);
      const definition = ports.channels.get(inbound.doc.channel)?.definition;
      const plan = await planTurn({
        head: head?.doc,
        inbound: inbound.doc,
        target: target?.doc,
        returned: await parts.returns.granted(head?.doc, inbound.doc),
        opensByReaction: definition?.window?.byReaction === true,
        windowHours: definition?.window?.hours,
        hasQuickReplies: definition?.abilities.quickReplies === true,
        identifies: ports.contacts !== undefined,
        canAskProfile: ports.clients.get(inbound.doc.channel)?.profile !== undefined,
        settings: ports.settings.current(),
        bot: parts.bot,
        now: ports.clock.now(),
        hooks: ports.plugins?.hooks,
        takeTicketNumber: ports.tickets.take,
        ...(giveUpReason === undefined ? {} : { giveUp: giveUpReason }),
      });
      if (giveUpReason !== undefined) markDead(plan, giveUpReason, ports.clock.now());
      for (const [i, message] of plan.outbound.entries())
        plan.outbound[i] = await screenedOrFailed(ports, plan.head, message);
      stats.turns += 1;
      const released = await toRelease(ports.store, plan, ports.clock.now());
      if (await commit({ head, inbound, target, released }, plan)) {
        tellWorked(ports, plan, ports.clock.now() - beganAt);
        return;
      }
      stats.lost += 1;
      parts.threads.forget(inbound.doc.threadId);
      const now = await ports.store.read<InboundMessage>("threads", inbound.doc.threadId, inbound.doc.id);
      if (now === undefined || now.doc.status !== "received") return;
      inbound = now;
    }
    throw new SwitchboardError("TURN_FAILED", `Lost ${MAX_RACES} races in a row for one thread.`);
  }

  /** What an edit or deletion is about; undefined for any other message, and for a target that nobody kept. */
  async function targetOf(inbound: InboundMessage): Promise<Stored<InboundMessage> | undefined> {
    const id = amendedId(inbound);
    return id === undefined ? undefined : ports.store.read<InboundMessage>("threads", inbound.threadId, id);
  }

  async function commit(
    before: {
      head: Stored<Head> | undefined;
      inbound: Stored<InboundMessage>;
      target: Stored<InboundMessage> | undefined;
      released: Released;
    },
    plan: TurnPlan,
  ): Promise<boolean> {
    const { head, inbound, target, released } = before;
    const refused = plan.outbound.filter(({ status }) => status === "failed");
    const outbound = parts.deliverer.begin(
      plan.head,
      plan.outbound.filter(({ status }) => status !== "failed"),
    );
    const ops: Op[] = [{ do: "replace", doc: plan.inbound, etag: inbound.etag }];
    for (const doc of outbound) ops.push({ do: "create", doc });
    for (const doc of [...plan.effects, ...refused]) ops.push({ do: "create", doc });
    if (plan.conversation !== undefined) ops.push({ do: "upsert", doc: plan.conversation.doc });
    if (plan.amended !== undefined && target !== undefined)
      ops.push({ do: "replace", doc: plan.amended, etag: target.etag });
    ops.push(...released.ops);
    const result = await parts.threads.commit(head, plan.head, ops, "turn");
    if (!result.ok) {
      return false;
    }
    inboxAgain(plan, released, result.etags);
    parts.figures.add(plan.counts ?? []);
    if (plan.fault !== undefined)
      ports.log.warn({ threadId: plan.head.threadId, ...plan.fault }, "the helper failed; people take over");
    const etags = result.etags.slice(2);
    parts.deliverer.add(
      plan.head,
      outbound.map((doc, index): Stored<OutboundMessage> => ({ doc, etag: etags[index] ?? "" })),
    );
    for (const [index, doc] of plan.effects.entries())
      parts.effects.add({ doc, etag: etags[outbound.length + index] ?? "" });
    return true;
  }

  /** What waited for the customer's consent is worked next, by the platform's time, and this message too where it waited. */
  function inboxAgain({ inbound }: TurnPlan, { docs }: Released, etags: readonly string[]): void {
    if (inbound.status === "received") add({ doc: inbound, etag: etags[1] ?? "" });
    for (const [i, doc] of docs.entries()) add({ doc, etag: etags[etags.length - docs.length + i] ?? "" });
  }

  return {
    /** A message that is durable: it is worked as soon as its thread is free. Never throws. */
    add,
    /** Works what a stopped server left in a thread's inbox. */
    async recover(threadId: string): Promise<void> {
      const { inbox } = await openThread(ports.store, parts.threads, threadId);
      for (const message of inbox) add(message);
    },
    /** Turns begun, and those that another server (or an agent) was faster than. */
    stats: (): Readonly<typeof stats> => stats,
    /** Threads with messages not yet worked. */
    backlog: () => waiting.size,
  };
}

export type Turns = ReturnType<typeof createTurns>;

/** Removes and returns the message that happened first; ties by time of storing, then by their place where they have one. */
function takeEarliest(messages: Stored<InboundMessage>[] | undefined): Stored<InboundMessage> | undefined {
  if (messages === undefined || messages.length === 0) return undefined;
  let best = 0;
  for (let i = 1; i < messages.length; i++) {
    const [a, b] = [messages[i]?.doc, messages[best]?.doc];
    if (a !== undefined && b !== undefined && isEarlier(a, b)) best = i;
  }
  return messages.splice(best, 1)[0];
}

function isEarlier(a: InboundMessage, b: InboundMessage): boolean {
  const bySeq = a.seq === undefined || b.seq === undefined ? 0 : a.seq - b.seq;
  return (a.occurredAt - b.occurredAt || a.storedAt - b.storedAt || bySeq) < 0;
}

/** What became of a message: one line in the log, and how long it took. */
function tellWorked(ports: PipelinePorts, { inbound, outbound, effects }: TurnPlan, ms: number): void {
  ports.meter.time("switchboard_turn_seconds", { channel: inbound.channel }, ms);
  if (inbound.deadReason !== undefined) tellDead(ports, inbound, inbound.deadReason);
  const { id: messageId, threadId, conversationId, status } = inbound;
  const owed = effects.map(({ effect }) => effect.kind);
  const fields = { messageId, threadId, conversationId, status, answers: outbound.length, owed, ms };
  ports.log.info(fields, "a message was worked");
}

function markDead(plan: TurnPlan, reason: { code: string; message: string }, now: number): void {
  plan.inbound = { ...plan.inbound, status: "dead", deadAt: now, deadReason: reason };
}
