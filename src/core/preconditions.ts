import { Conflict } from "./errors";
import type { ApiRequest } from "./route";
import type { Stored } from "./store";

/** Which version a change means: etags of `If-Match` without quotes ("*": any), or `If-None-Match: *`. */
export interface Precondition {
  ifMatch?: readonly string[];
  ifNoneMatch?: "*";
}

/** What the request's headers ask for. */
export function preconditionOf(request: Pick<ApiRequest, "headers">): Precondition {
  const ifMatch = request.headers["if-match"];
  const ifNoneMatch = request.headers["if-none-match"]?.trim();
  return {
    ...(ifMatch !== undefined && { ifMatch: ifMatch.split(",").map(bareEtag) }),
    ...(ifNoneMatch === "*" && { ifNoneMatch }),
  };
}

/** `"7"` and `W/"7"` are 7: proxies that compress may weaken an ETag. */
function bareEtag(text: string): string {
  return text.trim().replace(/^W\//, "").replaceAll('"', "");
}

/** Throws Conflict IF_MATCH_NEEDED or CHANGED_MEANWHILE unless `before` is the version that is meant. */
export function requireMatch(
  name: string,
  before: Stored | undefined,
  { ifMatch, ifNoneMatch }: Precondition,
): void {
  if (ifNoneMatch === "*" && before !== undefined) throw changed(`${name} exists already.`);
  if (ifMatch !== undefined && before === undefined) throw changed(`${name} does not exist (any more).`);
  if (before === undefined || ifMatch?.includes("*")) return;
  if (ifMatch === undefined) {
    throw new Conflict(
      "IF_MATCH_NEEDED",
      `${name} exists: send the ETag of the version you read in If-Match.`,
    );
  }
  if (!ifMatch.includes(bare(before.etag)))
    throw changed(`Somebody else changed ${name} first. Read it again and repeat.`);
}

export const changed = (words: string): Conflict => new Conflict("CHANGED_MEANWHILE", words);

/** Cosmos DB's etags carry quotes of their own. */
export const bare = (etag: string): string => etag.replaceAll('"', "");
