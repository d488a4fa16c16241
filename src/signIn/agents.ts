import type { Principal } from "../core/route";
import type { AgentSettings, SettingsSnapshot } from "../core/settings";
import { toKey } from "./throttle";

/** The agent who signs in as `name`: by id, else by a name that only one has. Case does not matter. */
export function agentNamed(
  { agents }: Pick<SettingsSnapshot, "agents">,
  name: string,
): AgentSettings | undefined {
  const key = toKey(name);
  const exact = agents.get(name.trim());
  if (exact !== undefined) return exact;
  const all = [...agents.values()];
  return (
    onlyOne(all.filter(({ id }) => toKey(id) === key)) ?? onlyOne(all.filter((a) => toKey(a.name) === key))
  );
}

const onlyOne = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);

/** An id for somebody who has a name only; undefined when no letter of it can stand in an id. */
export function toAgentId(name: string): string | undefined {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const id = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
  return id === "" ? undefined : id;
}

/** Whoever the provider vouches for has no password here: their rights end with the provider's. */
export const mayHavePassword = ({ identity }: Pick<AgentSettings, "identity">): boolean =>
  identity === undefined;

export const toPrincipal = ({
  id,
  name,
  roles,
}: Pick<AgentSettings, "id" | "name" | "roles">): Principal => ({
  id,
  name,
  roles,
});
