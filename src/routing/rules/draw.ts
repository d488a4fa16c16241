import { createHash } from "node:crypto";
import type { RuleSettings } from "../../core/distribution";

/**
 * The queue that a split sends a conversation to. The draw is made from the conversation's id and the rule's name: the
 * same one always draws the same, so that a repeated step, a test and a dry run agree; over many the shares hold.
 */
export function drawQueue(split: NonNullable<RuleSettings["split"]>, seed: string): string {
  const drawn = createHash("sha256").update(seed).digest().readUInt32BE(0) % 100;
  let upTo = 0;
  for (const { queue, percent } of split) {
    upTo += percent;
    if (drawn < upTo) return queue;
  }
  return split.at(-1)?.queue ?? "";
}
