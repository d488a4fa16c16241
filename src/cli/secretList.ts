import type { Command } from "./command";
import { openSecrets, readSettings } from "./dataFolder";

export const secretList: Command = {
  name: "secret list",
  usage: "",
  summary: "Lists the names of the stored secrets, never their values.",
  async run({ environment, say }) {
    for (const name of await openSecrets(readSettings(environment)).list()) say(name);
  },
};
