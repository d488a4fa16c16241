import type { SegmentCount } from "../../core/smsSegments";

/** Nearer to the end of the first message than this, the count is worth showing. */
const NEAR_END = 20;

export const isWorthShowing = ({ segments, left }: SegmentCount): boolean =>
  segments > 1 || (segments === 1 && left <= NEAR_END);
