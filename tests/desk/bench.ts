import type { ContactBook } from "../../src/core/contactBook";
import type { Role } from "../../src/core/roles";
import type { ApiReply, Principal, Route } from "../../src/core/route";
import { createEventHub } from "../../src/desk/events";
import { deskRoutes } from "../../src/desk/routes";
import { createBench } from "../pipeline/bench";

export const principal = (id: string, ...roles: Role[]): Principal => ({
  id,
  name: id,
  roles: roles.length === 0 ? ["agent"] : roles,
});
export const SAM = principal("sam", "supervisor");

/** The desk's routes on the pipeline's bench, called as the server calls them once somebody is signed in. */
export function createDesk(
  options: Parameters<typeof createBench>[0] & {
    /** How the routes see the book, where it shall fail. */
    bookView?: (book: ContactBook) => ContactBook;
  } = {},
) {
  const bench = createBench({ ...options, contacts: true });
  const contacts = options.bookView?.(bench.book) ?? bench.book;
  const events = createEventHub({ store: bench.store, clock: bench.clock });
  const routes = deskRoutes({ ...bench.ports, contacts, pipeline: bench.pipeline, events });

  function match(method: string, path: string): { route: Route; params: Record<string, string> } {
    const parts = path.split("/");
    for (const route of routes) {
      const wanted = route.path.split("/");
      const fits =
        route.method === method &&
        wanted.length === parts.length &&
        wanted.every((part, i) => part.startsWith(":") || part === parts[i]);
      if (fits)
        return {
          route,
          params: Object.fromEntries(
            wanted.flatMap((part, i) =>
              part.startsWith(":") ? [[part.slice(1), decodeURIComponent(parts[i] ?? "")]] : [],
            ),
          ),
        };
    }
    throw new TypeError(`no route ${method} ${path}`);
  }

  return {
    ...bench,
    bench,
    events,
    routes,
    /** The reply's body; throws what the route throws. */
    async call<T = Record<string, unknown>>(
      who: Principal | string,
      method: string,
      address: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<ApiReply & { body: T }> {
      const [path = "", query] = address.split("?");
      const { route, params } = match(method, `/api/desk${path}`);
      const me = typeof who === "string" ? principal(who) : who;
      const reply = await route.handle({
        method,
        params,
        query: new URLSearchParams(query ?? ""),
        headers,
        body,
        principal: me,
      });
      await bench.quiet();
      return reply as ApiReply & { body: T };
    },
  };
}
