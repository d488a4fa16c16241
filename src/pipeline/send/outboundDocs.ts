import type { Message, OutboundMessage } from "../../core/conversation";
import type { Op, Stored } from "../../core/store";
import type { PipelinePorts } from "../ports";
import { advance, isSettled } from "./deliveryState";

/** A message in flight belongs to its server for this long. */
const LEASE_MS = 60_000;
/** How often a server looks whether another has sent what stands in front of its own. */
const WATCH_MS = 250;
/** Of so many earlier messages the platform's ids are looked up, to tell equal texts apart. */
const KNOWN_BACK = 50;

/**
 * An outbound message in memory and in the store, kept as one: every change is conditional, and what somebody else
 * wrote meanwhile (a receipt, another server) is read again.
 */
export function createOutboundDocs(ports: PipelinePorts) {
  const leaseMs = ports.leaseMs ?? LEASE_MS;
  // With less left than a call may take it is renewed before the call.
  const renewMs = leaseMs / 3;

  function toSending(message: OutboundMessage): OutboundMessage {
    const now = ports.clock.now();
    return {
      ...message,
      status: "sending",
      sending: { server: ports.serverId, since: now, until: now + leaseMs },
      due: now + leaseMs,
    };
  }

  async function save(
    message: Stored<OutboundMessage>,
    doc: OutboundMessage,
    purpose: string,
    also: Op[] = [],
  ): Promise<string[] | undefined> {
    const ops: Op[] = [{ do: "replace", doc, etag: message.etag }, ...also];
    const result = await ports.store.batch("threads", doc.threadId, ops, purpose);
    return result.ok ? result.etags : undefined;
  }

  /** Replaces what memory has of a message after somebody else (a receipt) wrote it. */
  async function reload(message: Stored<OutboundMessage>): Promise<void> {
    const now = await ports.store.read<OutboundMessage>("threads", message.doc.threadId, message.doc.id);
    if (now !== undefined) Object.assign(message, now);
    // Withdrawn: it is not to be sent, and there is nothing left to write to.
    else message.doc = { ...message.doc, status: "failed" };
  }

  /**
   * Another server's message stands in front of ours: 0 once it is settled, ms to look again while that server is at
   * it, undefined when it is ours or was left behind.
   */
  async function elsewhereFor(message: Stored<OutboundMessage>): Promise<number | undefined> {
    if (ports.store.exclusive) return undefined;
    await reload(message);
    if (isSettled(message.doc)) return 0;
    const { status, sending, due = 0 } = message.doc;
    if (sending?.server === ports.serverId) return undefined;
    const until = status === "sending" ? (sending?.until ?? 0) : due;
    const left = until - ports.clock.now();
    return left > 0 ? Math.min(WATCH_MS, left) : undefined;
  }

  /** False when a pause let the lease of a message run out and somebody else has it now. */
  async function stillMine(message: Stored<OutboundMessage>): Promise<boolean> {
    const until = message.doc.sending?.until ?? 0;
    if (ports.store.exclusive || until - ports.clock.now() > renewMs) return true;
    const renewed = toSending(message.doc);
    const etags = await save(message, renewed, "claim");
    if (etags === undefined) {
      await reload(message);
      return false;
    }
    Object.assign(message, { doc: renewed, etag: etags[0] });
    return true;
  }

  async function partSent(
    message: Stored<OutboundMessage>,
    sentParts: number,
    providerIds: string[],
  ): Promise<void> {
    const doc = toSending({ ...message.doc, sentParts, providerIds: [...providerIds] });
    const etags = await save(message, doc, "part");
    if (etags === undefined) {
      await reload(message);
      message.doc = { ...message.doc, sentParts, providerIds: [...providerIds] };
    } else Object.assign(message, { doc, etag: etags[0] });
  }

  async function hold(
    message: Stored<OutboundMessage>,
    change: (doc: OutboundMessage) => OutboundMessage,
    wait: number,
  ): Promise<number> {
    // In memory first: should the store fail now, the message must not be taken for one that was never sent.
    message.doc = change(message.doc);
    const etags = await save(message, message.doc, "hold");
    if (etags !== undefined) {
      message.etag = etags[0] ?? "";
      return Math.max(1, wait);
    }
    await reload(message);
    if (isSettled(message.doc)) return 0;
    const { sending } = message.doc;
    // After a long pause: another server has taken it over.
    if (!ports.store.exclusive && sending !== undefined && sending.server !== ports.serverId) return WATCH_MS;
    return hold(message, change, wait);
  }

  async function fail(
    message: Stored<OutboundMessage>,
    error: NonNullable<OutboundMessage["error"]>,
  ): Promise<void> {
    const doc = advance(message.doc, { status: "failed", error, now: ports.clock.now(), last: "failed" });
    if (doc === undefined || (await save(message, doc, "failed")) !== undefined) return;
    await reload(message);
    if (!isSettled(message.doc)) await fail(message, error);
  }

  /** The platform's ids of this message's parts and of those before it in the conversation. */
  async function earlierIds(message: OutboundMessage): Promise<ReadonlySet<string>> {
    const page = await ports.store.query<Message>("threads", "transcript", {
      partition: message.threadId,
      equals: { conversationId: message.conversationId ?? "" },
      after: Math.max(0, (message.seq ?? 0) - KNOWN_BACK),
      limit: KNOWN_BACK,
    });
    return new Set([
      ...message.providerIds,
      ...page.items.flatMap(({ doc }) => (doc.direction === "out" ? doc.providerIds : [])),
    ]);
  }

  return { toSending, save, reload, elsewhereFor, stillMine, partSent, hold, fail, earlierIds };
}
