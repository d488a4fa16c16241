import type { Effect, Message } from "../../core/conversation";
import { messageOf } from "../../core/errors";
import type { Change, Doc, Stored } from "../../core/store";
import { transact } from "../../core/transact";
import {
  type AgentLoad,
  type Announcement,
  type Offer,
  ROUTING_GROUP,
  type WorkItem,
} from "../../core/workItem";
import type { Assigner } from "../../routing/assign";
import { giveUpLost } from "../../routing/lost";
import { expireOffer } from "../../routing/offers";
import { unblock } from "../../routing/sessions";
import { overflowWaitingItem } from "../../routing/waiting";
import { closing, putItem } from "../../routing/workItems";
import type { Announcer } from "../announcer";
import type { Closing } from "../effects/closing";
import type { Effects } from "../effects/effects";
import type { PipelinePorts } from "../ports";
import type { Deliverer } from "../send/deliver";
import type { Turns } from "../turn";
import { createLease } from "./lease";

const SWEEP_MS = 15_000;
const PAGE = 500;
/** Timers so near are kept in memory too, to be on time. */
const ON_TIME_MS = 15 * 60_000;
/** More than this is left to the next sweep. */
const MOST = 20_000;

type Due = (Offer | WorkItem | AgentLoad | Announcement) & { due?: number };

/** Nothing waits for luck: whatever is unfinished and past its time is found and taken up again. */
export function createDueSweep(
  ports: PipelinePorts,
  parts: {
    turns: Turns;
    deliverer: Deliverer;
    effects: Effects;
    closing: Closing;
    assigner: Assigner;
    announcer: Announcer;
  },
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

  async function sweepContacts(upTo: number): Promise<void> {
    await ports.contacts?.owed.sweep(upTo);
  }

  async function sweepRouting(upTo: number): Promise<void> {
    for (const { doc } of await allDue<Due>("routing", upTo)) await workDue(doc);
    await parts.assigner.kick();
  }

  /** What an earlier process owed customers is said before anybody can say more; its time comes within seconds. */
  async function sayLeft(): Promise<void> {
    for (const { doc } of await allDue<Due>("routing", ports.clock.now() + SWEEP_MS))
      if (doc.type === "announcement") await parts.announcer.work(doc);
  }

  /** Whatever has come to its time. One that fails must not keep the others from being looked at. */
  async function workDue(doc: Due): Promise<void> {
    try {
      if (doc.type === "offer") await expireOffer(ports, doc.id);
      else if (doc.type === "agent") await giveUpLost(ports, doc.agentId);
      else if (doc.type === "announcement") await parts.announcer.work(doc);
      else await workItem(doc);
    } catch (error) {
      ports.log.info(
        { id: doc.id, error: messageOf(error) },
        "a timer was not worked; the sweep tries again",
      );
    }
  }

  async function workItem(item: WorkItem): Promise<void> {
    const now = ports.clock.now();
    const { conversationId } = item;
    if (item.endAs !== undefined) await parts.closing.close(item, item.endAs);
    else if (item.closeAt <= now) await autoClose(item);
    else if ((item.blockUntil ?? Number.POSITIVE_INFINITY) <= now) await unblock(ports, conversationId);
    else if ((item.overflowAt ?? Number.POSITIVE_INFINITY) <= now)
      await overflowWaitingItem(ports, conversationId);
  }

  /** Closes what nobody touched for its time; rows lag behind heads, so the head is asked first. */
  async function autoClose(item: WorkItem): Promise<void> {
    const lastInbound = (await parts.closing.lastInboundAt(item.conversationId)) ?? 0;
    const idleMs = item.closeAt - item.touchedAt;
    if (item.state !== "wrapUp" && lastInbound + idleMs > ports.clock.now()) {
      await transact(ports.store, "routing", ROUTING_GROUP, "rearm", async (tx) => {
        const now = await tx.read<WorkItem>(item.id);
        if (now?.version === item.version)
          putItem(tx, now, { ...closing(lastInbound, idleMs), lastAt: Math.max(now.lastAt, lastInbound) });
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
    for (const step of [sweepThreads, sweepContacts, sweepRouting]) {
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

  /** What this process commits it looks at on time; the sweep is for what a process left that died. */
  function watchTimers(changes: Change[]): void {
    for (const { container, id, doc, elsewhere } of changes) {
      const { due } = (doc ?? {}) as Partial<Due>;
      if (container !== "routing" || due === undefined || elsewhere === true) continue;
      // The announcer is told of these by itself.
      if (doc?.type === "announcement") continue;
      const delay = Math.max(0, due - ports.clock.now());
      if (delay <= ON_TIME_MS) ports.clock.after(delay, () => void onTime(id, due));
    }
  }

  async function onTime(id: string, due: number): Promise<void> {
    if (stopped) return;
    try {
      const now = await ports.store.read<Due>("routing", ROUTING_GROUP, id);
      if (now?.doc.due === due) await workDue(now.doc);
    } catch (error) {
      ports.log.info({ id, error: messageOf(error) }, "a timer was not worked; the sweep does it");
    }
  }

  return {
    /**
     * Takes up what an earlier process left, then sweeps every 15 s. Throws StoreError when the store cannot be read.
     */
    async start(): Promise<void> {
      unsubscribe = ports.store.subscribe(watchTimers);
      // On an exclusive store nobody else can be at work: whatever a thread has left unfinished is taken up at once,
      // before new messages could overtake it.
      if (ports.store.exclusive) {
        await sweepThreads(Number.MAX_SAFE_INTEGER);
        await sweepContacts(Number.MAX_SAFE_INTEGER);
        await sayLeft();
      }
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
