import type { ConversationDoc, Effect, Head } from "../../core/conversation";
import { Conflict, NotFound } from "../../core/errors";
import { threadOf } from "../../core/ids";
import type { Stored } from "../../core/store";
import type { ClosureReason, WorkItem } from "../../core/workItem";
import type { Look } from "../look";
import type { PipelinePorts } from "../ports";
import { recordId } from "../recordId";
import type { Threads } from "../threads";
import type { Effects } from "./effects";
import { newEffect } from "./newEffect";

const MAX_RACES = 20;

/** A conversation, and what its closer has seen of it. */
type ToClose = Pick<WorkItem, "conversationId" | "holder" | "lastInboundSeq" | "endAs">;

/** Ends conversations for good: the head lets go first, the row follows as an effect. */
export function createClosing(
  ports: PipelinePorts,
  parts: { threads: Threads; effects: Effects; look: Look },
) {
  /** The effect that follows; undefined when it was closed before. */
  async function close(
    threadId: string,
    item: ToClose,
    reason: ClosureReason,
  ): Promise<Stored<Effect> | undefined> {
    for (let race = 0; race < MAX_RACES; race++) {
      const { head } = await parts.look(threadId);
      if (head?.doc.live?.id !== item.conversationId) return undefined;
      // A message that the row does not know yet would be closed away unseen.
      const unread = (head.doc.lastInboundSeq ?? 0) > (item.lastInboundSeq ?? 0);
      if (unread && item.holder !== "bot" && item.endAs === undefined) {
        throw new Conflict("CHANGED_MEANWHILE", "The customer has written again; read the message first.");
      }
      const { live, dialog: _dialog, ...rest } = head.doc;
      const effect = toClosedEffect(threadId, item.conversationId, live.epoch, reason, ports.clock.now());
      const result = await parts.threads.commit(
        head,
        rest satisfies Head,
        [{ do: "create", doc: effect }],
        "close",
      );
      if (result.ok) return { doc: effect, etag: result.etags[1] ?? "" };
    }
    throw new Conflict("CHANGED_MEANWHILE");
  }

  return {
    /**
     * Closes the conversation that `item` describes; done already is done. Resolves when the row is gone too.
     * Throws Conflict when the customer wrote after `item` was read.
     */
    async close(item: ToClose, reason: ClosureReason): Promise<void> {
      const threadId = threadOf(item.conversationId);
      if (threadId === undefined) throw new NotFound("NOT_FOUND");
      const effect = await parts.threads.serially(threadId, () => close(threadId, item, reason));
      // Not while the thread is held: an earlier effect may wait for its turn with it.
      await (effect === undefined ? parts.effects.settled(threadId) : parts.effects.add(effect));
    },
    /** When the customer of a conversation last wrote (ms), from the head; undefined when it is not live. */
    async lastInboundAt(conversationId: string): Promise<number | undefined> {
      const threadId = threadOf(conversationId);
      const head = threadId === undefined ? undefined : await parts.threads.head(threadId);
      return head?.doc.live?.id === conversationId ? (head.doc.lastInboundAt ?? 0) : undefined;
    },
    /** The record that outlives the row. */
    async record(conversationId: string): Promise<ConversationDoc | undefined> {
      const threadId = threadOf(conversationId);
      if (threadId === undefined) return undefined;
      return (await ports.store.read<ConversationDoc>("threads", threadId, recordId(conversationId)))?.doc;
    },
  };
}

export type Closing = ReturnType<typeof createClosing>;

function toClosedEffect(
  threadId: string,
  conversationId: string,
  epoch: number,
  reason: ClosureReason,
  at: number,
): Effect {
  const name = `${recordId(conversationId)}~closed`;
  return newEffect(name, { threadId, conversationId, epoch }, { kind: "closed", reason, at }, at);
}
