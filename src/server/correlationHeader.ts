import type { ServerResponse } from "node:http";
import { newCorrelationId } from "../core/correlation";

/** On every answer. What a request brings under this name is not believed: anybody could write it. */
export const CORRELATION_HEADER = "X-Correlation-Id";

/** Gives a request its correlation id, which its answer carries. */
export function nameRequest(response: ServerResponse): void {
  response.setHeader(CORRELATION_HEADER, newCorrelationId());
}

/** The id that the request was given; a new one where it was given none. */
export function correlationOf(response: ServerResponse): string {
  if (!response.hasHeader(CORRELATION_HEADER) && !response.headersSent) nameRequest(response);
  return String(response.getHeader(CORRELATION_HEADER) ?? newCorrelationId());
}
