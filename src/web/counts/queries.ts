import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api";
import { serverNow } from "../shared/serverClock";

const EVERY_MS = 10_000;
/** Asked by the clock, so what is there is never fresh enough. */
const LIVE = { refetchInterval: EVERY_MS, staleTime: 0 };

const keys = { counts: ["counts"], status: ["status"], health: ["health"], dead: ["deadLetters"] } as const;

/** The ledger of a day, with the server's time (ms) at which it was read. */
export function useCounts(day: string) {
  return useQuery({
    ...LIVE,
    queryKey: [...keys.counts, day],
    queryFn: async () => ({ rows: (await api.counts(day)).items, readAt: serverNow() }),
  });
}

export function useStatus() {
  return useQuery({ ...LIVE, queryKey: keys.status, queryFn: api.status, select: (page) => page.items });
}

export function useHealth() {
  return useQuery({ ...LIVE, queryKey: keys.health, queryFn: api.health, select: (page) => page.items });
}

export function useDeadLetters() {
  return useInfiniteQuery({
    ...LIVE,
    queryKey: keys.dead,
    queryFn: ({ pageParam }) => api.deadLetters(pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}

/** Reads everything on the page again. */
export function useRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(Object.values(keys).map((queryKey) => client.invalidateQueries({ queryKey })));
}
