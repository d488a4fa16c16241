import type { Command } from "./command";

/** All commands with one sentence each. */
export function overview(commands: readonly Command[]): string {
  const names = commands.map((command) => command.name);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return [
    "Usage: switchboard COMMAND",
    "",
    ...lines,
    `  ${"help COMMAND".padEnd(width)}Tells more about a command; so does COMMAND --help.`,
    `  ${"--version".padEnd(width)}Tells the version.`,
    "",
    "Settings come from the environment as for the server: SWITCHBOARD_DATA names the data folder.",
    "Exit codes: 0 done, 1 failed, 2 wrong words on the command line.",
  ].join("\n");
}

/** Everything about one command. */
export function helpOf({ name, usage, summary, details }: Command): string {
  const line = `Usage: switchboard ${name} ${usage}`.trimEnd();
  return [line, "", summary, ...(details === undefined ? [] : ["", details])].join("\n");
}
