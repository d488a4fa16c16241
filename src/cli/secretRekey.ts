import { text as readAll } from "node:stream/consumers";
import { Conflict } from "../core/errors";
import { rekeySecrets } from "../secrets/rekey";
import { ask } from "./ask";
import type { Command } from "./command";
import { readSettings } from "./dataFolder";
import { findServer } from "./operator";

export const secretRekey: Command = {
  name: "secret rekey",
  usage: "",
  summary: "Seals the encrypted file of secrets under a new master key; the server must be stopped.",
  details: [
    "SWITCHBOARD_MASTER_KEY is the present key; the new one is asked for without showing it, or read from standard",
    "input. Afterwards set SWITCHBOARD_MASTER_KEY to it and start.",
  ].join("\n"),
  async run({ environment, say }) {
    const { dataFolder, production, secrets } = readSettings(environment);
    if ((await findServer(dataFolder)) !== undefined)
      throw new Conflict("WRONG_STATE", "Stop the server first: it would go on with the old key.");
    const given = process.stdin.isTTY ? await ask("New master key: ") : await readAll(process.stdin);
    const { masterKey } = secrets;
    const present = { dataFolder, production, ...(masterKey === undefined ? {} : { masterKey }) };
    const count = await rekeySecrets(present, given.replace(/\r?\n$/, ""));
    say(`Sealed ${count} secrets anew. Set SWITCHBOARD_MASTER_KEY to the new key, then start.`);
  },
};
