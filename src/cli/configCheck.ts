import type { Command } from "./command";
import { readSettings } from "./dataFolder";

export const configCheck: Command = {
  name: "config check",
  usage: "FILE",
  summary: "Checks a configuration file with its rules and flows; changes nothing and needs no server.",
  details:
    "Tells every problem at once, each with its path and line. With NODE_ENV=production simulated accounts are problems too.",
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], environment, say }) {
    const config = readSettings(environment);
    // Channels, rules and flows take a while to load: only for who needs them.
    const { checkText, readConfigText } = await import("./checkText.js");
    const { flowWorld } = await import("./flowWorld.js");
    const { openForChecks } = await import("./offline.js");
    const { text, flowFiles } = readConfigText(file);
    const opened = await openForChecks(config, file);
    const { world } = flowWorld(config, file, opened);
    const content = await checkText(text, file, { production: config.production, opened, flowFiles, world });
    const some = Object.entries(content).filter(([, count]) => count > 0);
    const parts = some.map(([kind, count]) => `${kind} ${count}`);
    say(`${file} is well-formed: ${parts.join(", ")}.`);
  },
};
