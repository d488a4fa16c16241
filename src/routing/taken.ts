import type { WorkItem } from "../core/workItem";

/** What only a conversation has that stands in line, is offered or wraps up: gone once an agent takes it. */
export const TAKEN = [
  "sk",
  "offerId",
  "offeredTo",
  "overflowAt",
  "transferredBy",
  "formerAgentId",
  "keepAgentUntil",
  "toldPosition",
  "blockUntil",
  "unblocked",
] as const satisfies readonly (keyof WorkItem)[];
