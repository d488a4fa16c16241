import { writeFileSync } from "node:fs";
import path from "node:path";
import { InputError, messageOf } from "../core/errors";
import type { Command } from "./command";
import { readSettings } from "./dataFolder";
import { findServer } from "./operator";

export const configExport: Command = {
  name: "config export",
  usage: "[FILE]",
  summary: "Writes all settings as a configuration file, to standard output without FILE.",
  details: "Secrets stay references. A file that exists is not overwritten.",
  words: { min: 0, max: 1 },
  async run({ words: [file], environment, say }) {
    const config = readSettings(environment);
    const server = await findServer(config.dataFolder);
    const text =
      server === undefined
        ? await (await import("./offline.js")).exportOffline(config)
        : ((await server.call("GET", "/api/admin/configuration")) as { text: string }).text;
    if (file === undefined) say(text.trimEnd());
    else write(file, text);
  },
};

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    throw new InputError("INPUT_INVALID", `${path.resolve(file)} cannot be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
