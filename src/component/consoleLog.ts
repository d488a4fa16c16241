import type { Log, LogFields } from "../core/log";

/** Warnings and errors on standard error: what the runtime of a bot writes stands there too, and it has no other log. */
export function createConsoleLog(common: LogFields = {}): Log {
  const write = (level: string, fields: LogFields, message: string): void => {
    process.stderr.write(`${JSON.stringify({ level, message, ...common, ...fields })}\n`);
  };
  return {
    debug() {},
    info() {},
    warn: (fields, message) => write("warn", fields, message),
    error: (fields, message) => write("error", fields, message),
    child: (fields) => createConsoleLog({ ...common, ...fields }),
  };
}
