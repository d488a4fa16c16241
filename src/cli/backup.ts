import path from "node:path";
import type { Command } from "./command";
import { needStore, readSettings, withStore } from "./dataFolder";
import { findServer } from "./operator";

export const backup: Command = {
  name: "backup",
  usage: "FILE",
  summary: "Writes a consistent copy of the store to a new file, while the server runs or not.",
  details: "Secrets are not in it: keep secrets.json of the data folder and the master key as well.",
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], environment, say }) {
    const config = readSettings(environment);
    const target = path.resolve(file);
    const server = await findServer(config.dataFolder);
    if (server !== undefined) await server.call("POST", "/api/admin/backup", { file: target });
    else {
      needStore(config);
      await withStore(config, ({ backup: write }) => write(target));
    }
    say(`Wrote ${target}`);
  },
};
