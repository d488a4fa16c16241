import type { Command } from "./command";

export const newChannel: Command = {
  name: "new channel",
  usage: "NAME [--folder FOLDER]",
  summary: "Writes a folder with a plugin that brings one whole small channel, with the contract's tests.",
  details: "  --folder  where to; plugins/NAME when left out, where the server loads it from",
  options: { folder: { type: "string" } },
  words: { min: 1, max: 1 },
  async run(call) {
    (await import("./scaffold.js")).scaffold("channel", call);
  },
};
