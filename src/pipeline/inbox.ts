import type { Inbound } from "../core/channel";
import type { InboundMessage } from "../core/conversation";
import { toInstanceId } from "../core/settings";
import type { Stored } from "../core/store";
import { toInboundMessage } from "./messages";
import type { PipelinePorts } from "./ports";
import type { Counters } from "./watch/counters";

type Kept = Extract<Inbound, { kind: "activity" | "echo" | "unsupported" }>;

/**
 * Makes webhook items durable: each is created in its thread under an id made from the provider's, which is both
 * the inbox and the guard against repeats.
 */
export function createInbox(ports: PipelinePorts, counters: Counters) {
  async function create(message: InboundMessage): Promise<Stored<InboundMessage> | undefined> {
    const instanceId = toInstanceId(message.channel, message.instanceExternalId);
    const result = await ports.store.batch(
      "threads",
      message.threadId,
      [{ do: "create", doc: message }],
      "receive",
    );
    // Not before the store has answered: what is refused with 503 comes again, and would count as lost.
    counters.count(instanceId, "received", message.storedAt);
    const etag = result.ok ? result.etags[0] : undefined;
    const { id: messageId, threadId, channel, activity } = message;
    const fields = { messageId, threadId, channel, instanceId, providerMessageId: activity.id };
    if (etag === undefined) {
      counters.count(instanceId, "repeated", message.storedAt);
      ports.log.info(fields, "a message came again and was known");
      return undefined;
    }
    if (message.deadReason === undefined) ports.log.info(fields, "a message came in");
    else tellDead(ports, message, message.deadReason);
    return { doc: message, etag };
  }

  /** Of what was stored just now: a repeat was here before. Platforms whose time is not told have no lag. */
  function tellLag(item: Kept | undefined, now: number): void {
    if (item?.occurredAt === undefined) return;
    const { channel, occurredAt } = item;
    ports.meter.time("switchboard_webhook_lag_seconds", { channel }, now - occurredAt);
  }

  return {
    /**
     * Resolves when everything is durable, with what is new. Items nobody can work (unknown instance, no customer)
     * are kept as dead letters. Throws StoreError when something could not be stored: the platform sends again.
     */
    async accept(
      items: readonly Kept[],
      accountId: string,
      known: (item: Kept) => boolean,
    ): Promise<Stored<InboundMessage>[]> {
      const now = ports.clock.now();
      const messages = items.map((item) => {
        const message = toInboundMessage(item, accountId, now);
        return known(item) ? message : toDeadLetter(message, reasonOf(item), now);
      });
      // Every item settles before anything is thrown, so that a fault with one never hides what another did.
      const results = await Promise.allSettled(messages.map(create));
      for (const [index, result] of results.entries())
        if (result.status === "fulfilled" && result.value !== undefined) tellLag(items[index], now);
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      return results.flatMap((result) =>
        result.status === "fulfilled" && result.value?.doc.status === "received" ? [result.value] : [],
      );
    },
  };
}

export type Inbox = ReturnType<typeof createInbox>;

/** A message that stays in the store, out of the inbox, until somebody replays it. */
export function toDeadLetter(
  message: InboundMessage,
  reason: { code: string; message: string },
  now: number,
): InboundMessage {
  const { open: _open, due: _due, ...rest } = message;
  return { ...rest, status: "dead", deadAt: now, deadReason: reason };
}

/** A message became a dead letter: in log and metrics. */
export function tellDead(
  { log, meter }: Pick<PipelinePorts, "log" | "meter">,
  { id: messageId, threadId, channel, instanceExternalId }: InboundMessage,
  { code, message: reason }: { code: string; message: string },
): void {
  meter.count("switchboard_dead_letters_total", { code });
  const instanceId = toInstanceId(channel, instanceExternalId);
  log.warn({ messageId, threadId, channel, instanceId, code, reason }, "a message became a dead letter");
}

function reasonOf(item: Kept): { code: string; message: string } {
  if (item.kind === "unsupported" && item.customerId === undefined) {
    return { code: "CHANNEL_UNSUPPORTED", message: `Not understood: ${item.reason}.` };
  }
  return {
    code: "INSTANCE_UNKNOWN",
    message: `Nothing is configured for ${item.channel} ${item.instanceExternalId ?? "(no id)"}: add it, then replay this.`,
  };
}
