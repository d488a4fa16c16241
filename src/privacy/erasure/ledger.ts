import type { ReceiptDoc } from "./erasureDocs";

/** The key first, then a receipt each. */
export type LedgerEntry = { key: string } | { receipt: ReceiptDoc };

/**
 * Receipts outside the database, since a backup of it that is older than an erasure knows nothing of that. They name nobody,
 * but with their key somebody who has a list of customers could tell who was erased: keep them as you keep the database.
 */
export interface Ledger {
  keep(entry: LedgerEntry): Promise<void>;
  read(): Promise<LedgerEntry[]>;
}

/** The last receipt of each erasure. */
export const receiptsIn = (entries: readonly LedgerEntry[]): ReceiptDoc[] => [
  ...new Map(
    entries.flatMap((entry) => ("receipt" in entry ? [[entry.receipt.id, entry.receipt] as const] : [])),
  ).values(),
];

export const keyIn = (entries: readonly LedgerEntry[]): string | undefined =>
  entries.flatMap((entry) => ("key" in entry ? [entry.key] : []))[0];
