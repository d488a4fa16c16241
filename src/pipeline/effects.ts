import type { ConversationDoc, Effect, TraceEntry, WorkItem } from "../core/conversation";
import { messageOf } from "../core/errors";
import type { Stored } from "../core/store";
import { transact } from "../core/transact";
import type { Assigner } from "../routing/assign";
import { customerWrote, enqueue, openWithBot, readItem, removeItem } from "../routing/queue";
import type { Router } from "../routing/route";
import type { PipelinePorts } from "./ports";

const MAX_BACKOFF_MS = 60_000;

/** A closed conversation as lists and reports find it. */
export interface HistoryRow extends WorkItemFacts {
  id: string;
  type: "closed";
  closedAt: number;
  reason: string;
}
type WorkItemFacts = Omit<WorkItem, "type" | "due" | "sk" | "offerId" | "offeredTo">;

/**
 * Steps owed in another partition. Each is applied idempotently and then deleted; what a crash leaves over is found
 * by its `due` and applied again.
 */
export function createEffects(ports: PipelinePorts, parts: { router: Router; assigner: Assigner }) {
  const chains = new Map<string, Promise<void>>();
  let stopped = false;

  async function apply({ conversationId, epoch, effect }: Effect): Promise<TraceEntry | undefined> {
    switch (effect.kind) {
      case "opened":
        await openWithBot(ports, conversationId, epoch, effect.item);
        return undefined;
      case "enqueue": {
        const decision = parts.router.route(conversationId, effect.item, effect.queueId);
        await enqueue(ports, { conversationId, epoch, seed: effect.item, queueId: decision.queueId });
        const why =
          decision.rule === undefined ? "no rule matched: fallback queue" : `rule "${decision.rule}"`;
        return {
          at: ports.clock.now(),
          kind: "rules",
          text: `To queue "${decision.queueId}", ${why}.`,
          details: { ...decision, summary: effect.summary },
        };
      }
      case "customerWrote":
        await customerWrote(ports, { conversationId, ...effect });
        return undefined;
      case "closed": {
        // History first: a crash in between must leave the row to find, not nothing.
        const item = await readItem(ports, conversationId);
        if (item !== undefined) await writeHistory(item, effect);
        const last = await removeItem(ports, conversationId);
        if (last !== undefined && last.version !== item?.version) await writeHistory(last, effect);
        return { at: effect.at, kind: "closed", text: `Closed: ${effect.reason}.` };
      }
      default:
        return effect satisfies never;
    }
  }

  async function writeHistory(item: WorkItem, { at, reason }: { at: number; reason: string }): Promise<void> {
    const { due: _due, sk: _sk, offerId: _offerId, offeredTo: _offeredTo, ...facts } = item;
    const row: HistoryRow = {
      ...facts,
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
    if (entry === undefined) {
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
      const owed = doc.effect.kind === "enqueue" ? (doc.effect.trace ?? []) : [];
      tx.remove(doc.id);
      if (record !== undefined) tx.put({ ...record, trace: [...record.trace, ...owed, entry].slice(-50) });
    });
  }

  async function perform(stored: Stored<Effect>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await settle(stored, await apply(stored.doc));
        if (stored.doc.effect.kind !== "opened") void parts.assigner.kick();
        return;
      } catch (error) {
        const fields = {
          effect: stored.doc.effect.kind,
          conversationId: stored.doc.conversationId,
          error: messageOf(error),
        };
        ports.log.error(fields, "an effect failed; it is tried again");
        // The thread's later effects wait behind it: applied out of order they would leave a row that nobody removes.
        if (stopped) return;
        await new Promise<void>(
          (resolve) => void ports.clock.after(Math.min(MAX_BACKOFF_MS, 500 * 2 ** attempt), resolve),
        );
      }
    }
  }

  return {
    /** Applies it after the thread's earlier ones. Never throws; what fails is found again by the sweep. */
    add(stored: Stored<Effect>): Promise<void> {
      const { threadId } = stored.doc;
      const turn = (chains.get(threadId) ?? Promise.resolve()).then(() => perform(stored));
      chains.set(threadId, turn);
      return turn.finally(() => {
        if (chains.get(threadId) === turn) chains.delete(threadId);
      });
    },
    backlog: () => chains.size,
    /** What fails from now on is left to the next start. */
    stop(): void {
      stopped = true;
    },
  };
}

export type Effects = ReturnType<typeof createEffects>;

/** The id of a conversation's record in its thread. */
export function recordId(conversationId: string): string {
  return `conv~${conversationId.slice(conversationId.lastIndexOf(".") + 1)}`;
}
