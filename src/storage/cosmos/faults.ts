import { messageOf, StoreError } from "../../core/errors";

/** What a failed request means for the operation. */
export type Fault =
  /** Worth another try. `ambiguous`: the first one may have been done. */
  | { kind: "retry"; because: string; afterMs: number; ambiguous: boolean; throttled?: true }
  /** A condition did not hold: a result, no failure. */
  | { kind: "condition"; status: 404 | 409 | 412 }
  | { kind: "final"; error: StoreError; cause: FinalCause };

export type FinalCause = "denied" | "missing" | "partition" | "refused";

/** Thrown by the transport when no answer came. */
export class NoAnswer extends StoreError {
  /** The request may have arrived. */
  readonly ambiguous: boolean;

  constructor(message: string, ambiguous: boolean, cause?: unknown) {
    super("STORE_UNAVAILABLE", message, { cause });
    this.ambiguous = ambiguous;
  }
}

/** An answer that the SDK takes for something else: told again as what it is. */
export class Answered extends StoreError {
  constructor(
    readonly status: number,
    readonly substatus?: number,
  ) {
    super("STORE_UNAVAILABLE", `The database answered ${status}.`);
  }
}

/** What of the SDK's errors is looked at. A batch hides the real one in `cause`. */
interface SdkError {
  code?: unknown;
  substatus?: unknown;
  headers?: Record<string, unknown>;
  retryAfterInMs?: unknown;
  activityId?: unknown;
  cause?: unknown;
  message?: unknown;
  name?: unknown;
}

/** "Owner resource does not exist": the container or the database, not the document. */
const OWNER_MISSING = 1003;
/** "Read session not available": the replica is behind our own writes. */
const SESSION_BEHIND = 1002;
/** "Partition key extracted from document doesn't match the one specified in the header". */
const PARTITION_MISMATCH = 1001;

/**
 * Reads an error of the SDK. Codes: "Diagnose and troubleshoot Azure Cosmos DB SDK errors" and "Designing resilient
 * applications with Azure Cosmos DB SDKs" (408, 410, 429, 449 and 503 are worth another try).
 */
export function faultOf(error: unknown, container: string): Fault {
  const noAnswer = findNoAnswer(error);
  if (noAnswer !== undefined)
    return { kind: "retry", because: noAnswer.message, afterMs: 0, ambiguous: noAnswer.ambiguous };
  const fault = unwrap(error);
  const status = error instanceof Answered ? error.status : numberOf(fault.code);
  const text = shorten(messageOf(fault instanceof Error ? fault : (fault.message ?? error)));
  const again = (because: string, ambiguous: boolean, afterMs = 0): Extract<Fault, { kind: "retry" }> => ({
    kind: "retry",
    because,
    afterMs,
    ambiguous,
  });
  switch (status) {
    case 404:
      return missing(numberOf(fault.substatus), container);
    case 409:
    case 412:
      return { kind: "condition", status };
    case 429:
      return {
        ...again("the database is out of request units (429)", false, numberOf(fault.retryAfterInMs) ?? 0),
        throttled: true,
      };
    case 449:
      return again("another write is under way (449)", false);
    case 408:
    case 410:
    case 500:
    case 502:
    case 503:
    case 504:
      return again(`the database answered ${status}: ${text}`, true);
    case 401:
    case 403:
      return final("denied", `refuses us (${status}): ${text}. ${CURES.denied}`);
    case 400:
      return numberOf(fault.substatus) === PARTITION_MISMATCH
        ? final("partition", `container ${container} has another partition key: ${text}. ${CURES.shape}`)
        : final("refused", `refuses a request on ${container}: ${text}. Report it: this is a fault of ours.`);
    case 413:
      return final("refused", `cannot hold so much at once in ${container}: ${text}`);
    default:
      return other(fault, text);
  }
}

/** What to do, in words; also said at start. */
export const CURES = {
  denied:
    "Give the server's identity the role Cosmos DB Built-in Data Contributor, or check COSMOS_KEY and the server's clock",
  shape: "The deployment template makes the containers as they must be",
} as const;

/** For logs: what support asks for first. */
export function activityOf(error: unknown): string | undefined {
  const { activityId } = unwrap(error);
  return typeof activityId === "string" ? activityId : undefined;
}

function missing(substatus: number | undefined, container: string): Fault {
  if (substatus === SESSION_BEHIND)
    return {
      kind: "retry",
      because: "the replica is behind (404/1002)",
      afterMs: 0,
      ambiguous: false,
    };
  if (substatus !== OWNER_MISSING) return { kind: "condition", status: 404 };
  return { kind: "final", cause: "missing", error: containerGone(container) };
}

/** A container that was there at the start and is no longer. */
export function containerGone(container: string): StoreError {
  const text = `Cosmos DB has no container ${container} any more. ${CURES.shape}.`;
  return new StoreError("STORE_UNAVAILABLE", text);
}

function other(fault: SdkError, text: string): Fault {
  // The identity library's own classes: no token, no request.
  if (
    typeof fault.name === "string" &&
    /^(Authentication|CredentialUnavailable|AuthenticationRequired)/.test(fault.name)
  )
    return final("denied", `cannot be asked, there is no token: ${text}. ${CURES.denied}`);
  // The change feed wraps what went wrong and loses its code; a gateway's page of HTML is no answer either.
  return { kind: "retry", because: text, afterMs: 0, ambiguous: true };
}

function final(cause: FinalCause, text: string): Fault {
  const code = cause === "refused" ? "STORE_REFUSED" : "STORE_UNAVAILABLE";
  return { kind: "final", cause, error: new StoreError(code, `Cosmos DB ${text}.`.replace(/\.\.$/, ".")) };
}

function findNoAnswer(error: unknown): NoAnswer | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof NoAnswer) return at;
  return undefined;
}

function unwrap(error: unknown): SdkError {
  const outer = (typeof error === "object" && error !== null ? error : { message: error }) as SdkError;
  const inner = outer.cause;
  const hides = outer.code === undefined && typeof inner === "object" && inner !== null;
  return hides ? (inner as SdkError) : outer;
}

/** The service's texts go on for lines and name addresses of its machines. */
function shorten(text: string): string {
  return (text.split(/\r?\n|, RequestStartTime|ActivityId/)[0] ?? "")
    .trim()
    .replace(/\.+$/, "")
    .slice(0, 200);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
}
