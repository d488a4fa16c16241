import type { Clock } from "../../../src/core/clock";
import type { Incoming } from "./answer";

/** Something that goes wrong, for requests that fit. */
export interface Fault {
  /**
   * "status": refuse without doing. "doneStatus": do it and refuse all the same. "resetBefore": break the connection
   * without doing. "resetAfter": do it and break the connection. "hang": never answer. "wait": answer later.
   */
  kind: "status" | "doneStatus" | "resetBefore" | "resetAfter" | "hang" | "wait";
  status?: number;
  substatus?: number;
  retryAfterMs?: number;
  /** For "wait", on the real clock. */
  waitMs?: number;
  /** How often; once when left out. */
  times?: number;
  /** Until then on the double's clock, as often as it comes. */
  untilMs?: number;
  /** Kinds of requests it hits (meter.ts); documents' own when left out. */
  on?: readonly RequestKind[];
}

export type RequestKind =
  | "account"
  | "metadata"
  | "plan"
  | "read"
  | "create"
  | "replace"
  | "upsert"
  | "delete"
  | "batch"
  | "query"
  | "feed"
  | "unknown";

const OF_DOCUMENTS: readonly RequestKind[] = [
  "read",
  "create",
  "replace",
  "upsert",
  "delete",
  "batch",
  "query",
  "feed",
];

/** Faults waiting for their requests, first come first served. */
export class Faults {
  readonly #clock: Clock;
  #waiting: Fault[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(...faults: Fault[]): void {
    this.#waiting.push(...faults.map((fault) => ({ ...fault })));
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault for a request, used up by asking. */
  take(kind: RequestKind): Fault | undefined {
    const now = this.#clock.now();
    this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs === undefined || untilMs > now);
    const fault = this.#waiting.find(({ on = OF_DOCUMENTS }) => on.includes(kind));
    if (fault === undefined || fault.untilMs !== undefined) return fault;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.#waiting = this.#waiting.filter((other) => other !== fault);
    return fault;
  }
}

/** What a request asks for, told by its path and headers. */
export function kindOf({ method, path, headers }: Incoming): RequestKind {
  if (path.length === 0) return "account";
  if (path[4] !== "docs") return "metadata";
  if (headers["x-ms-cosmos-is-query-plan-request"] !== undefined) return "plan";
  if (headers["a-im"] !== undefined) return "feed";
  if (method === "GET") return "read";
  if (method === "PUT") return "replace";
  if (method === "DELETE") return "delete";
  if (method !== "POST") return "unknown";
  if (headers["x-ms-cosmos-is-batch-request"] !== undefined) return "batch";
  if (headers["x-ms-documentdb-isquery"] !== undefined) return "query";
  return headers["x-ms-documentdb-is-upsert"] === undefined ? "create" : "upsert";
}
