/** What the server and a plugin's thread say to one another. Values travel as JSON text: plain data and nothing else. */

export interface WorkerSettings {
  /** The plugin's file. */
  file: string;
}

export type ToWorker =
  /** `part`: "actions.refund"; `id`: the call's idempotency key. */
  | { kind: "call"; n: number; part: string; given: string; id: string }
  /** Nobody waits for the call any more. */
  | { kind: "abort"; n: number }
  | { kind: "ping" };

export type FromWorker =
  | { kind: "ready" }
  /** The call's code runs from now on: should the thread hang, this one is to blame. */
  | { kind: "began"; n: number }
  | { kind: "done"; n: number; answer: string }
  | { kind: "failed"; n: number; message: string }
  | { kind: "pong" };

/** Longest answer of a plugin, in characters of JSON. */
export const MOST_ANSWER = 1_000_000;
/** Heap of a plugin's thread, MB. */
export const HEAP_MB = 128;
/** Buffers that a plugin's thread may hold besides, MB: the heap's limit does not count them. */
export const BUFFERS_MB = 256;
