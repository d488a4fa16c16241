import type { QueueStint, SessionRecord } from "../core/workItem";
import { addWait, type Cells, createCells, shelfOf, tallyAt, toDay } from "./cells";
import { addDuration, createDurations } from "./durations";
import { DEFAULT_THRESHOLDS, type ReportRow, spanOf, type Thresholds, timeOf } from "./row";
import { type Count, SERVICE_LEVELS, type Tally } from "./tally";

export interface AggregateOptions {
  /** By queue. */
  thresholds: ReadonlyMap<string, Thresholds>;
  /** The present moment (ms): until when those who wait have waited. */
  now: number;
}

/** The tally of the day of `at`, of a queue and an agent ("" for none). */
type TallyOf = (at: number, queue: string, agent: string) => Tally;

/** One conversation, with what is wrong in it left out. */
interface Story {
  row: ReportRow;
  sessions: readonly SessionRecord[];
  stints: readonly QueueStint[];
  tallyOf: TallyOf;
}

/**
 * Counts conversations, each event on the UTC day on which it happened, in the queue and for the agent it belongs to.
 * Pure; `into` is added to. A conversation may be given once, live or closed. Missing or odd data counts as little as
 * it can: what has no time is left out, a duration that would be negative is 0.
 */
export function aggregate(
  rows: Iterable<ReportRow>,
  options: AggregateOptions,
  into: Cells = createCells(),
): Cells {
  for (const row of rows) addRow(into, row, options);
  return into;
}

function addRow(cells: Cells, row: ReportRow, { thresholds, now }: AggregateOptions): void {
  const shelf = shelfOf(cells, row.channel, row.workstreamId);
  const story: Story = {
    row,
    sessions: (row.sessions ?? []).filter(isRecord),
    stints: (row.stints ?? []).filter((stint) => isRecord(stint) && timeOf(stint.enteredAt) !== undefined),
    tallyOf: (at, queue, agent) => tallyAt(cells, shelf, toDay(at), queue, agent),
  };
  addCourse(story, thresholds);
  addWaiting(story, now);
  addAnswer(story, thresholds);
  for (const session of story.sessions) {
    addOffer(story, session);
    addWork(story, session);
  }
  addMoves(story);
  for (const { queueId, enteredAt, leftAt, left } of story.stints)
    if (timeOf(leftAt) !== undefined && (left === "accepted" || left === "assigned"))
      addWait(cells, queueId, { endedAt: leftAt ?? 0, ms: spanOf(enteredAt, leftAt ?? 0) });
}

/**
 * `opened`: conversations that began, in the queue they first stood in.
 * `handed`: those that people were asked to take: when they first stood in a queue, or overflowed before they could.
 * `closed`: in the queue and with the agent who had them last.
 * `surveys`: closed ones whose customer answered; `ratings` and `ratingSum`: of the numbers among the answers.
 */
function addCourse(story: Story, thresholds: AggregateOptions["thresholds"]): void {
  const { row, stints, tallyOf } = story;
  const [first] = stints;
  const lastQueue = row.queueId ?? stints.at(-1)?.queueId ?? "";
  const closedAt = timeOf(row.closedAt);
  const handedAt = first?.enteredAt ?? (row.reason === "overflowEnded" ? closedAt : undefined);
  count(tallyOf, row.openedAt, first?.queueId ?? lastQueue, "", "opened");
  if (handedAt !== undefined) count(tallyOf, handedAt, first?.queueId ?? lastQueue, "", "handed");
  if (closedAt === undefined) return;
  const tally = count(tallyOf, closedAt, lastQueue, row.agentId ?? "", "closed");
  if (tally !== undefined) addSurvey(tally, row.survey);
  // Who returned to the helper gave up waiting, not the work.
  if (handedAt !== undefined && !isAccepted(story) && stints.at(-1)?.left !== "returned")
    addAbandon(story, { closedAt, waitedMs: spanOf(handedAt, closedAt), queueId: lastQueue, thresholds });
}

/**
 * Closed before anybody accepted, though people were asked; only of conversations that the customer began, in the last
 * queue, on the day of closing. `abandoned`: the customer ended it; `shortAbandoned`: the same, sooner than the queue's
 * limit. `abandonedBySystem`: it was ended otherwise (overflow, force close, a timer), however soon.
 */
function addAbandon(
  { row, tallyOf }: Story,
  abandon: {
    closedAt: number;
    waitedMs: number;
    queueId: string;
    thresholds: AggregateOptions["thresholds"];
  },
): void {
  if (timeOf(row.lastInboundAt) === undefined) return;
  const { shortAbandonSeconds } = abandon.thresholds.get(abandon.queueId) ?? DEFAULT_THRESHOLDS;
  const short = abandon.waitedMs < shortAbandonSeconds * 1000;
  const byCustomer = short ? "shortAbandoned" : "abandoned";
  const name = row.reason === "customerEnded" ? byCustomer : "abandonedBySystem";
  count(tallyOf, abandon.closedAt, abandon.queueId, "", name);
}

function addSurvey({ counts }: Tally, survey: ReportRow["survey"]): void {
  const answers = Object.values(isRecord(survey?.answers) ? survey.answers : {});
  if (answers.length === 0) return;
  counts.surveys += 1;
  for (const answer of answers) {
    const rating = timeOf(answer);
    if (rating === undefined) continue;
    counts.ratings += 1;
    counts.ratingSum += rating;
  }
}

/** `waiting`: live, with no agent yet, an offer pending or not. How long: since it stands in its present queue. */
function addWaiting({ row, stints, tallyOf }: Story, now: number): void {
  if (row.closedAt !== undefined || row.holder !== "queue") return;
  const last = stints.at(-1);
  const since = timeOf(row.queuedAt) ?? last?.enteredAt ?? timeOf(row.openedAt) ?? now;
  const tally = count(tallyOf, now, row.queueId ?? last?.queueId ?? "", "", "waiting");
  if (tally !== undefined) tally.longestWaitMs = Math.max(tally.longestWaitMs, spanOf(since, now));
}

/**
 * `accepted`: conversations that somebody took for the first time, in that queue, by that agent; picked, assigned and
 * offered ones alike. Speed to answer: from the escalation (entering the first queue) until then. `inTime`, `within…`:
 * how many were that quick, by the limit of the queue in which they were accepted.
 */
function addAnswer(
  { row, sessions, stints, tallyOf }: Story,
  thresholds: AggregateOptions["thresholds"],
): void {
  const session = sessions.find(({ acceptedAt }) => timeOf(acceptedAt) !== undefined);
  if (session === undefined) return;
  const [acceptedAt, queue] = [session.acceptedAt ?? 0, session.queueId ?? row.queueId ?? ""];
  const tally = count(tallyOf, acceptedAt, queue, session.agentId, "accepted");
  const escalatedAt = stints[0]?.enteredAt;
  if (tally === undefined || escalatedAt === undefined) return;
  const speedMs = spanOf(escalatedAt, acceptedAt);
  tally.speed ??= createDurations();
  addDuration(tally.speed, speedMs);
  const { serviceLevelSeconds } = thresholds.get(queue) ?? DEFAULT_THRESHOLDS;
  if (speedMs <= serviceLevelSeconds * 1000) tally.counts.inTime += 1;
  for (const seconds of SERVICE_LEVELS) if (speedMs <= seconds * 1000) tally.counts[`within${seconds}`] += 1;
}

/** `offers`, and what came of each, on the day it was made: none is counted as answered and not as made. */
function addOffer({ row, tallyOf }: Story, session: SessionRecord): void {
  const { agentId, offeredAt, acceptedAt, closure, endedAt } = session;
  if (timeOf(offeredAt) === undefined) return;
  const tally = count(tallyOf, offeredAt ?? 0, session.queueId ?? row.queueId ?? "", agentId, "offers");
  if (tally === undefined) return;
  if (timeOf(acceptedAt) !== undefined) tally.counts.offersAccepted += 1;
  else if (closure === "agentRejected") tally.counts.offersRejected += 1;
  else if (closure === "agentTimedOut") tally.counts.offersTimedOut += 1;
  else if (closure !== undefined || timeOf(endedAt) !== undefined) tally.counts.offersWithdrawn += 1;
}

/**
 * `sessions`: every time that somebody took a conversation, the first time and later. `reopened`: of these, a waiting
 * conversation that its agent opened again. `handled`: sessions that ended, on the day they did; `activeMs` until the
 * agent ended the work (or until the end, when there was no wrap-up), `wrapUpMs` from then on.
 */
function addWork({ row, tallyOf }: Story, session: SessionRecord): void {
  const [acceptedAt, endedAt] = [timeOf(session.acceptedAt), timeOf(session.endedAt)];
  if (acceptedAt === undefined) return;
  const [queue, agent] = [session.queueId ?? row.queueId ?? "", session.agentId];
  count(tallyOf, acceptedAt, queue, agent, "sessions");
  if (session.how === "reopen") count(tallyOf, acceptedAt, queue, agent, "reopened");
  const tally = endedAt === undefined ? undefined : count(tallyOf, endedAt, queue, agent, "handled");
  if (tally === undefined || endedAt === undefined) return;
  const wrapUpAt = Math.min(timeOf(session.wrapUpAt) ?? endedAt, endedAt);
  tally.counts.activeMs += spanOf(acceptedAt, wrapUpAt);
  // Not more than the whole session, even when the clock went back in between.
  tally.counts.wrapUpMs += Math.min(spanOf(wrapUpAt, endedAt), spanOf(acceptedAt, endedAt));
}

/**
 * `transfersOut`: somebody sent it to another queue or agent, out of an agent's hands or out of the queue it waited in;
 * `transfersIn`: it came there. `overflowsOut`, `overflowsIn`: the same, sent on because a queue overflowed.
 */
function addMoves({ row, sessions, stints, tallyOf }: Story): void {
  for (const [index, { queueId, leftAt, enteredAt, left }] of stints.entries()) {
    if (left !== "transferred" && left !== "overflow") continue;
    const [out, into] =
      left === "overflow"
        ? (["overflowsOut", "overflowsIn"] as const)
        : (["transfersOut", "transfersIn"] as const);
    count(tallyOf, timeOf(leftAt) ?? enteredAt, queueId, "", out);
    const next = stints[index + 1];
    if (next !== undefined) count(tallyOf, next.enteredAt, next.queueId, "", into);
  }
  for (const { acceptedAt, endedAt, offeredAt, how, closure, agentId, queueId } of sessions) {
    const queue = queueId ?? row.queueId ?? "";
    const [began, ended] = [timeOf(acceptedAt), timeOf(endedAt)];
    if (how === "transfer") count(tallyOf, began ?? timeOf(offeredAt), queue, agentId, "transfersIn");
    if (began === undefined || ended === undefined) continue;
    if (closure !== "transferredToQueue" && closure !== "transferredToAgent") continue;
    count(tallyOf, ended, queue, agentId, "transfersOut");
    if (closure === "transferredToAgent") continue;
    const next = stints.find(({ enteredAt }) => enteredAt >= ended);
    if (next !== undefined) count(tallyOf, next.enteredAt, next.queueId, "", "transfersIn");
  }
}

const isRecord = <T>(value: T): value is T & object => typeof value === "object" && value !== null;
const isAccepted = ({ sessions }: Story): boolean =>
  sessions.some(({ acceptedAt }) => timeOf(acceptedAt) !== undefined);

/** Adds one; nothing when there is no time to count it on. */
function count(
  tallyOf: TallyOf,
  at: number | undefined,
  queue: string,
  agent: string,
  name: Count,
): Tally | undefined {
  const time = timeOf(at);
  if (time === undefined) return undefined;
  const tally = tallyOf(time, queue, agent);
  tally.counts[name] += 1;
  return tally;
}
