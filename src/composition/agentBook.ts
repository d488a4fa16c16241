import type { SettingsRepository } from "../admin/settingsRepository";
import { Conflict, StoreError } from "../core/errors";
import type { AgentBook } from "../signIn/ports";

/** Agents for sign-in: those the settings have, and new ones with nothing to do yet. */
export function agentBook(settings: Pick<SettingsRepository, "get" | "put">): AgentBook {
  const find: AgentBook["find"] = async (id) => (await settings.get("agents", id))?.value;
  return {
    find,
    async create(agent) {
      const known = await find(agent.id);
      if (known !== undefined) return known;
      try {
        const { value } = await settings.put("agents", agent.id, agent, { ifNoneMatch: "*", by: "system" });
        return value;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        // Another server made the same one at the same moment.
        const theirs = await find(agent.id);
        if (theirs === undefined)
          throw new StoreError("STORE_UNAVAILABLE", "The agent cannot be read.", { cause: error });
        return theirs;
      }
    },
  };
}
