import type { Command } from "./command";

export const start: Command = {
  name: "start",
  usage: "",
  summary: "Starts the server in the foreground; SIGTERM or Ctrl-C stops it cleanly.",
  run: async () => (await import("../main.js")).main(),
};
