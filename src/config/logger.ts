import pino, { type DestinationStream, type Logger, type LoggerOptions } from "pino";
import { ofWork } from "../core/correlation";
import type { Log } from "../core/log";

/**
 * The log of the process: one JSON line an entry on standard output (or `into`), each with the correlation id of the work
 * under way. `silent` writes nothing.
 */
export function createLog(level: string, into?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: REDACTED,
    mixin: ofWork,
  };
  return wrap(into === undefined ? pino(options) : pino(options, into));
}

/** A last line of defence: none of our code logs these. */
const REDACTED = [
  "authorization",
  "*.authorization",
  "token",
  "*.token",
  "secret",
  "*.secret",
  "body",
  "*.body",
];

function wrap(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}
