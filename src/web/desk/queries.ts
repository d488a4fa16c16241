import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ConversationView, MessageView, MeView } from "../../desk/contract";
import { api } from "../api";
import { meKey } from "../shared/session";
import { mergeTranscript, refreshFrom, staleTargets } from "./transcript";

export type ListTab = "mine" | "open" | "helper";

export const keys = {
  me: meKey,
  people: ["people"],
  offers: ["offers"],
  lists: ["list"],
  list: (tab: ListTab) => ["list", tab],
  conversation: (id: string) => ["conversation", id],
  transcripts: ["messages"],
  messages: (id: string) => ["messages", id],
  templates: (id: string) => ["templates", id],
  quickReplies: (id: string, search: string) => ["quickReplies", id, search],
  dispositions: (id: string) => ["dispositions", id],
  customers: ["customer"],
  customer: (id: string) => ["customer", id],
  contactSearch: (search: string) => ["contactSearch", search],
} as const;

const LIST_PAGE = 50;
const MESSAGE_PAGE = 200;

export function useOffers() {
  return useQuery({ queryKey: keys.offers, queryFn: api.offers, select: (page) => page.items });
}

/** Agent names by id. */
export function usePeople(): ReadonlyMap<string, string> {
  const { data } = useQuery({ queryKey: keys.people, queryFn: api.people, staleTime: 300_000 });
  return new Map(data?.items.map((person) => [person.id, person.name]));
}

export function useConversation(id: string) {
  return useQuery({ queryKey: keys.conversation(id), queryFn: () => api.conversation(id) });
}

export function useConversationList(tab: ListTab, me: MeView) {
  return useInfiniteQuery({
    queryKey: keys.list(tab),
    queryFn: ({ pageParam }) =>
      api.conversations({
        ...listQuery(tab, me),
        limit: String(LIST_PAGE),
        ...(pageParam && { cursor: pageParam }),
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    select: (data) =>
      uniqueById(data.pages.flatMap((page) => page.items)).filter((item) => belongs(item, tab, me)),
  });
}

function listQuery(tab: ListTab, me: MeView): Record<string, string> {
  switch (tab) {
    case "mine":
      return { agent: me.id, state: "active,waiting,wrapUp" };
    case "open":
      return { holder: "queue" };
    case "helper":
      return { holder: "bot" };
    default:
      return tab satisfies never;
  }
}

function belongs(item: ConversationView, tab: ListTab, me: MeView): boolean {
  if (tab !== "open") return true;
  // A supervisor's list holds every queue's; what is offered to oneself stands above as a card.
  return item.offeredTo !== me.id && me.queues.some((queue) => queue.id === item.queueId);
}

/** A row that moved between two page reads stands in both. */
function uniqueById(items: ConversationView[]): ConversationView[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** What may be sent when the window is shut; read anew each time, since approvals come and go. */
export function useTemplates(id: string) {
  return useQuery({
    queryKey: keys.templates(id),
    queryFn: () => api.templates(id),
    select: (page) => page.items,
    staleTime: 0,
  });
}

/** Ready answers for a conversation; while another search is on its way, what the last one found. */
export function useQuickReplies(id: string, search: string) {
  return useQuery({
    queryKey: keys.quickReplies(id, search.trim()),
    queryFn: () => api.quickReplies(id, search.trim()),
    select: (page) => page.items,
    placeholderData: keepPreviousData,
  });
}

/** What may have come of a conversation. */
export function useDispositions(id: string) {
  return useQuery({ queryKey: keys.dispositions(id), queryFn: () => api.dispositions(id) });
}

/** The whole transcript; each further read fetches only what can have changed. */
export function useTranscript(id: string) {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.messages(id),
    queryFn: () => readTranscript(id, client.getQueryData<MessageView[]>(keys.messages(id)) ?? []),
  });
}

async function readTranscript(id: string, known: MessageView[]): Promise<MessageView[]> {
  let messages = known;
  let after = refreshFrom(known);
  for (;;) {
    const page = await api.messages(id, after, MESSAGE_PAGE);
    const stale = staleTargets(messages, page.items);
    messages = mergeTranscript(messages, page.items);
    for (const { seq } of stale)
      messages = mergeTranscript(messages, (await api.messages(id, seq - 1, 1)).items);
    const last = page.items.at(-1)?.seq ?? after;
    if (page.next === null || last <= after) return messages;
    after = last;
  }
}
