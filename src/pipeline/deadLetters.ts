import { type InboundMessage, OPEN } from "../core/conversation";
import { Conflict, NotFound } from "../core/errors";
import { toInstanceId } from "../core/settings";
import type { Page, Stored } from "../core/store";
import { GRACE_MS } from "./messages";
import type { PipelinePorts } from "./ports";
import type { Turns } from "./turn";

/** Ids come from URLs: the store refuses those that are none, which would look like a fault of ours. */
const KEY = /^[a-z]{1,5}~[A-Za-z0-9_-]{1,50}$/;

/** Messages nobody could work: kept with their reason until somebody replays them. */
export function createDeadLetters(
  ports: Pick<PipelinePorts, "store" | "clock"> & { isConfigured(instanceId: string): boolean },
  turns: Pick<Turns, "add">,
) {
  return {
    /** Newest first. */
    list(options: { limit?: number; cursor?: string }): Promise<Page<Stored<InboundMessage>>> {
      return ports.store.query<InboundMessage>("threads", "dead", options);
    },
    /**
     * Puts one back into the inbox and works it. One that reached the transcript keeps its place there.
     * Throws NotFound when it is no dead letter (any more), Conflict while its instance is not configured.
     */
    async replay(threadId: string, messageId: string): Promise<void> {
      const isKey = KEY.test(threadId) && KEY.test(messageId);
      const stored = isKey
        ? await ports.store.read<InboundMessage>("threads", threadId, messageId)
        : undefined;
      if (stored?.doc.status !== "dead")
        throw new NotFound("NOT_FOUND", "There is no dead letter with this id; it may have been replayed.");
      const instanceId = toInstanceId(stored.doc.channel, stored.doc.instanceExternalId);
      if (!ports.isConfigured(instanceId)) {
        throw new Conflict("WRONG_STATE", `Nothing is configured for ${instanceId}; add it first.`, {
          details: { instanceId },
        });
      }
      const { deadAt: _deadAt, deadReason: _deadReason, ...rest } = stored.doc;
      const doc: InboundMessage = {
        ...rest,
        status: "received",
        attempts: 0,
        open: OPEN.inbox(rest.occurredAt),
        due: ports.clock.now() + GRACE_MS,
      };
      const result = await ports.store.batch(
        "threads",
        threadId,
        [{ do: "replace", doc, etag: stored.etag }],
        "replay",
      );
      if (!result.ok) throw new NotFound("NOT_FOUND", "Somebody else is replaying it.");
      turns.add({ doc, etag: result.etags[0] ?? "" });
    },
  };
}
