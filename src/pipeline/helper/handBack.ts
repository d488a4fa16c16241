import { ACTIVITY_EVENTS } from "../../core/activity";
import { type HandBack, type InboundMessage, OPEN } from "../../core/conversation";
import { stamped } from "../../core/correlation";
import { Conflict } from "../../core/errors";
import { hashId } from "../../core/ids";
import type { SettingsReader } from "../../core/settings";
import type { WorkItem } from "../../core/workItem";
import { readItem } from "../../routing/queue";
import { GRACE_MS, toHour } from "../messages";
import type { PipelinePorts } from "../ports";
import type { Threads } from "../threads";
import type { Turns } from "../turn";

/** Somebody gives a conversation back to the helper. */
export interface GiveBack {
  /** The row as they see it: an agent's, or waiting in a queue. */
  item: WorkItem;
  by: { id: string; name: string };
  /** For the helper (context variable `handoffNote`) and the transcript. */
  note?: string | undefined;
}

/**
 * Conversations back to the helper: the wish is an event in the thread's inbox, worked in order among the customer's
 * messages, and as durable as they are.
 */
export function createHandBack(ports: PipelinePorts, parts: { threads: Threads; turns: Turns }) {
  async function put(doc: InboundMessage): Promise<void> {
    const result = await ports.store.batch("threads", doc.threadId, [{ do: "create", doc }], "handBack");
    const etag = result.ok ? result.etags[0] : undefined;
    const stored =
      etag === undefined
        ? await ports.store.read<InboundMessage>("threads", doc.threadId, doc.id)
        : { doc, etag };
    if (stored?.doc.status === "received") parts.turns.add(stored);
  }

  return {
    /**
     * Resolves with the row when the helper has had its say; a turn that must be tried again is not waited for. Asked
     * twice for the same session it happens once. Throws Conflict when they did not have it any more.
     */
    async give(order: GiveBack): Promise<WorkItem> {
      const { item } = order;
      const doc = toEvent(order, ports.settings, ports.clock.now());
      await put(doc);
      await parts.threads.serially(item.threadId, async () => {});
      const now = await readItem(ports, item.conversationId);
      if (now === undefined) throw new Conflict("WRONG_STATE", "The conversation has been closed.");
      if (now.epoch > item.epoch) return now;
      const event = await ports.store.read<InboundMessage>("threads", doc.threadId, doc.id);
      if (event?.doc.status === "received") return now;
      throw new Conflict("CHANGED_MEANWHILE", "Somebody else was faster; the helper did not get it.");
    },
  };
}

function toEvent({ item, by, note }: GiveBack, settings: SettingsReader, now: number): InboundMessage {
  const handBack = toHandBack(item, note);
  const session = [String(item.epoch), handBack.agentId ?? "", String(handBack.since)];
  const instance = settings.current().instances.get(item.instanceId);
  const externalId = instance?.externalId ?? "";
  const said = note === undefined ? "." : `: ${note}`;
  return {
    id: hashId("in", item.conversationId, "handBack", ...session),
    type: "message",
    direction: "in",
    status: "received",
    threadId: item.threadId,
    channel: item.channel,
    accountId: instance?.account ?? "",
    instanceExternalId: externalId,
    customerId: item.customer.id,
    author: { kind: "agent", id: by.id, name: by.name },
    // To the bot it comes from the customer's place in the talk: it answers the customer.
    activity: {
      type: "event",
      name: ACTIVITY_EVENTS.handoffStatus,
      channelId: item.channel,
      timestamp: new Date(now).toISOString(),
      from: { id: item.customer.id, role: "user" },
      recipient: { id: externalId, role: "bot" },
      conversation: { id: item.threadId },
      value: { state: "completed", ...(note === undefined ? {} : { message: note }) },
      text: `${by.name} gave the conversation back to the helper${said}`,
    },
    handBack,
    occurredAt: now,
    storedAt: now,
    open: OPEN.inbox(now),
    hour: toHour(item.instanceId, now),
    attempts: 0,
    due: now + GRACE_MS,
    ...stamped(),
  };
}

function toHandBack(item: WorkItem, note: string | undefined): HandBack {
  const isAgents = item.holder === "agent";
  const since = (isAgents ? item.acceptedAt : item.queuedAt) ?? 0;
  return {
    since,
    ...(isAgents && item.agentId !== undefined ? { agentId: item.agentId } : {}),
    ...(note === undefined ? {} : { note }),
  };
}
