import { NotAllowed } from "../core/errors";

/** What a request's headers tell; of node:http's and of our own routes alike. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A request as far as signing in cares. */
export interface HttpCall {
  method?: string | undefined;
  headers: Headers;
  /** Where it came from; absent: nothing is known. */
  address?: string;
}

/** A cookie rides along on any site's request: changes must come from our own pages. Throws NotAllowed. */
export function needSameOrigin({ method, headers }: HttpCall, publicUrl: string): void {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  if (site === undefined && headers.origin === new URL(publicUrl).origin) return;
  throw notOurs();
}

/**
 * Nobody else's page may sign a browser in as somebody it chooses. What no browser sent is let through: it has no cookie
 * jar that could be misled. Throws NotAllowed.
 */
export function needNoForeignPage(headers: Headers, publicUrl: string): void {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw notOurs();
  const { origin } = headers;
  if (site === undefined && origin !== undefined && origin !== new URL(publicUrl).origin) throw notOurs();
}

const notOurs = (): NotAllowed =>
  new NotAllowed("NOT_ALLOWED", "This request does not come from our own pages.");
