import { NotAllowed } from "../core/errors";
import type { AgentSettings, SettingsReader } from "../core/settings";
import type { Person } from "./claims";
import { agentWithIdentity, automaticId } from "./identities";
import type { AgentBook } from "./ports";

/**
 * The agent who is this person at the provider; made at the first sign-in, in no queue. Throws NotAllowed SIGN_IN_NO_ROLE
 * for whoever has none of our roles: any account of a tenant can get a token.
 */
export async function agentFor(
  { settings, agents }: { settings: SettingsReader; agents: AgentBook },
  person: Person,
): Promise<AgentSettings> {
  if (person.roles.length === 0) throw new NotAllowed("SIGN_IN_NO_ROLE");
  const known = agentWithIdentity(settings.current(), person.identity);
  if (known !== undefined) return known;
  const id = automaticId(person.identity);
  const agent = await agents.create({
    id,
    name: person.name ?? id,
    roles: [...person.roles],
    identity: person.identity,
  });
  if (agent.identity === person.identity) return agent;
  throw new NotAllowed("NOT_ALLOWED", "An admin has unlinked this person from their agent.");
}
