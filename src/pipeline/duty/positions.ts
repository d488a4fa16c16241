import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { SettingsSnapshot } from "../../core/settings";
import type { Change } from "../../core/store";
import type { MessageTrigger } from "../../core/texts";
import { transact } from "../../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import type { QueuePorts } from "../../routing/ports";
import { announce, automatedText } from "../../routing/texts/automatedMessages";
import { putItem } from "../../routing/workItems";

const TICK_MS = 30_000;
/** One that begins to wait is told after so long: whoever is free has been offered it by then. */
const SOON_MS = 5_000;
/** Those further behind are told when they come nearer: a page of the line is read at a time. */
const MOST = 1000;

/**
 * Tells customers who wait what their place in line is, where an admin has switched that on: when it is first known,
 * then only when it is at most half of what they were told last, or when they are next. Places are counted inside the
 * queue. Costs one query a round, none while the texts are off; `mayTell` is true on one server at a time.
 */
export function createPositions(ports: QueuePorts & { log: Log }, mayTell: () => Promise<boolean>) {
  let cancelTick: (() => void) | undefined;
  let cancelSoon: (() => void) | undefined;
  let unsubscribe: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();

  function run(): Promise<void> {
    running = running.then(round).catch((error) => {
      ports.log.warn({ error: messageOf(error) }, "places in line were not told; again with the next round");
    });
    return running;
  }

  async function round(): Promise<void> {
    if (!isSwitchedOn(ports.settings.current()) || !(await mayTell())) return;
    const page = await ports.store.query<WorkItem>("routing", "waiting", {
      partition: ROUTING_GROUP,
      limit: MOST,
    });
    const places = new Map<string, number>();
    for (const { doc } of page.items) {
      const queueId = doc.queueId ?? "";
      const place = (places.get(queueId) ?? 0) + 1;
      places.set(queueId, place);
      if (isToTell(doc, place)) await tell(doc, place);
    }
  }

  const isToTell = (item: WorkItem, place: number): boolean =>
    isBetter(place, item.toldPosition) &&
    automatedText(ports.settings.current(), triggerOf(place), item) !== undefined;

  /** Told and remembered in one batch; nothing when the conversation has moved since it was counted. */
  async function tell(counted: WorkItem, place: number): Promise<void> {
    await transact(ports.store, "routing", ROUTING_GROUP, "place", async (tx) => {
      const item = await tx.read<WorkItem>(counted.id);
      if (item?.sk !== counted.sk || !isBetter(place, item?.toldPosition) || item === undefined) return;
      const told = putItem(tx, item, { toldPosition: place });
      announce(ports, tx, told, triggerOf(place), { Position: place });
    });
  }

  function tick(): void {
    cancelTick = ports.clock.after(TICK_MS, () => {
      tick();
      void run();
    });
  }

  /** A conversation has begun to wait: all that begin in the same seconds are told in one round. */
  function watch(changes: Change[]): void {
    if (
      cancelSoon !== undefined ||
      !changes.some(({ doc }) => doc?.type === "item" && hasBegun(doc as WorkItem))
    )
      return;
    cancelSoon = ports.clock.after(SOON_MS, () => {
      cancelSoon = undefined;
      void run();
    });
  }

  function hasBegun(item: WorkItem): boolean {
    if (item.sk === undefined || item.toldPosition !== undefined) return false;
    const settings = ports.settings.current();
    const isNew = ports.clock.now() - (item.queuedAt ?? 0) < SOON_MS;
    return isNew && TRIGGERS.some((trigger) => automatedText(settings, trigger, item) !== undefined);
  }

  return {
    start(): void {
      unsubscribe = ports.store.subscribe(watch);
      tick();
    },
    /** Ends what is under way and begins nothing new. */
    async stop(): Promise<void> {
      cancelTick?.();
      cancelSoon?.();
      unsubscribe?.();
      await running;
    },
  };
}

const TRIGGERS = ["nextInLine", "position"] as const satisfies MessageTrigger[];

const triggerOf = (place: number): MessageTrigger => (place === 1 ? "nextInLine" : "position");

/** Each text costs attention, and money on paid channels: only news that is good is told. */
function isBetter(place: number, told: number | undefined): boolean {
  if (told === undefined) return true;
  return place < told && (place === 1 || place * 2 <= told);
}

function isSwitchedOn({ automatedMessages }: SettingsSnapshot): boolean {
  return [...automatedMessages.values()].some(
    ({ enabled, trigger }) => enabled && (TRIGGERS as readonly MessageTrigger[]).includes(trigger),
  );
}
