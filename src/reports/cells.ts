import { createTally, mergeTally, type Tally } from "./tally";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What figures can be grouped by; "none" puts all into one group. */
export const GROUPINGS = ["queue", "agent", "channel", "workstream", "day", "none"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What was counted in one place. "" stands for no queue, nobody. */
export interface Cell {
  /** UTC day of what happened, in days since 1970. */
  day: number;
  queue: string;
  agent: string;
  channel: string;
  workstream: string;
  tally: Tally;
}

/** Cells of one channel and work stream, by day, queue and agent: nested, since making keys is what would take longest. */
export interface Shelf {
  channel: string;
  workstream: string;
  days: Map<number, Map<string, Map<string, Tally>>>;
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
  all: Cell[];
  shelves: Map<string, Shelf>;
  /** By queue, newest first, at most 20. */
  recent: Map<string, Wait[]>;
}

export function createCells(): Cells {
  return { all: [], shelves: new Map(), recent: new Map() };
}

/** Where a conversation of that channel and work stream is counted. */
export function shelfOf({ shelves }: Cells, channel: string, workstream: string): Shelf {
  const key = `${channel}\n${workstream}`;
  const known = shelves.get(key);
  if (known !== undefined) return known;
  const shelf: Shelf = { channel, workstream, days: new Map() };
  shelves.set(key, shelf);
  return shelf;
}

/** The tally of that day, queue and agent; a new one the first time. */
export function tallyAt({ all }: Cells, shelf: Shelf, day: number, queue: string, agent: string): Tally {
  const queues = childOf(shelf.days, day);
  const agents = childOf(queues, queue);
  const known = agents.get(agent);
  if (known !== undefined) return known;
  const tally = createTally();
  agents.set(agent, tally);
  all.push({ day, queue, agent, channel: shelf.channel, workstream: shelf.workstream, tally });
  return tally;
}

function childOf<K, C extends Map<string, unknown>>(parent: Map<K, C>, key: K): C {
  const known = parent.get(key);
  if (known !== undefined) return known;
  const child = new Map() as C;
  parent.set(key, child);
  return child;
}

/** Remembers a queue's wait as long as it is one of the last twenty. */
export function addWait({ recent }: Pick<Cells, "recent">, queue: string, wait: Wait): void {
  const waits = childWaits(recent, queue);
  const place = waits.findIndex(({ endedAt }) => endedAt < wait.endedAt);
  if (place === -1 && waits.length === RECENT_WAITS) return;
  waits.splice(place === -1 ? waits.length : place, 0, wait);
  waits.length = Math.min(waits.length, RECENT_WAITS);
}

function childWaits(recent: Cells["recent"], queue: string): Wait[] {
  const waits = recent.get(queue) ?? [];
  if (waits.length === 0) recent.set(queue, waits);
  return waits;
}

/** Adds cells of other conversations. */
export function mergeCells(into: Cells, more: Cells): void {
  for (const { channel, workstream, day, queue, agent, tally } of more.all)
    mergeTally(tallyAt(into, shelfOf(into, channel, workstream), day, queue, agent), tally);
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
export function groupInto(into: Map<string, Tally>, { all }: Cells, selection: Selection): void {
  const [first, last] = [toDay(selection.from), toDay(selection.to)];
  for (const cell of all) {
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
