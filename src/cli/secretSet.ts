import { text as readAll } from "node:stream/consumers";
import { ask } from "./ask";
import { type Command, UsageError } from "./command";
import { openSecrets, readSettings } from "./dataFolder";

const MAX_HOURS = 30 * 24;

export const secretSet: Command = {
  name: "secret set",
  usage: "NAME [--keep-old HOURS]",
  summary:
    "Stores a secret in the encrypted file of the data folder, or in the key vault; says how to refer to it.",
  details: [
    "The value is asked for without showing it, or read from standard input: never from the command line,",
    "where others on the machine could see it. It goes where SWITCHBOARD_SECRETS says. A running server takes",
    "it over within a minute; from a key vault within eight hours, or when a signature or token fails.",
    "",
    "  --keep-old HOURS   the former value is accepted that much longer (webhooks signed with it);",
    "                     0 without it, 24 in a key vault",
  ].join("\n"),
  options: { "keep-old": { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [name = ""], options, environment, say }) {
    const keepOldHours = readHours(options["keep-old"]);
    const secrets = openSecrets(readSettings(environment));
    const value = process.stdin.isTTY ? await ask(`Value of ${name}: `) : await readAll(process.stdin);
    await secrets.set(name, value.replace(/\r?\n$/, ""), keepOldHours === undefined ? {} : { keepOldHours });
    say(`Stored. Refer to it as ${secrets.referenceTo(name)}`);
  },
};

function readHours(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const hours = Number(text);
  if (Number.isFinite(hours) && hours >= 0 && hours <= MAX_HOURS) return hours;
  throw new UsageError(`--keep-old takes hours, 0 to ${MAX_HOURS}`);
}
