import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import type { Ledger, LedgerEntry } from "../privacy/erasure/ledger";

/** Receipts in `erasures.jsonl` of the data folder, beside the database and not in its backups. */
export function openErasureFile(folder: string): Ledger {
  const file = path.join(folder, "erasures.jsonl");
  return {
    keep: (entry) => appendFile(file, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true }),
    async read(): Promise<LedgerEntry[]> {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      return text.split("\n").flatMap(toEntry);
    },
  };
}

/** A line that a power cut left half written tells nothing: its receipt is written again. */
function toEntry(line: string): LedgerEntry[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as LedgerEntry];
  } catch {
    return [];
  }
}
