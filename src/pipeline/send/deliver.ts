import type { Head, OutboundMessage } from "../../core/conversation";
import { correlated } from "../../core/correlation";
import { type ChannelError, messageOf, StoreError } from "../../core/errors";
import type { Stored } from "../../core/store";
import { openThread } from "../openThread";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import type { Health } from "../watch/health";
import { advance, isSettled } from "./deliveryState";
import { createOutboundDocs } from "./outboundDocs";
import { outboxWaiting } from "./outboxWaiting";
import type { RateKey, Rates } from "./rates";
import { createSendNews } from "./sendNews";
import { secretsRenewed, waitAfter } from "./sendRetry";
import { lastStatus, prepare, type Transmission, toChannelError } from "./transmit";

const GIVE_UP_MS = 24 * 60 * 60 * 1000;
/** A call that broke may still be under way: the platform's list is believed only so long afterwards. */
const SETTLE_MS = 2_000;

/** A thread's unsent messages, in order; the first blocks the rest. */
interface Lane {
  head: Head;
  queue: Stored<OutboundMessage>[];
  running: boolean;
  cancelTimer?: () => void;
}

export interface DeliveryStats {
  accepted: number;
  failed: number;
  retried: number;
  /** Sends whose outcome was unknown for a while. */
  ambiguous: number;
  /** Of those, sent again because the platform could not be asked: the only doubles there can be. */
  resentBlind: number;
}

/** The customer opted out while it waited; what a person wrote, and the answer to that very wish, still go out. */
const isUnwanted = ({ optedOut }: Head, { author, confirmsOptOut }: OutboundMessage): boolean =>
  optedOut === true && confirmsOptOut !== true && author.kind !== "agent";

/** outbox -> channel: one message at a time for a thread, in order, whatever the platform does. */
export function createDeliverer(
  ports: PipelinePorts,
  rates: Rates,
  health: Pick<Health, "sendFailed" | "worked">,
  threads: Threads,
) {
  const lanes = new Map<string, Lane>();
  const docs = createOutboundDocs(ports);
  const news = createSendNews(ports);
  const { toSending, save, reload, hold, fail } = docs;
  /** Messages that this process wrote and has not settled. */
  const own = new Set<string>();
  const stats: DeliveryStats = { accepted: 0, failed: 0, retried: 0, ambiguous: 0, resentBlind: 0 };
  let stopped = false;

  const rateKey = ({ instanceId, accountId, channel }: Head): RateKey => ({ instanceId, accountId, channel });

  /** Nothing new begins after the stop; what already stands as "sending" is sent, else the next start would doubt it. */
  const mayGoOn = (message: Stored<OutboundMessage> | undefined): boolean =>
    !stopped ||
    (message?.doc.status === "sending" &&
      message.doc.ambiguousAt === undefined &&
      message.doc.sending?.server === ports.serverId);

  async function run(lane: Lane): Promise<void> {
    if (lane.running || !mayGoOn(lane.queue[0])) return;
    lane.cancelTimer?.();
    delete lane.cancelTimer;
    lane.running = true;
    let waitMs = 0;
    while (lane.queue[0] !== undefined && waitMs === 0 && mayGoOn(lane.queue[0])) {
      const message = lane.queue[0];
      try {
        waitMs = await correlated(message.doc.correlationId, () => step(lane, message));
      } catch (error) {
        ports.log.error(
          { messageId: message.doc.id, error: messageOf(error) },
          "delivery broke off; it goes on shortly",
        );
        waitMs = 1_000;
      }
      if (waitMs === 0) {
        lane.queue.shift();
        own.delete(message.doc.id);
      }
    }
    lane.running = false;
    if (lane.queue.length === 0) lanes.delete(lane.head.threadId);
    else if (!stopped) lane.cancelTimer = ports.clock.after(waitMs, () => void run(lane));
  }

  /** 0: the message is settled. Otherwise ms to wait before looking at it again. */
  async function step(lane: Lane, message: Stored<OutboundMessage>): Promise<number> {
    const elsewhere = own.has(message.doc.id) ? undefined : await docs.elsewhereFor(message);
    if (elsewhere !== undefined) return elsewhere;
    if (message.doc.status === "queued" && isUnwanted(lane.head, message.doc)) {
      await fail(message, {
        code: "CHANNEL_REFUSED",
        message: "The customer opted out of automatic messages before it was sent.",
      });
      return 0;
    }
    if (message.doc.status === "queued") {
      const wait = retryWait(message.doc) || (await rates.take(rateKey(lane.head)));
      if (wait > 0) return wait;
      const claimed = toSending(message.doc);
      const etags = await save(message, claimed, "claim");
      if (etags === undefined) await reload(message);
      else Object.assign(message, { doc: claimed, etag: etags[0] });
    }
    if (isSettled(message.doc)) return 0;
    if (message.doc.status !== "sending") return 1;
    let transmission: Transmission;
    try {
      transmission = await prepare(ports, lane.head, message.doc);
    } catch (error) {
      return refused(lane, message, toChannelError(error));
    }
    const ours = message.doc.sending?.server === ports.serverId;
    if (!ours || message.doc.ambiguousAt !== undefined) {
      const wait = await reconcile(lane, message, transmission);
      if (wait !== undefined) return wait;
    }
    return transmit(lane, message, transmission);
  }

  const retryWait = (message: OutboundMessage): number =>
    message.attempts === 0 ? 0 : Math.max(0, (message.due ?? 0) - ports.clock.now());

  async function transmit(
    lane: Lane,
    message: Stored<OutboundMessage>,
    { requests, client, context, channel }: Transmission,
  ): Promise<number> {
    const providerIds = [...message.doc.providerIds];
    for (let part = message.doc.sentParts; part < requests.length; part++) {
      const request = requests[part];
      if (request === undefined) break;
      // The first part's allowance was taken when the message was claimed.
      if (part > 0) {
        const wait = await rates.take(rateKey(lane.head));
        if (wait > 0) return wait;
      }
      if (!(await docs.stillMine(message))) return 1;
      try {
        const result = await news.timed(lane.head, () => client.send(request, context));
        if (result.providerId !== undefined) providerIds.push(result.providerId);
        if (result.pauseUntil !== undefined) rates.pause(lane.head.instanceId, result.pauseUntil);
      } catch (error) {
        return refused(lane, message, toChannelError(error));
      }
      if (part < requests.length - 1) await docs.partSent(message, part + 1, providerIds);
    }
    await accepted(lane, message, { providerIds, parts: requests.length, last: lastStatus(channel) });
    return 0;
  }

  /** Records the acceptance; the same batch begins the next message of the thread. The platform has it: never give up. */
  async function accepted(
    lane: Lane,
    message: Stored<OutboundMessage>,
    sent: { providerIds: string[]; parts: number; last: ReturnType<typeof lastStatus> },
  ): Promise<void> {
    stats.accepted += 1;
    news.accepted(lane.head, message.doc, sent.providerIds);
    health.worked(lane.head.instanceId);
    for (let attempt = 0; ; attempt++) {
      const progress = {
        status: "accepted" as const,
        providerIds: sent.providerIds,
        sentParts: sent.parts,
        now: ports.clock.now(),
        last: sent.last,
      };
      const doc = advance(message.doc, progress);
      if (doc === undefined) return;
      const next = lane.queue[1];
      const begun =
        !stopped &&
        next?.doc.status === "queued" &&
        next.doc.attempts === 0 &&
        rates.tryTake(rateKey(lane.head))
          ? toSending(next.doc)
          : undefined;
      try {
        const etags = await save(
          message,
          doc,
          "accepted",
          next !== undefined && begun !== undefined ? [{ do: "replace", doc: begun, etag: next.etag }] : [],
        );
        if (etags !== undefined) {
          Object.assign(message, { doc, etag: etags[0] });
          if (next !== undefined && begun !== undefined) Object.assign(next, { doc: begun, etag: etags[1] });
          return;
        }
        await reload(message);
        if (next !== undefined) await reload(next);
      } catch (error) {
        if (!(error instanceof StoreError) || stopped) throw error;
        await pause(Math.min(30_000, 200 * 2 ** attempt));
      }
    }
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => void ports.clock.after(ms, resolve));

  /** The platform refused or could not be reached: wait and try again, or settle as failed. */
  async function refused(lane: Lane, message: Stored<OutboundMessage>, error: ChannelError): Promise<number> {
    const now = ports.clock.now();
    const shown = {
      code: error.code,
      message: error.message,
      ...(error.platformCode === undefined ? {} : { platformCode: error.platformCode }),
    };
    health.sendFailed(lane.head.instanceId, error);
    if (error.ambiguous && now - message.doc.storedAt <= GIVE_UP_MS) {
      stats.ambiguous += 1;
      news.refused(lane.head, message.doc, { error, outcome: "ambiguous" });
      const attempts = message.doc.attempts + 1;
      // The platform is asked at once; one that goes on failing is given time.
      const wait = attempts === 1 ? 1 : waitAfter(error, attempts);
      return hold(message, (doc) => ({ ...doc, attempts, ambiguousAt: now, error: shown }), wait);
    }
    // Refused credentials can be renewed: the message is held for that long.
    const final = !error.retryable && error.code !== "CHANNEL_AUTH";
    if (final || now - message.doc.storedAt > GIVE_UP_MS) {
      stats.failed += 1;
      news.refused(lane.head, message.doc, { error, outcome: "failed" });
      await fail(message, shown);
      return 0;
    }
    stats.retried += 1;
    const attempts = message.doc.attempts + 1;
    const renewed =
      error.code === "CHANNEL_AUTH" && (await secretsRenewed(ports.accounts, lane.head.accountId));
    const wait = renewed ? 1 : (error.retryAfterMs ?? waitAfter(error, attempts));
    if (error.scope === "instance" && !renewed) rates.pause(lane.head.instanceId, now + wait);
    news.refused(lane.head, message.doc, { error, outcome: "retried", waitMs: wait });
    const toQueued = ({ sending: _sending, ...rest }: OutboundMessage): OutboundMessage => ({
      ...rest,
      status: "queued",
      attempts,
      error: shown,
      due: now + wait,
    });
    return hold(message, toQueued, wait);
  }

  /** Undefined: send it (again). A number: settled (0) or ms to wait. */
  async function reconcile(
    lane: Lane,
    message: Stored<OutboundMessage>,
    { client, requests, context, channel }: Transmission,
  ): Promise<number | undefined> {
    const { sentParts } = message.doc;
    await reload(message);
    if (isSettled(message.doc)) return 0;
    if (message.doc.sentParts > sentParts) return begin(message);
    const now = ports.clock.now();
    const request = requests[message.doc.sentParts];
    const { ambiguous } = channel.definition;
    if (message.doc.ambiguousAt === undefined) {
      stats.ambiguous += 1;
      // Written down, so that a wait for an echo ends although the message is read again meanwhile.
      await hold(message, (doc) => ({ ...doc, ambiguousAt: now }), 1);
      if (isSettled(message.doc)) return 0;
    }
    if (request === undefined) {
      await accepted(lane, message, { providerIds: [], parts: requests.length, last: lastStatus(channel) });
      return 0;
    }
    const asked = { ...context, knownIds: await docs.earlierIds(message.doc) };
    const answer = await client
      .reconcile(request, asked, message.doc.sending?.since ?? message.doc.storedAt)
      .catch((error) => toChannelError(error));
    if ("code" in answer) return answer.retryAfterMs ?? 5_000;
    if (answer.outcome === "sent") {
      const providerIds = answer.providerId === undefined ? [] : [answer.providerId];
      message.doc = {
        ...message.doc,
        sentParts: message.doc.sentParts + 1,
        providerIds: [...message.doc.providerIds, ...providerIds],
      };
      return message.doc.sentParts < requests.length
        ? begin(message)
        : acceptedAfterAll(lane, message, requests.length, channel);
    }
    const waited = now - (message.doc.ambiguousAt ?? now);
    const ours = message.doc.sending?.server === ports.serverId;
    if (answer.outcome === "notSent" && ours && waited < SETTLE_MS) return SETTLE_MS - waited;
    if (answer.outcome === "unknown" && waited < ambiguous.waitMs) return ambiguous.waitMs - waited;
    if (answer.outcome === "unknown" && ambiguous.then === "fail") {
      await fail(message, {
        code: "CHANNEL_AMBIGUOUS",
        message: "The connection broke while sending; it may or may not have arrived.",
      });
      return 0;
    }
    if (answer.outcome === "unknown") stats.resentBlind += 1;
    return begin(message);
  }

  async function acceptedAfterAll(
    lane: Lane,
    message: Stored<OutboundMessage>,
    parts: number,
    channel: Transmission["channel"],
  ): Promise<number> {
    await accepted(lane, message, { providerIds: message.doc.providerIds, parts, last: lastStatus(channel) });
    return 0;
  }

  /** Takes the message over, with a clean slate; undefined so that the caller sends it. */
  async function begin(message: Stored<OutboundMessage>): Promise<number | undefined> {
    const { ambiguousAt: _ambiguousAt, ...rest } = message.doc;
    const doc = toSending(rest);
    const etags = await save(message, doc, "claim");
    if (etags === undefined) return 1;
    Object.assign(message, { doc, etag: etags[0] });
    return undefined;
  }

  return {
    /**
     * Before the commit of new messages: when nothing is in the way the first is written as `sending` at once, which
     * saves a round trip. `head` is the head of that commit.
     */
    begin(head: Head, messages: readonly OutboundMessage[]): OutboundMessage[] {
      const [first, ...rest] = messages;
      if (first === undefined || stopped || lanes.has(head.threadId) || !rates.tryTake(rateKey(head)))
        return [...messages];
      return [toSending(first), ...rest];
    },
    /**
     * After the commit: sends them, after all that went before. Those `from` elsewhere are another server's, which is
     * given time to send them itself. Never throws.
     */
    add(head: Head, messages: readonly Stored<OutboundMessage>[], from: "here" | "elsewhere" = "here"): void {
      if (messages.length === 0) {
        const lane = lanes.get(head.threadId);
        if (lane !== undefined && from === "here") lane.head = head;
        return;
      }
      if (from === "here") for (const { doc } of messages) own.add(doc.id);
      const lane = lanes.get(head.threadId) ?? { head, queue: [], running: false };
      lanes.set(head.threadId, lane);
      lane.head = head;
      const known = new Set(lane.queue.map(({ doc }) => doc.id));
      lane.queue.push(...messages.filter(({ doc }) => !known.has(doc.id)));
      lane.queue.sort((a, b) => (a.doc.seq ?? 0) - (b.doc.seq ?? 0));
      if (lane.cancelTimer === undefined) void run(lane);
    },
    /** News came about a message of this thread: look at it now instead of when its wait is over. */
    nudge(threadId: string): void {
      const lane = lanes.get(threadId);
      if (lane !== undefined && !lane.running) void run(lane);
    },
    /** The instance works again: what is held for it goes out now. */
    resume(instanceId: string): void {
      rates.resume(instanceId);
      for (const lane of lanes.values()) {
        const [first] = lane.queue;
        if (lane.head.instanceId !== instanceId || lane.running || first?.doc.status !== "queued") continue;
        first.doc = { ...first.doc, due: ports.clock.now() };
        void run(lane);
      }
    },
    /** Goes on with what a stopped server left unsent in a thread. */
    async recover(threadId: string): Promise<void> {
      if (lanes.has(threadId)) return;
      const { head, outbox } = await openThread(ports.store, threads, threadId);
      // Asked in the meantime: what is in memory is newer than what was read.
      if (head !== undefined && !lanes.has(threadId)) this.add(head.doc, outbox, "elsewhere");
    },
    stats: (): Readonly<DeliveryStats> => stats,
    /** Messages not yet settled in this process. */
    backlog: () => [...lanes.values()].reduce((sum, lane) => sum + lane.queue.length, 0),
    /** The same by channel, with the age of the oldest. */
    waiting: () => outboxWaiting(lanes.values(), ports.clock.now()),
    /** Threads that are sending at this moment. */
    sending: () => [...lanes.values()].filter((lane) => lane.running).length,
    /** Begins nothing new; what is in flight finishes. */
    stop(): void {
      stopped = true;
      for (const lane of lanes.values()) lane.cancelTimer?.();
    },
  };
}

export type Deliverer = ReturnType<typeof createDeliverer>;
