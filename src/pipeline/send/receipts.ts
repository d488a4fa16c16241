import type { Inbound } from "../../core/channel";
import type { OutboundMessage } from "../../core/conversation";
import { toThreadId } from "../../core/ids";
import type { Stored } from "../../core/store";
import type { PipelinePorts } from "../ports";
import type { Deliverer } from "./deliver";
import { advance } from "./deliveryState";
import { lastStatus } from "./transmit";

type Receipt = Extract<Inbound, { kind: "receipt" }>;

const MAX_TRIES = 10;

/** What the platform tells about our messages, written onto them. A receipt may come before the send has returned. */
export function createReceipts(ports: PipelinePorts, deliverer: Pick<Deliverer, "nudge">) {
  async function find(receipt: Receipt, threadId: string): Promise<Stored<OutboundMessage>[]> {
    if (receipt.ourMessageId !== undefined) {
      const stored = await ports.store.read<OutboundMessage>("threads", threadId, receipt.ourMessageId);
      return stored?.doc.type === "message" && stored.doc.direction === "out" ? [stored] : [];
    }
    const page = await ports.store.query<OutboundMessage>("threads", "awaiting", {
      partition: threadId,
      limit: 100,
    });
    const { providerIds = [], upTo = Number.NEGATIVE_INFINITY } = receipt;
    // By time all that went before, too; by id also where the platform's clock is not ours.
    return page.items.filter(
      ({ doc }) => (doc.awaitingAt ?? 0) <= upTo || doc.providerIds.some((id) => providerIds.includes(id)),
    );
  }

  async function write(
    stored: Stored<OutboundMessage>,
    receipt: Receipt,
    last: ReturnType<typeof lastStatus>,
  ): Promise<void> {
    let message = stored;
    for (let i = 0; i < MAX_TRIES; i++) {
      const next = advance(message.doc, {
        status: receipt.status,
        now: ports.clock.now(),
        last,
        ...(receipt.part === undefined ? {} : { part: receipt.part }),
        ...(receipt.ourMessageId === undefined ? {} : { providerIds: receipt.providerIds ?? [] }),
        ...(receipt.error === undefined ? {} : { error: { code: "CHANNEL_REFUSED", ...receipt.error } }),
      });
      if (next === undefined) return;
      const result = await ports.store.batch(
        "threads",
        next.threadId,
        [{ do: "replace", doc: next, etag: message.etag }],
        "receipt",
      );
      if (result.ok) return;
      const again = await ports.store.read<OutboundMessage>("threads", next.threadId, next.id);
      if (again === undefined) return;
      message = again;
    }
  }

  return {
    /** Throws StoreError when it could not be written: the platform then sends it again. */
    async apply(receipt: Receipt): Promise<void> {
      const threadId = toThreadId(receipt.channel, receipt.instanceExternalId, receipt.customerId);
      const last = lastStatus(ports.channels.get(receipt.channel));
      for (const message of await find(receipt, threadId)) await write(message, receipt, last);
      deliverer.nudge(threadId);
    },
  };
}

export type Receipts = ReturnType<typeof createReceipts>;
