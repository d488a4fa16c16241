import path from "node:path";
import { Readable } from "node:stream";
import type { CliCall } from "./runCli";

/**
 * Runs the compiled command line again and again in one process, since most of a command's time is the loading of
 * what it needs. Each call finds the words, the environment and the standard input that a process of its own would
 * have, and is over when such a process would end: when nothing is left to wait for.
 */
const PROGRAM = path.resolve(__dirname, "..", "..", "src", "cli", "switchboard.js");
let begun = false;

function begin({ words, stdin, environment }: CliCall): void {
  begun = true;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...words);
  Object.defineProperty(process, "stdin", { configurable: true, value: Readable.from([Buffer.from(stdin)]) });
  process.exitCode = undefined;
  process.channel?.unref();
  delete require.cache[PROGRAM];
  require(PROGRAM);
}

process.on("message", begin);
process.on("disconnect", () => process.exit());
process.on("beforeExit", () => {
  if (!begun) return;
  begun = false;
  // The end of what this call printed, in both streams.
  for (const stream of [process.stdout, process.stderr]) stream.write("\0");
  process.channel?.ref();
  process.send?.({ code: process.exitCode ?? 0 });
});
