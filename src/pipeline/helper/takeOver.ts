import type { Effect, EffectBody, Head, LiveConversation } from "../../core/conversation";
import { Conflict, NotFound } from "../../core/errors";
import { threadOf } from "../../core/ids";
import type { Stored } from "../../core/store";
import type { WorkItem } from "../../core/workItem";
import { seedOf } from "../../routing/newItem";
import { readItem } from "../../routing/queue";
import type { Effects } from "../effects/effects";
import { newEffect } from "../effects/newEffect";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";

const MAX_RACES = 20;

/** Who gets it from the helper. */
export type TakenBy = { agentId: string; how: "pick" | "assign" } | { queueId: string };

/**
 * People take a conversation from the helper: the head lets go at once, without waiting for a turn that runs (which
 * loses its race and says nothing), and the row follows as an effect.
 */
export function createTakeOver(ports: PipelinePorts, parts: { threads: Threads; effects: Effects }) {
  async function take(head: Stored<Head>, live: LiveConversation, item: WorkItem, to: TakenBy) {
    const { gate: _gate, ...begun } = live;
    const { peopleSince = ports.clock.now() } = begun;
    const next: LiveConversation = { ...begun, heldBy: "people", peopleSince, epoch: live.epoch + 1 };
    const { dialog: _dialog, asked: _asked, ...rest } = head.doc;
    const effect = toTakenEffect(next, item, to, ports.clock.now());
    const result = await parts.threads.commit(
      head,
      { ...rest, live: next },
      [{ do: "create", doc: effect }],
      "takeOver",
    );
    if (!result.ok) return false;
    await parts.effects.add({ doc: effect, etag: result.etags[1] ?? "" });
    return true;
  }

  return {
    /**
     * Takes the conversation of this row. Undefined when the helper does not have it any more: the row then says who
     * does, as far as this process knows. Throws Conflict when it was closed meanwhile.
     */
    async take(item: WorkItem, to: TakenBy): Promise<WorkItem | undefined> {
      const { conversationId } = item;
      const threadId = threadOf(conversationId);
      if (threadId === undefined) throw new NotFound("NOT_FOUND");
      for (let race = 0; race < MAX_RACES; race++) {
        // Not the cached one: another server may have moved it.
        const head = await ports.store.read<Head>("threads", threadId, "head");
        const live = head?.doc.live;
        if (head === undefined || live?.id !== conversationId) throw closed();
        if (live.gate === "shut") throw new Conflict("CONSENT_WAITING");
        if (live.heldBy !== "bot") {
          await parts.effects.settled(threadId);
          return undefined;
        }
        if (await take(head, live, item, to)) return (await readItem(ports, conversationId)) ?? gone();
      }
      throw new Conflict("CHANGED_MEANWHILE");
    },
  };
}

const closed = (): Conflict =>
  new Conflict("WRONG_STATE", "The conversation has been closed meanwhile.", {
    details: { state: "closed" },
  });

function gone(): never {
  throw closed();
}

function toTakenEffect(live: LiveConversation, item: WorkItem, to: TakenBy, now: number): Effect {
  const { context } = live;
  const variables = context === undefined ? {} : { context };
  const effect: EffectBody =
    "agentId" in to
      ? { kind: "taken", ...to, ...variables }
      : { kind: "enqueue", item: { ...seedOf(item), ...variables }, queueId: to.queueId };
  const { id: conversationId, epoch } = live;
  const name = `${live.n}~${epoch}~${effect.kind}`;
  return newEffect(name, { threadId: item.threadId, conversationId, epoch }, effect, now);
}
