import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../core/errors";
import { type Command, UsageError } from "./command";
import { readSettings } from "./dataFolder";
import { needServer } from "./operator";

const PATH = "/api/admin/privacy";

export const privacyExport: Command = {
  name: "privacy export",
  usage: "(--contact ID | --thread ID) FILE",
  summary: "Writes everything on a person to a new zip file. The server must run.",
  options: { contact: { type: "string" }, thread: { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], options: { contact, thread }, environment, say }) {
    if ((contact === undefined) === (thread === undefined))
      throw new UsageError("name --contact or --thread");
    const target = path.resolve(file);
    const server = await needServer(readSettings(environment).dataFolder);
    const subject = contact === undefined ? { threadId: thread } : { contactId: contact };
    await server.download(`${PATH}/export`, subject, target);
    say(`Wrote ${target}`);
  },
};

export const privacyReceipts: Command = {
  name: "privacy receipts",
  usage: "FILE",
  summary: "Writes the receipts of all erasures to a new file, for a store that is restored elsewhere.",
  details:
    "Keep it beside the backups. It names nobody; with its key somebody who has a list of customers could tell.",
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], environment, say }) {
    const target = path.resolve(file);
    const server = await needServer(readSettings(environment).dataFolder);
    const { lines } = (await server.call("GET", `${PATH}/receipts`)) as { lines: string };
    try {
      writeFileSync(target, `${lines}\n`, { flag: "wx", mode: 0o600 });
    } catch (cause) {
      throw new InputError("INPUT_INVALID", `${target} cannot be made; it may exist.`, { cause });
    }
    say(`Wrote ${target}`);
  },
};

export const privacyReapply: Command = {
  name: "privacy reapply",
  usage: "FILE",
  summary: "Erases again what a restored backup brought back, by the receipts in a file.",
  details: "The embedded store does it by itself at the start, from erasures.jsonl of its data folder.",
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], environment, say }) {
    const server = await needServer(readSettings(environment).dataFolder);
    let lines: string;
    try {
      lines = readFileSync(path.resolve(file), "utf8");
    } catch (cause) {
      throw new InputError("INPUT_INVALID", `${path.resolve(file)} cannot be read.`, { cause });
    }
    const { begun } = (await server.call("POST", `${PATH}/reapply`, { lines })) as { begun: number };
    say(begun === 0 ? "Nothing to do: the store has all of these receipts." : `Erasing ${begun} again.`);
  },
};
