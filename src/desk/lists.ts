import type { Clock } from "../core/clock";
import type { Message } from "../core/conversation";
import { InputError } from "../core/errors";
import { threadOf } from "../core/ids";
import type { Principal } from "../core/route";
import type { SettingsReader } from "../core/settings";
import type { Doc, Page, Store, Stored } from "../core/store";
import { type Offer, ROUTING_GROUP, type WorkItem } from "../core/workItem";
import type { HistoryRow } from "../pipeline/effects/effects";
import { itemId } from "../routing/workItems";
import { canSee } from "./policy";
import type { ItemFacts } from "./present";

export interface ListFilter {
  states: readonly string[];
  holder?: string | undefined;
  queueId?: string | undefined;
  agentId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HISTORY_DAYS = 31;

/** Conversations as the desk lists them: live rows, and closed ones of the last month. */
export function createLists(ports: { store: Store; settings: SettingsReader; clock: Clock }) {
  return {
    async find(principal: Principal, filter: ListFilter): Promise<Page<ItemFacts>> {
      const closed = filter.states.length === 1 && filter.states[0] === "closed";
      return closed ? findClosed(principal, filter) : findLive(principal, filter);
    },
    async live(conversationId: string): Promise<WorkItem | undefined> {
      // From a URL: the store refuses keys that are none, which would look like a fault of ours.
      if (threadOf(conversationId) === undefined) return undefined;
      return (await ports.store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId)))?.doc;
    },
    async offers(agentId: string): Promise<Offer[]> {
      const page = await ports.store.query<Offer>("routing", "offers", {
        partition: ROUTING_GROUP,
        equals: { offeredTo: agentId },
        limit: 100,
      });
      return page.items.map(({ doc }) => doc);
    },
    /** Messages of a conversation after `seq`, in order. */
    async messages(
      threadId: string,
      conversationId: string,
      after: number | undefined,
      limit: number,
      cursor?: string,
    ): Promise<Page<Message>> {
      const page = await ports.store.query<Message>("threads", "transcript", {
        partition: threadId,
        equals: { conversationId },
        limit,
        ...(after === undefined ? {} : { after }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return {
        items: page.items.map(({ doc }) => doc),
        ...(page.next === undefined ? {} : { next: page.next }),
      };
    },
  };

  async function findLive(principal: Principal, filter: ListFilter): Promise<Page<ItemFacts>> {
    const [only] = filter.states;
    const equals: Record<string, string> = { type: "item" };
    if (filter.states.length === 1 && only !== undefined) equals.state = only;
    if (filter.holder !== undefined) equals.holder = filter.holder;
    if (filter.queueId !== undefined) equals.queueId = filter.queueId;
    if (filter.agentId !== undefined) equals.agentId = filter.agentId;
    const accepts = (item: ItemFacts) =>
      (filter.states.length === 0 || filter.states.includes(item.state)) &&
      canSee(principal, item, ports.settings.current());
    return collect<WorkItem>(filter, accepts, (limit, cursor) =>
      ports.store.query<WorkItem>("routing", "items", {
        partition: ROUTING_GROUP,
        equals,
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  }

  async function findClosed(principal: Principal, filter: ListFilter): Promise<Page<ItemFacts>> {
    const equals: Record<string, string> = {};
    if (filter.queueId !== undefined) equals.queueId = filter.queueId;
    if (filter.agentId !== undefined) equals.agentId = filter.agentId;
    const accepts = (item: ItemFacts) =>
      (filter.holder === undefined || item.holder === filter.holder) &&
      canSee(principal, item, ports.settings.current());
    const today = dayOf(ports.clock.now());
    const oldest = dayOf(ports.clock.now() - (HISTORY_DAYS - 1) * DAY_MS);
    let { day, inner } =
      filter.cursor === undefined ? { day: today } : readClosedCursor(filter.cursor, today);
    for (; day >= oldest; day = dayBefore(day), inner = undefined) {
      const partition = day;
      const page = await collect<HistoryRow & Doc>({ ...filter, cursor: inner }, accepts, (limit, cursor) =>
        ports.store.query<HistoryRow>("history", "closed", {
          partition,
          equals,
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      if (page.items.length > 0)
        return {
          items: page.items,
          next: page.next === undefined ? `${dayBefore(day)}.` : `${day}.${page.next}`,
        };
    }
    return { items: [] };
  }
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const dayBefore = (day: string): string => dayOf(Date.parse(day) - DAY_MS);

/** `<day>.<cursor inside the day>`: a day, not so many days back, since midnight may pass between two pages. */
function readClosedCursor(cursor: string, today: string): { day: string; inner?: string | undefined } {
  const [, day = "", inner = ""] = /^(\d{4}-\d\d-\d\d)\.(.*)$/s.exec(cursor) ?? [];
  if (Number.isNaN(Date.parse(day)) || day > today)
    throw new InputError(
      "INPUT_INVALID",
      "The cursor is not one that an earlier page ended with. Start from the first page.",
    );
  return { day, inner: inner === "" ? undefined : inner };
}

/** Fills a page with what the caller may see. */
async function collect<T extends ItemFacts & Doc>(
  filter: { limit: number; cursor?: string | undefined },
  accepts: (item: T) => boolean,
  query: (limit: number, cursor: string | undefined) => Promise<Page<Stored<T>>>,
): Promise<Page<ItemFacts>> {
  const items: ItemFacts[] = [];
  let cursor = filter.cursor;
  do {
    const page: Page<Stored<T>> = await query(filter.limit - items.length, cursor);
    items.push(...page.items.map(({ doc }) => doc).filter(accepts));
    cursor = page.next;
  } while (cursor !== undefined && items.length < filter.limit);
  return cursor === undefined ? { items } : { items, next: cursor };
}
