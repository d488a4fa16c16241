import { deploy, type Template } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";
import { isSecure } from "../support/arm/parameters";
import type { ParameterFile } from "./files";

const SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
const VAULT =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/;

/** The values of a file, with a text in the place of what Azure reads from a vault. */
export function valuesOf({ parameters }: ParameterFile): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value, reference }]) => [
      name,
      value ?? `the secret ${reference?.secretName} of a vault`,
    ]),
  );
}

/** The file fits the template, holds no secret, and deploys. */
export function parameterFileFaults(name: string, file: ParameterFile, template: Template): string[] {
  const secrets = Object.entries(file.parameters).flatMap(([parameter, { value, reference }]) => {
    const declaration = template.parameters[parameter];
    if (declaration === undefined) return [];
    if (!isSecure(declaration))
      return reference === undefined ? [] : [`${parameter}: no secret, but from a vault`];
    if (value !== undefined) return [`${parameter}: a secret in a file`];
    return VAULT.test(reference?.keyVault.id ?? "") ? [] : [`${parameter}: not a vault's id`];
  });
  const head =
    file.$schema === SCHEMA && file.contentVersion === "1.0.0.0" ? [] : ["$schema or contentVersion"];
  const { faults } = deploy(template, valuesOf(file));
  return [...head, ...secrets, ...faults].map((fault) => `${name}: ${fault}`);
}
