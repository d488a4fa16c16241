import { type Effect, type Message, type Offer, ROUTING_GROUP, type WorkItem } from "../core/conversation";
import { messageOf } from "../core/errors";
import type { Change, Doc, Stored } from "../core/store";
import { transact } from "../core/transact";
import type { Assigner } from "../routing/assign";
import { expireOffer } from "../routing/offers";
import { putItem } from "../routing/workItems";
import type { Closing } from "./closing";
import type { Deliverer } from "./deliver";
import type { Effects } from "./effects";
import { createLease } from "./lease";
import type { PipelinePorts } from "./ports";
import type { Turns } from "./turn";

const SWEEP_MS = 15_000;
const PAGE = 500;
/** More than this is left to the next sweep. */
const MOST = 20_000;

/** Nothing waits for luck: whatever is unfinished and past its time is found and taken up again. */
export function createDueSweep(
  ports: PipelinePorts,
  parts: { turns: Turns; deliverer: Deliverer; effects: Effects; closing: Closing; assigner: Assigner },
) {
  const lease = createLease(ports, { name: "sweeper", ms: 3 * SWEEP_MS });
  let cancel: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let unsubscribe: (() => void) | undefined;

  async function sweepThreads(upTo: number): Promise<void> {
    const inboxes = new Set<string>();
    const outboxes = new Set<string>();
    for (const { doc, etag } of await allDue<Message | Effect>("threads", upTo)) {
      if (doc.type === "effect") await parts.effects.add({ doc, etag });
      else (doc.direction === "in" ? inboxes : outboxes).add(doc.threadId);
    }
    for (const threadId of inboxes) await parts.turns.recover(threadId);
    for (const threadId of outboxes) await parts.deliverer.recover(threadId);
  }

  async function sweepRouting(upTo: number): Promise<void> {
    for (const { doc } of await allDue<Offer | WorkItem>("routing", upTo)) {
      if (doc.type === "offer") await expireOffer(ports, doc.id);
      // One that the customer just woke stays open; the others must still be looked at.
      else
        await autoClose(doc).catch((error) =>
          ports.log.info({ conversationId: doc.conversationId, error: messageOf(error) }, "not closed"),
        );
    }
    await parts.assigner.kick();
  }

  /** Closes what nobody touched for its time; rows lag behind heads, so the head is asked first. */
  async function autoClose(item: WorkItem): Promise<void> {
    const lastInbound = (await parts.closing.lastInboundAt(item.conversationId)) ?? 0;
    const idleMs = (item.due ?? 0) - item.lastAt;
    const due = lastInbound + idleMs;
    if (item.state !== "wrapUp" && due > ports.clock.now()) {
      await transact(ports.store, "routing", ROUTING_GROUP, "rearm", async (tx) => {
        const now = await tx.read<WorkItem>(item.id);
        if (now?.version === item.version)
          putItem(tx, now, { due, lastAt: Math.max(now.lastAt, lastInbound) });
      });
      return;
    }
    await parts.closing.close(item, "autoClosed");
  }

  async function allDue<T extends Doc>(container: "threads" | "routing", upTo: number): Promise<Stored<T>[]> {
    const found: Stored<T>[] = [];
    let cursor: string | undefined;
    do {
      const page = await ports.store.query<T>(container, "due", {
        upTo,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined && found.length < MOST);
    return found;
  }

  async function sweep(upTo: number): Promise<void> {
    for (const step of [sweepThreads, sweepRouting]) {
      await step(upTo).catch((error) =>
        ports.log.error({ error: messageOf(error) }, "the sweep broke off; it runs again"),
      );
    }
  }

  /** One server sweeps for all. */
  async function sweepIfMine(): Promise<void> {
    const mine = await lease.hold().catch((error) => {
      ports.log.warn({ error: messageOf(error) }, "who sweeps could not be settled");
      return false;
    });
    if (mine) await sweep(ports.clock.now());
  }

  function schedule(): void {
    if (stopped) return;
    cancel = ports.clock.after(SWEEP_MS, () => {
      running = sweepIfMine().finally(schedule);
    });
  }

  /** Offers end on time in this process; the sweep is for those of a process that died. */
  function watchOffers(changes: Change[]): void {
    for (const { container, doc } of changes) {
      if (container !== "routing" || doc?.type !== "offer" || (doc as Offer).state !== "pending") continue;
      const offer = doc as Offer;
      ports.clock.after(Math.max(0, offer.expiresAt - ports.clock.now()), () => {
        if (stopped) return;
        expireOffer(ports, offer.id)
          .then((expired) => (expired ? parts.assigner.kick() : undefined))
          .catch((error) =>
            ports.log.error(
              { offerId: offer.id, error: messageOf(error) },
              "an offer did not run out; the sweep does it",
            ),
          );
      });
    }
  }

  return {
    /**
     * Takes up what an earlier process left, then sweeps every 15 s. Throws StoreError when the store cannot be read.
     */
    async start(): Promise<void> {
      unsubscribe = ports.store.subscribe(watchOffers);
      // On an exclusive store nobody else can be at work: whatever a thread has left unfinished is taken up at once,
      // before new messages could overtake it.
      if (ports.store.exclusive) await sweepThreads(Number.MAX_SAFE_INTEGER);
      await sweepIfMine();
      schedule();
    },
    /** Sweeps now: for tests and for `switchboard replay`. */
    run: () => sweep(ports.clock.now()),
    async stop(): Promise<void> {
      stopped = true;
      cancel?.();
      unsubscribe?.();
      await running;
      await lease.release().catch(() => {});
    },
  };
}
