#!/usr/bin/env node
import { parseArgs } from "node:util";
import { messageOf, SwitchboardError } from "../core/errors";
import { VERSION } from "../version";
import { backup } from "./backup";
import { type Command, UsageError } from "./command";
import { configApply } from "./configApply";
import { configCheck } from "./configCheck";
import { configExport } from "./configExport";
import { copy } from "./copy";
import { doctor } from "./doctor";
import { flowCheck } from "./flowCheck";
import { flowDraw } from "./flowDraw";
import { flowList, flowPublish, flowRollback, flowTry } from "./flowServer";
import { flowStats } from "./flowStats";
import { flowTest } from "./flowTest";
import { helpOf, overview } from "./help";
import { invite } from "./invite";
import { newChannel } from "./newChannel";
import { newPlugin } from "./newPlugin";
import { privacyExport, privacyReapply, privacyReceipts } from "./privacy";
import { replay } from "./replay";
import { rulesTest } from "./rulesTest";
import { rulesTry } from "./rulesTry";
import { secretList } from "./secretList";
import { secretRekey } from "./secretRekey";
import { secretSet } from "./secretSet";
import { start } from "./start";

const COMMANDS: readonly Command[] = [
  start,
  doctor,
  configCheck,
  configApply,
  configExport,
  rulesTest,
  rulesTry,
  flowCheck,
  flowTest,
  flowDraw,
  flowList,
  flowPublish,
  flowRollback,
  flowTry,
  flowStats,
  invite,
  secretSet,
  secretList,
  secretRekey,
  newPlugin,
  newChannel,
  replay,
  backup,
  privacyExport,
  privacyReceipts,
  privacyReapply,
  copy,
];
const FAILED = 1;
const MISUSED = 2;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the command that `words` name; the exit code. */
async function runCommandLine(words: readonly string[]): Promise<number> {
  if (words[0] === "--version") {
    say(VERSION);
    return 0;
  }
  if (words[0] === undefined || words[0] === "help" || words[0] === "--help" || words[0] === "-h") {
    return tellHelp(words);
  }
  const command = find(words);
  if (command === undefined) return misused(`there is no command "${words.slice(0, 2).join(" ")}"`);
  try {
    await run(command, words.slice(command.name.split(" ").length));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return misused(error.message, command);
    process.stderr.write(`switchboard: ${errorText(error)}\n`);
    return FAILED;
  }
}

function find(words: readonly string[]): Command | undefined {
  return COMMANDS.find((command) => command.name.split(" ").every((word, i) => words[i] === word));
}

async function run(command: Command, args: string[]): Promise<void> {
  const options = { ...command.options, help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = parse(args, options);
  if (values.help === true) return say(helpOf(command));
  const { min, max } = command.words ?? { min: 0, max: 0 };
  if (positionals.length < min) throw new UsageError("something is missing");
  if (positionals.length > max) throw new UsageError(`"${positionals[max]}" is too much`);
  await command.run({ words: positionals, options: values, environment: process.env, say });
}

function parse(args: string[], options: NonNullable<Command["options"]>) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError(messageOf(error).split(". ", 1)[0] ?? "");
  }
}

function tellHelp(words: readonly string[]): number {
  if (words[0] !== undefined && words.length === 1) {
    say(overview(COMMANDS));
    return 0;
  }
  const command = find(words.slice(1));
  if (words[0] === "help" && command !== undefined) {
    say(helpOf(command));
    return 0;
  }
  process.stderr.write(`${overview(COMMANDS)}\n`);
  return MISUSED;
}

function misused(problem: string, command?: Command): number {
  const name = command === undefined ? "switchboard help" : `switchboard ${command.name} --help`;
  process.stderr.write(`switchboard: ${problem}. See: ${name}\n`);
  return MISUSED;
}

function errorText(error: unknown): string {
  if (error instanceof SwitchboardError) return `${error.code}: ${error.message}`;
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}

runCommandLine(process.argv.slice(2)).then(
  (code) => {
    // Not exit(): what was written to a pipe must still get out.
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`switchboard: ${errorText(error)}\n`);
    process.exitCode = FAILED;
  },
);
