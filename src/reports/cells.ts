import { createTally, mergeTally, type Tally } from "./tally";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What figures can be grouped by; "none" puts all into one group. */
export const GROUPINGS = ["queue", "agent", "channel", "workstream", "day", "none"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Where something is counted. "" stands for no queue, nobody. */
interface Place {
  /** UTC day of what happened, in days since 1970. */
  day: number;
  queue: string;
  agent: string;
  channel: string;
  workstream: string;
}

export interface Cell extends Place {
  tally: Tally;
}

/** A wait that came to its end. */
export interface Wait {
  endedAt: number;
  ms: number;
}

/** How many of a queue's last waits make its average. */
const RECENT_WAITS = 20;

/** Tallies by day, queue, agent, channel and work stream: whatever is asked for is a merge of some of them. */
export interface Cells {
  cells: Map<string, Cell>;
  /** By queue, newest first, at most 20. */
  recent: Map<string, Wait[]>;
}

export function createCells(): Cells {
  return { cells: new Map(), recent: new Map() };
}

/** The tally of that place; a new one the first time. */
export function tallyAt({ cells }: Cells, place: Place): Tally {
  const { day, queue, agent, channel, workstream } = place;
  const key = `${day}\n${queue}\n${agent}\n${channel}\n${workstream}`;
  const known = cells.get(key);
  if (known !== undefined) return known.tally;
  const tally = createTally();
  cells.set(key, { day, queue, agent, channel, workstream, tally });
  return tally;
}

/** Remembers a queue's wait as long as it is one of the last twenty. */
export function addWait({ recent }: Cells, queue: string, wait: Wait): void {
  const waits = recent.get(queue) ?? [];
  if (waits.length === RECENT_WAITS && (waits.at(-1)?.endedAt ?? 0) >= wait.endedAt) return;
  waits.push(wait);
  waits.sort((a, b) => b.endedAt - a.endedAt);
  recent.set(queue, waits.slice(0, RECENT_WAITS));
}

/** Adds cells of other conversations. */
export function mergeCells(into: Cells, more: Cells): void {
  for (const cell of more.cells.values()) mergeTally(tallyAt(into, cell), cell.tally);
  for (const [queue, waits] of more.recent) for (const wait of waits) addWait(into, queue, wait);
}

/** What a report is about: days of UTC, both included ("2026-11-21"), and what to leave out. */
export interface Selection {
  from: string;
  to: string;
  by: Grouping;
  queue?: string | undefined;
  channel?: string | undefined;
}

/** Tallies by group: an id, a day, or "" for none. Adds to `into`, so that several sets of cells make one answer. */
export function groupInto(into: Map<string, Tally>, { cells }: Cells, selection: Selection): void {
  const [first, last] = [toDay(selection.from), toDay(selection.to)];
  for (const cell of cells.values()) {
    if (cell.day < first || cell.day > last) continue;
    if (selection.queue !== undefined && cell.queue !== selection.queue) continue;
    if (selection.channel !== undefined && cell.channel !== selection.channel) continue;
    const key = groupOf(cell, selection.by);
    const tally = into.get(key) ?? createTally();
    mergeTally(tally, cell.tally);
    into.set(key, tally);
  }
}

function groupOf(cell: Cell, by: Grouping): string {
  if (by === "none") return "";
  return by === "day" ? dayText(cell.day) : cell[by];
}

/** Days since 1970 of a UTC day or of a time in ms. */
export function toDay(at: string | number): number {
  return Math.floor((typeof at === "number" ? at : Date.parse(at)) / DAY_MS);
}

/** "2026-11-21". */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
