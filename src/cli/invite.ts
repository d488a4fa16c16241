import type { Command } from "./command";
import { readSettings } from "./dataFolder";
import { needServer } from "./operator";

export const invite: Command = {
  name: "invite",
  usage: "AGENT",
  summary: "Makes a one-time link with which an agent (its id) chooses a password; the former link ends.",
  details: "The way back in for an admin who forgot the password. The server must run on this machine.",
  words: { min: 1, max: 1 },
  async run({ words: [id = ""], environment, say }) {
    const server = await needServer(readSettings(environment).dataFolder);
    const route = `/api/admin/agents/${encodeURIComponent(id)}/invitation`;
    const { link, expiresAt } = (await server.call("POST", route)) as { link: string; expiresAt: string };
    say(link);
    say(`It can be used once, until ${expiresAt}.`);
  },
};
