import { randomBytes } from "node:crypto";
import type { SettingsByKind, SettingsKind } from "../core/settings";
import type { SecretsPort, SettingsRules } from "./ports";

/** An object with references for the secrets that we make, and the names of those secrets. */
interface Completed<K extends SettingsKind> {
  value: SettingsByKind[K];
  names: string[];
}

/** Fills in references for generated secrets that were left out. The same object always gets the same reference. */
export function completeGenerated<K extends SettingsKind>(
  ports: { rules: SettingsRules; secrets: SecretsPort },
  kind: K,
  value: SettingsByKind[K],
): Completed<K> {
  if (!("secrets" in value)) return { value, names: [] };
  const missing = ports.rules
    .generatedFields(kind, value)
    .filter((field) => value.secrets[field] === undefined);
  if (missing.length === 0) return { value, names: [] };
  const named = missing.map((field) => [field, secretName(value.id, field)] as const);
  const made = Object.fromEntries(named.map(([field, name]) => [field, ports.secrets.referenceTo(name)]));
  return {
    value: { ...value, secrets: { ...value.secrets, ...made } },
    names: named.map(([, name]) => name),
  };
}

/** Makes those of `names` that do not exist yet: a value once pasted into a provider's console must stay. */
export async function makeSecrets(secrets: SecretsPort, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const existing = new Set(await secrets.list());
  const made = [...new Set(names)].filter((name) => !existing.has(name));
  for (const name of made) await secrets.set(name, randomBytes(24).toString("base64url"));
  return made;
}

function secretName(id: string, field: string): string {
  return `generated.${id.replace(/[^A-Za-z0-9_.-]/g, "_")}.${field}`.slice(0, 127);
}
