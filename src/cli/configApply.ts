import type { Applied } from "../admin/applyFile";
import type { Command } from "./command";
import { readSettings } from "./dataFolder";
import { findServer } from "./operator";

export const configApply: Command = {
  name: "config apply",
  usage: "FILE [--force]",
  summary: "Makes the settings what the file says, in the running server or in its stopped store.",
  details: [
    "Objects that the last file had and this one has not are deleted; objects made in the console stay.",
    "Objects edited in the console since the last file stop the apply, which lists them.",
    "Flow files that FILE names go with it.",
    "",
    "  --force   overwrites those edits, and applies a file that was applied before",
  ].join("\n"),
  options: { force: { type: "boolean" } },
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], options, environment, say }) {
    const config = readSettings(environment);
    const { checkText, readConfigText } = await import("./checkText.js");
    const { text, flowFiles } = readConfigText(file);
    const { applyOffline, openForChecks } = await import("./offline.js");
    const opened = await openForChecks(config, file);
    await checkText(text, file, { production: config.production, opened, flowFiles });
    const force = options.force === true;
    const server = await findServer(config.dataFolder);
    const applied =
      server === undefined
        ? await applyOffline(config, opened, { name: file, text, flowFiles, force })
        : ((await server.call("POST", "/api/admin/configuration", {
            text,
            force,
            flowFiles: Object.fromEntries(flowFiles),
          })) as Applied);
    for (const line of report(applied)) say(line);
  },
};

function report({ applied, created, changed, deleted }: Applied): string[] {
  if (!applied) return ["This file was applied before; nothing was done. --force applies it again."];
  const done = { created, changed, deleted };
  const lines = Object.entries(done).flatMap(([verb, names]) => names.map((name) => `${verb} ${name}`));
  return lines.length === 0 ? ["Nothing differs; nothing was changed."] : lines;
}
