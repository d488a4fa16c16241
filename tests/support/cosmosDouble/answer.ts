/** What the double answers, before it is written. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Request units. */
  charge?: number;
}

/** Thrown by the double's parts; answered like the service's own errors. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly substatus?: number,
  ) {
    super(message);
  }
}

/** Anything the double does not know: a test that meets it fails. */
export function notImplemented(what: string): Refused {
  return new Refused(501, `The double does not know ${what}.`);
}

export interface Incoming {
  method: string;
  /** Decoded segments of the path. */
  path: string[];
  headers: Record<string, string | undefined>;
  text: string;
}

/** The body as JSON; throws 400. */
export function bodyOf(request: Incoming): unknown {
  try {
    return JSON.parse(request.text);
  } catch {
    throw new Refused(400, "The request body is not JSON.");
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
