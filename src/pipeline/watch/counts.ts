import type { Clock } from "../../core/clock";
import type { Message } from "../../core/conversation";
import type { SettingsReader } from "../../core/settings";
import type { Store } from "../../core/store";
import type { ServerDoc } from "../duty/servers";
import { type Counters, type DoorCount, toDoorCount } from "./counters";

/** One instance in one hour: what came to the door, what is stored, what became of it. */
export interface CountRow {
  instanceId: string;
  /** "2026-11-21T14". */
  hour: string;
  received: number;
  repeated: number;
  /** Receipts and items that are not for us. */
  notKept: number;
  stored: number;
  worked: number;
  waiting: number;
  dead: number;
  /** Inbound messages that stand in a transcript. */
  shown: number;
  /** Messages of ours that were written. */
  written: number;
  answered: number;
  sending: number;
  failed: number;
  /** In words, each thing that does not add up; [] is the proof. */
  problems: string[];
}

/** The ledger of a day (UTC, "2026-11-21"): the door's own counts against the stored messages, instance by hour. */
export function createCounts(ports: {
  store: Store;
  counters: Counters;
  clock: Clock;
  settings: SettingsReader;
}) {
  /**
   * An hour in which only we wrote, or whose door counts died with a killed server, has messages but no door count:
   * every configured instance is looked at for every hour.
   */
  function withoutDoor(day: string, doors: readonly DoorCount[]): DoorCount[] {
    const known = new Set(doors.map(({ instanceId, hour }) => `${instanceId}@${hour}`));
    const hours = Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, "0")}`);
    const past = hours.filter((hour) => Date.parse(`${hour}:00Z`) <= ports.clock.now());
    const instances = [...ports.settings.current().instances.keys()];
    return instances
      .flatMap((instanceId) => past.map((hour) => toDoorCount(instanceId, hour)))
      .filter(({ instanceId, hour }) => !known.has(`${instanceId}@${hour}`));
  }

  return {
    async day(day: string): Promise<CountRow[]> {
      await ports.counters.flush();
      const [doors, broken] = await Promise.all([readDoors(ports.store, day), readBrokenHours(ports.store)]);
      const rows: CountRow[] = [];
      for (const door of doors) rows.push(await toRow(ports.store, door, broken.has(door.hour)));
      for (const door of withoutDoor(day, doors)) {
        const row = await toRow(ports.store, door, broken.has(door.hour));
        if (row.stored + row.written > 0) rows.push(row);
      }
      return rows.sort((a, b) => b.hour.localeCompare(a.hour) || a.instanceId.localeCompare(b.instanceId));
    },
  };
}

async function readDoors(store: Store, day: string): Promise<DoorCount[]> {
  const found: DoorCount[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query<DoorCount>("history", "counts", {
      partition: day,
      equals: { type: "count" },
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items.map(({ doc }) => doc));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** Hours in which a server was killed: its last two seconds of door counts may be missing. */
async function readBrokenHours(store: Store): Promise<Set<string>> {
  const page = await store.query<ServerDoc>("leases", "all", { partition: "servers", limit: 1000 });
  return new Set(page.items.flatMap(({ doc }) => doc.brokenHours ?? []));
}

async function toRow(store: Store, door: DoorCount, broken: boolean): Promise<CountRow> {
  const { instanceId, hour, received, repeated, notKept } = door;
  const row: CountRow = {
    instanceId,
    hour,
    received,
    repeated,
    notKept,
    stored: 0,
    worked: 0,
    waiting: 0,
    dead: 0,
    shown: 0,
    written: 0,
    answered: 0,
    sending: 0,
    failed: 0,
    problems: [],
  };
  let unseen = 0;
  let cursor: string | undefined;
  do {
    const page = await store.query<Message>("threads", "hour", {
      equals: { hour: `${instanceId}@${hour}` },
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc } of page.items) {
      tally(row, doc);
      if (doc.status === "worked" && doc.seq === undefined) unseen += 1;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { ...row, problems: problemsOf(row, { broken, unseen, removed: door.removed === true }) };
}

function tally(row: CountRow, message: Message): void {
  // An agent's wish in the inbox came through no door.
  if (message.direction === "in" && message.handBack !== undefined) return;
  if (message.direction === "in") {
    row.stored += 1;
    if (message.seq !== undefined) row.shown += 1;
    if (message.status === "worked") row.worked += 1;
    else if (message.status === "dead") row.dead += 1;
    else row.waiting += 1;
    return;
  }
  row.written += 1;
  if (message.status === "failed") row.failed += 1;
  else if (message.status === "queued" || message.status === "sending") row.sending += 1;
  else row.answered += 1;
}

/** `unseen` is counted by itself: dead letters stand in transcripts too and would make up for it in `shown`. */
function problemsOf(
  row: CountRow,
  { broken, unseen, removed }: { broken: boolean; unseen: number; removed: boolean },
): string[] {
  const problems: string[] = [];
  const missing = row.received - row.repeated - row.stored;
  if (missing > 0 && !removed) problems.push(`${missing} received but not stored`);
  if (missing < 0 && !broken) problems.push(`${-missing} stored but never received`);
  if (unseen > 0) problems.push(`${unseen} worked but not shown in any transcript`);
  return problems;
}
