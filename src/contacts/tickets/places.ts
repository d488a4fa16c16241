import type { Store } from "../../core/store";

/** Tickets in one partition: some hundred megabytes at most. */
const A_PARTITION = 100_000;

/** Where the numbers given out so far are counted. */
export const NUMBERS = { partition: "ticketNumbers", id: "counter" } as const;

/** The partition of a ticket; undefined for what is no number of ours. */
export function partitionOf(number: string): string | undefined {
  const [, digits] = /^T-(\d{1,15})$/.exec(number) ?? [];
  return digits === undefined ? undefined : partitionAt(Math.floor(Number(digits) / A_PARTITION));
}

/** Partitions are numbered from 0; a later one has newer tickets. */
export const partitionAt = (place: number): string => `tickets~${place}`;

/** The number of the newest partition. */
export async function newestPlace(store: Store): Promise<number> {
  const counter = await store.read<{ id: string; type: string; last: number }>(
    "contacts",
    NUMBERS.partition,
    NUMBERS.id,
  );
  return Math.floor((counter?.doc.last ?? 0) / A_PARTITION);
}
