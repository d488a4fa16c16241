/** What is counted of a flow's step. */
export const STEP_COUNTS = ["asked", "passed", "retried", "gaveUp", "failed", "person"] as const;
/** What is counted of the conversations that a flow had. */
export const FLOW_COUNTS = [
  /** Began with it. */
  "started",
  /** It ended them. */
  "ended",
  /** It handed them over. */
  "handedOver",
  /** The customer asked for a person. */
  "person",
  /** It broke, was silent, or went round. */
  "failed",
  /** Of those it ended: the customer wrote again within a day. */
  "askedAgain",
] as const;

/** One more of something, on a day. */
export interface FlowCount {
  flow: string;
  revision: number;
  /** UTC */
  day: string;
  /** Of this step; absent: of the flow's conversations. */
  step?: string;
  what: (typeof STEP_COUNTS)[number] | (typeof FLOW_COUNTS)[number];
}
