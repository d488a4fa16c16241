import { MutationCache, QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import type { MeView } from "../../desk/contract";
import { ApiFault, api } from "../api";

/** Key of the query that tells who is signed in. */
export const meKey = ["me"] as const;

/** Key of the query that tells which ways in there are. */
export const sessionKey = ["session"] as const;

/** The queries of a page that needs a sign-in. */
export function createSessionQueryClient(): QueryClient {
  // Whatever finds the session ended, asks who is signed in: the answer leads to the sign-in.
  const onError = (error: Error) => {
    const wasSignedIn = client.getQueryData(meKey) !== undefined;
    if (wasSignedIn && isSignedOut(error)) void client.invalidateQueries({ queryKey: meKey });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => query.queryKey[0] !== meKey[0] && onError(error),
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Pages hear of changes or ask by a clock; this is for what slept through them.
        staleTime: 20_000,
        retry: (count, error) =>
          count < 3 && !(error instanceof ApiFault && error.status >= 400 && error.status < 500),
      },
    },
  });
  return client;
}

export function isSignedOut(error: Error | null): boolean {
  return error instanceof ApiFault && error.status === 401;
}

export function useMe() {
  return useQuery({ queryKey: meKey, queryFn: api.me });
}

/** Supervisors and admins may see more than conversations; the server checks it again. */
export function isSupervisor(me: MeView): boolean {
  return me.roles.some((role) => role !== "agent");
}

/** Who may change what is configured; the server checks it again. */
export function isAdmin(me: MeView): boolean {
  return me.roles.includes("admin");
}

/** Ends the session, or all of this person's. Leaving the page forgets everything that was on the screen. */
export async function signOut(where: "here" | "everywhere"): Promise<void> {
  await (where === "here" ? api.signOut() : api.signOutEverywhere());
  location.assign("/sign-in");
}
