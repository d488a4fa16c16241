import type { Deployment, Template } from "./deployment";
import { type Json, textsIn } from "./expression";
import { SECRET } from "./parameters";

const VAULT_SECRET = "microsoft.keyvault/vaults/secrets";

/** Secure values anywhere but in a secret of the vault, and outputs that are not of the type that they name. */
export function secretFaults({ resources, outputs }: Deployment): string[] {
  const leaks = resources.flatMap(({ id, type, name, body }) =>
    textsIn({ ...body, name })
      .filter(({ text }) => text.includes(SECRET))
      .filter(({ path }) => type.toLowerCase() !== VAULT_SECRET || path !== "properties.value")
      .map(({ path }) => `${id}: a secret in ${path}`),
  );
  const told = textsIn(outputs).filter(({ text }) => text.includes(SECRET));
  return [...leaks, ...told.map(({ path }) => `output ${path}: a secret`)];
}

export function outputFaults(template: Template, { outputs }: Deployment): string[] {
  return Object.entries(outputs)
    .filter(([name, value]) => typeOf(value) !== template.outputs[name]?.type)
    .map(([name]) => `output ${name}: not of its type`);
}

const typeOf = (value: Json): string => (Array.isArray(value) ? "array" : typeof value);
