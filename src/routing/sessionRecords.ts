import type { ClosureReason, QueueStint, SessionRecord, WorkItem } from "../core/workItem";

/** More than so many are not kept: a conversation that goes round for ever must not grow for ever. */
const KEPT = 50;

type Remembered = Pick<WorkItem, "sessions" | "stints">;

/** The item's records with one more offer or session. */
export function withSession(item: WorkItem, session: SessionRecord): Pick<WorkItem, "sessions"> {
  return { sessions: [...item.sessions, session].slice(-KEPT) };
}

/** The open session (or pending offer) changed: `acceptedAt`, `wrapUpAt`, or with a `closure` ended. The same list when there is none. */
export function withSessionChange(
  item: WorkItem,
  change: Partial<SessionRecord>,
): Pick<WorkItem, "sessions"> {
  const last = item.sessions.at(-1);
  if (last === undefined || last.endedAt !== undefined) return { sessions: item.sessions };
  return { sessions: [...item.sessions.slice(0, -1), { ...last, ...change }] };
}

/**
 * Its agent works on it again, who had ended the work: the open session goes on as if it had not been ended, or (it was
 * put aside before) a new one begins.
 */
export function sessionResumed(item: WorkItem, now: number): Pick<WorkItem, "sessions"> & { isNew: boolean } {
  const { agentId, queueId } = item;
  const last = item.sessions.at(-1);
  if (last !== undefined && last.endedAt === undefined) {
    const { wrapUpAt: _wrapUpAt, ...rest } = last;
    return { sessions: [...item.sessions.slice(0, -1), rest], isNew: false };
  }
  if (agentId === undefined) return { sessions: item.sessions, isNew: false };
  const session: SessionRecord = { agentId, how: "reopen", acceptedAt: now };
  if (queueId !== undefined) session.queueId = queueId;
  return { ...withSession(item, session), isNew: true };
}

/** The open session is over. */
export const sessionEnded = (
  item: WorkItem,
  closure: ClosureReason,
  now: number,
): Pick<WorkItem, "sessions"> => withSessionChange(item, { endedAt: now, closure });

/** The item's records with a stay in `queueId` that begins. */
export function stintBegun(item: WorkItem, queueId: string, now: number): Pick<WorkItem, "stints"> {
  return { stints: [...item.stints, { queueId, enteredAt: now }].slice(-KEPT) };
}

/** The open stay in a queue is over. The same list when there is none. */
export function stintEnded(
  item: WorkItem,
  left: NonNullable<QueueStint["left"]>,
  now: number,
): Pick<WorkItem, "stints"> {
  const last = item.stints.at(-1);
  if (last === undefined || last.leftAt !== undefined) return { stints: item.stints };
  return { stints: [...item.stints.slice(0, -1), { ...last, leftAt: now, left }] };
}

/** Everything that is still open in the records ends with the conversation. */
export function recordsClosed(item: WorkItem, reason: ClosureReason, now: number): Remembered {
  return { ...sessionEnded(item, reason, now), ...stintEnded(item, "closed", now) };
}
