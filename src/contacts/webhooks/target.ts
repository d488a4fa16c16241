import type { RecordEvent } from "../../core/owed";

/** What became of one attempt; texts are words of ours, since they are kept. */
export type Outcome =
  | { kind: "done"; status?: number }
  /** Whoever is there wants no more of it: switched off. */
  | { kind: "off"; status: number; text: string }
  /** `restMs`: the receiver asks for so long a rest. */
  | { kind: "failed"; status?: number; text: string; restMs?: number };

/** A webhook or plugin that hears of records. */
export interface Target {
  /** A webhook's id, or "plugin~<name>". */
  readonly id: string;
  /** Where it leads to: another address begins anew. */
  readonly address: string;
  wants(event: RecordEvent): boolean;
  /** Never throws but StoreError: the record could not be read. */
  send(event: RecordEvent): Promise<Outcome>;
}
