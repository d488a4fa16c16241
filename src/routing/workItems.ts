import { Conflict, NotFound } from "../core/errors";
import type { Tx } from "../core/transact";
import type { WorkItem } from "../core/workItem";

export const itemId = (conversationId: string): string => `item~${conversationId}`;

const DAY_MS = 24 * 60 * 60 * 1000;
/** Open and active conversations that nobody touches close after this long. */
export const IDLE_MS = 30 * DAY_MS;
/** So does a wrap-up. */
export const WRAP_UP_MS = DAY_MS;

/** The live work item. Throws NotFound when the conversation is closed or never was. */
export async function needItem(tx: Tx, conversationId: string): Promise<WorkItem> {
  const item = await tx.read<WorkItem>(itemId(conversationId));
  if (item === undefined)
    throw new NotFound("NOT_FOUND", "There is no live conversation with this id; it may have been closed.");
  return item;
}

/** Plans the changed item with its next version and the time at which somebody must look again. */
export function putItem(
  tx: Tx,
  item: WorkItem,
  change: Partial<WorkItem>,
  drop: readonly (keyof WorkItem)[] = [],
): WorkItem {
  const next: WorkItem = { ...item, ...change, version: item.version + 1 };
  for (const key of drop) delete next[key];
  next.due = toDue(next);
  tx.put(next);
  return next;
}

/** The earliest of the item's timers (ms). */
export function toDue(item: WorkItem): number {
  return Math.min(
    item.closeAt,
    item.blockUntil ?? Number.POSITIVE_INFINITY,
    item.overflowAt ?? Number.POSITIVE_INFINITY,
  );
}

/** Nobody touched it yet: it closes `idleMs` from now unless somebody does. */
export const closing = (now: number, idleMs: number): Pick<WorkItem, "touchedAt" | "closeAt"> => ({
  touchedAt: now,
  closeAt: now + idleMs,
});

/** Throws Conflict that says who has it when somebody else does. */
export function needHolder(item: WorkItem, agentId: string): void {
  if (item.holder === "agent" && item.agentId === agentId) return;
  const who =
    item.holder === "agent"
      ? `${item.agentId} has this conversation`
      : `the ${item.holder} has this conversation`;
  throw new Conflict("ALREADY_TAKEN", `You do not have it: ${who}.`, {
    details: { holder: item.holder, agentId: item.agentId },
  });
}
