import type { ParseArgsConfig } from "node:util";
import type { Environment } from "../config/settings";

/** What a command is called with. */
export interface CommandCall {
  /** Words after the command's name. */
  words: readonly string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
  environment: Environment;
  /** Writes a line of the result to standard output. */
  say(line: string): void;
}

/** One command of `switchboard`; its help is made from these fields. */
export interface Command {
  /** "config check". */
  name: string;
  /** What follows the name: "FILE [--force]". */
  usage: string;
  /** One sentence. */
  summary: string;
  /** More help, if there is more to say. */
  details?: string;
  options?: NonNullable<ParseArgsConfig["options"]>;
  /** How many words it takes; none when left out. */
  words?: { min: number; max: number };
  /** Throws SwitchboardError for what the operator can mend. */
  run(call: CommandCall): Promise<void>;
}

/** Wrong words on the command line: told with the usage, exit code 2. */
export class UsageError extends Error {}
