import type { Command } from "./command";

export const newPlugin: Command = {
  name: "new plugin",
  usage: "NAME [--folder FOLDER]",
  summary: "Writes a folder with a plugin: a rule function, an action, a field and a hook, with tests.",
  details: "  --folder  where to; plugins/NAME when left out, where the server loads it from",
  options: { folder: { type: "string" } },
  words: { min: 1, max: 1 },
  async run(call) {
    (await import("./scaffold.js")).scaffold("plugin", call);
  },
};
