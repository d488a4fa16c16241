/**
 * One JSON line an entry. Never message text, tokens or raw bodies above debug:
 * fields are ids, codes, counts and times.
 */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Log;
}

export type LogFields = Record<string, unknown>;

/** Swallows everything: for tests and for code used as a library. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
