import { randomBytes } from "node:crypto";
import type { Clock } from "../core/clock";
import type { Message } from "../core/conversation";
import type { EventSink, Principal } from "../core/route";
import type { Change, Store } from "../core/store";
import type { AgentLoad, Offer, WorkItem } from "../core/workItem";
import type { Typing } from "../pipeline/typing";
import type { DeskEvent } from "./contract";

const KEPT = 5_000;
/** A desk that was away for longer reads everything again. */
const RESUME_MS = 5 * 60 * 1000;

interface Entry {
  n: number;
  event: DeskEvent;
  /** Only for this agent; undefined: for all. */
  agentId?: string;
}

/**
 * Live events for desks, from what the store commits. The cursor is `<boot>.<n>`; one from before a restart, or
 * older than what is kept, yields `reset`.
 */
export function createEventHub(ports: { store: Store; clock: Clock; typing?: Pick<Typing, "listen"> }) {
  const boot = randomBytes(6).toString("base64url");
  const log: Entry[] = [];
  const open = new Map<EventSink, string>();
  let n = 0;
  /** When the last desk left (ms); undefined before the first came. */
  let lastLeft: number | undefined;

  /** Without a desk, and none that may come back and resume, nothing is worth keeping. */
  const isHeard = (): boolean =>
    open.size > 0 || (lastLeft !== undefined && ports.clock.now() - lastLeft < RESUME_MS);

  function publish(changes: Change[]): void {
    if (!isHeard()) {
      // A cursor from before this must not be taken for one that has missed nothing.
      n += changes.length;
      log.length = 0;
      return;
    }
    for (const change of changes) {
      const found = toEvent(change);
      if (found === undefined) continue;
      n += 1;
      const entry: Entry = { n, ...found };
      log.push(entry);
      for (const [sink, agentId] of open) write(sink, agentId, entry);
    }
    if (log.length > KEPT * 2) log.splice(0, log.length - KEPT);
  }

  function write(sink: EventSink, agentId: string, entry: Entry): void {
    if (entry.agentId !== undefined && entry.agentId !== agentId) return;
    if (!sink.send({ id: `${boot}.${entry.n}`, event: "desk", data: entry.event })) sink.close();
  }

  /** What came after the cursor; undefined when that is no longer known. */
  function since(cursor: string): Entry[] | undefined {
    const [from, at] = cursor.split(".");
    const last = Number(at);
    if (from !== boot || !Number.isInteger(last) || last > n) return undefined;
    const first = log[0]?.n ?? n + 1;
    return last + 1 < first ? undefined : log.filter((entry) => entry.n > last);
  }

  /** Told once and not kept: who reconnects later need not know. */
  function typing(conversationId: string): void {
    const event: DeskEvent = { type: "typing", conversationId, version: 0 };
    for (const sink of open.keys())
      if (!sink.send({ id: `${boot}.${n}`, event: "desk", data: event })) sink.close();
  }

  const unsubscribe = ports.store.subscribe(publish);
  const unlisten = ports.typing?.listen(typing);
  return {
    /** Streams to one desk until it leaves; `cursor` is its Last-Event-ID. */
    connect(principal: Principal, cursor: string | undefined, sink: EventSink): () => void {
      const missed = cursor === undefined ? [] : since(cursor);
      if (missed === undefined)
        sink.send({
          id: `${boot}.${n}`,
          event: "desk",
          data: { type: "reset", conversationId: "", version: 0 } satisfies DeskEvent,
        });
      else for (const entry of missed) write(sink, principal.id, entry);
      // A first event at once gives the browser a cursor even when nothing happens for long.
      if (cursor === undefined) sink.send({ id: `${boot}.${n}`, event: "hello", data: {} });
      open.set(sink, principal.id);
      return () => {
        open.delete(sink);
        lastLeft = ports.clock.now();
      };
    },
    connections: () => open.size,
    /** Ends every stream: browsers reconnect to whoever serves then. */
    close(): void {
      unsubscribe();
      unlisten?.();
      for (const sink of open.keys()) sink.close();
      open.clear();
    },
  };
}

export type EventHub = ReturnType<typeof createEventHub>;

function toEvent({ container, id, doc }: Change): { event: DeskEvent; agentId?: string } | undefined {
  if (container === "threads") {
    const message = doc as Message | undefined;
    if (message?.type !== "message" || message.seq === undefined || message.conversationId === undefined)
      return undefined;
    return { event: { type: "message", conversationId: message.conversationId, version: message.seq } };
  }
  // Deletes of rows are not heard of from other servers; the row of history is.
  if (container === "history" && doc?.type === "closed") {
    const { conversationId, version } = doc as unknown as WorkItem;
    return { event: { type: "conversation", conversationId, version } };
  }
  if (container !== "routing") return undefined;
  if (doc === undefined) {
    return id.startsWith("item~")
      ? { event: { type: "conversation", conversationId: id.slice(5), version: 0 } }
      : undefined;
  }
  switch (doc.type) {
    case "item":
      return {
        event: {
          type: "conversation",
          conversationId: (doc as WorkItem).conversationId,
          version: (doc as WorkItem).version,
        },
      };
    case "offer":
      return {
        event: { type: "offer", conversationId: (doc as Offer).conversationId, version: 0 },
        agentId: (doc as Offer).agentId,
      };
    case "agent":
      return {
        event: { type: "presence", conversationId: "", version: 0 },
        agentId: (doc as AgentLoad).agentId,
      };
    default:
      return undefined;
  }
}
