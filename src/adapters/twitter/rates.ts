import type { HttpResponse } from "../../core/channel";

/** Buckets that X reports: the 15 minutes of the call, and the day of the user and of the application. */
const BUCKETS = ["x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"];

/** When calls are allowed again (ms), when a bucket of the answer's headers is empty; the latest of them. */
export function toPauseUntil(headers: HttpResponse["headers"]): number | undefined {
  let until: number | undefined;
  for (const bucket of BUCKETS) {
    if (headers[`${bucket}-remaining`] !== "0") continue;
    const reset = Number(headers[`${bucket}-reset`]) * 1000;
    if (reset > 0 && Number.isSafeInteger(reset)) until = Math.max(until ?? 0, reset);
  }
  return until;
}
