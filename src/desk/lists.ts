import { type Message, type Offer, ROUTING_GROUP, type WorkItem } from "../core/conversation";
import type { Clock } from "../core/clock";
import type { Principal } from "../core/route";
import type { SettingsReader } from "../core/settings";
import type { Doc, Page, Store, Stored } from "../core/store";
import type { HistoryRow } from "../pipeline/effects";
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
      return (await ports.store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId)))?.doc;
    },
    async offers(agentId: string): Promise<Offer[]> {
      const page = await ports.store.query<Offer>("routing", "offers", { partition: ROUTING_GROUP, equals: { offeredTo: agentId }, limit: 100 });
      return page.items.map(({ doc }) => doc);
    },
    /** Messages of a conversation after `seq`, in order. */
    async messages(threadId: string, conversationId: string, after: number | undefined, limit: number, cursor?: string): Promise<Page<Message>> {
      const page = await ports.store.query<Message>("threads", "transcript", {
        partition: threadId,
        equals: { conversationId },
        limit,
        ...(after === undefined ? {} : { after }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { items: page.items.map(({ doc }) => doc), ...(page.next === undefined ? {} : { next: page.next }) };
    },
  };

  async function findLive(principal: Principal, filter: ListFilter): Promise<Page<ItemFacts>> {
    const [only] = filter.states;
    const equals: Record<string, string> = { type: "item" };
    if (filter.states.length === 1 && only !== undefined) equals["state"] = only;
    if (filter.holder !== undefined) equals["holder"] = filter.holder;
    if (filter.queueId !== undefined) equals["queueId"] = filter.queueId;
    if (filter.agentId !== undefined) equals["agentId"] = filter.agentId;
    const accepts = (item: ItemFacts) =>
      (filter.states.length === 0 || filter.states.includes(item.state)) && canSee(principal, item, ports.settings.current());
    return collect<WorkItem>(filter, accepts, (limit, cursor) =>
      ports.store.query<WorkItem>("routing", "items", { partition: ROUTING_GROUP, equals, limit, ...(cursor === undefined ? {} : { cursor }) }),
    );
  }

  async function findClosed(principal: Principal, filter: ListFilter): Promise<Page<ItemFacts>> {
    const equals: Record<string, string> = {};
    if (filter.queueId !== undefined) equals["queueId"] = filter.queueId;
    if (filter.agentId !== undefined) equals["agentId"] = filter.agentId;
    const accepts = (item: ItemFacts) =>
      (filter.holder === undefined || item.holder === filter.holder) && canSee(principal, item, ports.settings.current());
    let [back, inner] = readClosedCursor(filter.cursor);
    for (; back < HISTORY_DAYS; back++, inner = undefined) {
      const day = new Date(ports.clock.now() - back * DAY_MS).toISOString().slice(0, 10);
      const page = await collect<HistoryRow & Doc>({ ...filter, cursor: inner }, accepts, (limit, cursor) =>
        ports.store.query<HistoryRow>("history", "closed", { partition: day, equals, limit, ...(cursor === undefined ? {} : { cursor }) }),
      );
      if (page.items.length > 0) return { items: page.items, next: `${back + (page.next === undefined ? 1 : 0)}.${page.next ?? ""}` };
    }
    return { items: [] };
  }
}

export type Lists = ReturnType<typeof createLists>;

function readClosedCursor(cursor: string | undefined): [number, string | undefined] {
  const match = /^(\d{1,2})\.(.*)$/s.exec(cursor ?? "");
  return match === null ? [0, undefined] : [Number(match[1]), match[2] === "" ? undefined : match[2]];
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
