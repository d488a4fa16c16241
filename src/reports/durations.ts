/** Quantiles are off by 1 % at most. */
const ACCURACY = 0.01;
const GROWTH = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GROWTH = Math.log(GROWTH);

/**
 * Durations (ms) as counts in buckets that each reach 2 % further than the one before (a DDSketch): of any number of
 * values, added in any order and merged from any number of days, quantiles are right within 1 %. Count, sum, least and
 * greatest are exact.
 */
export interface Durations {
  count: number;
  sumMs: number;
  leastMs: number;
  greatestMs: number;
  /** Bucket -> how many; bucket n holds (GROWTH^(n-1), GROWTH^n], -1 what is below a millisecond. */
  buckets: Map<number, number>;
}

export function createDurations(): Durations {
  return { count: 0, sumMs: 0, leastMs: Number.POSITIVE_INFINITY, greatestMs: 0, buckets: new Map() };
}

/** Counts one duration; `ms` is not negative. */
export function addDuration(into: Durations, ms: number): void {
  const bucket = ms < 1 ? -1 : Math.ceil(Math.log(ms) / LOG_GROWTH);
  into.count += 1;
  into.sumMs += ms;
  into.leastMs = Math.min(into.leastMs, ms);
  into.greatestMs = Math.max(into.greatestMs, ms);
  into.buckets.set(bucket, (into.buckets.get(bucket) ?? 0) + 1);
}

export function mergeDurations(into: Durations, more: Durations): void {
  into.count += more.count;
  into.sumMs += more.sumMs;
  into.leastMs = Math.min(into.leastMs, more.leastMs);
  into.greatestMs = Math.max(into.greatestMs, more.greatestMs);
  for (const [bucket, count] of more.buckets)
    into.buckets.set(bucket, (into.buckets.get(bucket) ?? 0) + count);
}

/** The average (ms), exact; undefined of nothing. */
export function averageOf({ count, sumMs }: Durations): number | undefined {
  return count === 0 ? undefined : sumMs / count;
}

/**
 * The value (ms) that the share `q` of all does not exceed, by nearest rank: the median (0.5) of an even number is the
 * lower of the middle two. Within 1 %; undefined of nothing.
 */
export function quantileOf(
  { count, leastMs, greatestMs, buckets }: Durations,
  q: number,
): number | undefined {
  if (count === 0) return undefined;
  const rank = Math.max(1, Math.ceil(q * count));
  let seen = 0;
  for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) {
    seen += buckets.get(bucket) ?? 0;
    if (seen < rank) continue;
    const middle = bucket < 0 ? 0 : (2 * GROWTH ** bucket) / (GROWTH + 1);
    return Math.min(greatestMs, Math.max(leastMs, middle));
  }
  return greatestMs;
}
