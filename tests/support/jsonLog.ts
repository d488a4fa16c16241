import { createLog } from "../../src/config/logger";
import type { Log } from "../../src/core/log";

export interface JsonLog {
  log: Log;
  /** What was logged so far, each line parsed. */
  lines(): Record<string, unknown>[];
  /** The same as it was written. */
  text(): string;
}

/** The product's own log, kept instead of written to standard output. */
export function createJsonLog(level = "info"): JsonLog {
  const kept: string[] = [];
  return {
    log: createLog(level, { write: (line: string) => void kept.push(line) }),
    lines: () => kept.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => kept.join(""),
  };
}
