import type { Template } from "./deployment";
import { ArmFault, callsIn, expressionOf, isObject, type Json, parseExpression, textsIn } from "./expression";
import { isSecure } from "./parameters";

const SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const SECTIONS = ["$schema", "contentVersion", "metadata", "parameters", "variables", "resources", "outputs"];
/** Names that differ between clouds, or that are not what they seem: they come from reference(). */
const HOSTS =
  /azurewebsites\.|\.windows\.net|documents\.azure|vault\.azure|microsoftonline|\/subscriptions\//;
const LONGEST = 24_576;

/** Azure's limits and the rules of its template toolkit, as far as they can be told without values. */
export function ruleFaults(template: Template): string[] {
  return [
    ...Object.keys(template)
      .filter((key) => !SECTIONS.includes(key))
      .map((key) => `unknown section ${key}`),
    ...(template.$schema === SCHEMA && template.contentVersion === "1.0.0.0"
      ? []
      : ["$schema or contentVersion"]),
    ...limits(template),
    ...expressions(template),
    ...declarations(template),
    ...template.resources.flatMap(resourceRules),
  ];
}

function limits({ parameters, variables, resources, outputs }: Template): string[] {
  const counts: [string, object, number][] = [
    ["parameters", parameters, 256],
    ["variables", variables, 256],
    ["resources", resources, 800],
    ["outputs", outputs, 64],
  ];
  return counts
    .filter(([, section, most]) => Object.keys(section).length > most)
    .map(([name]) => `too many ${name}`);
}

function expressions(template: Template): string[] {
  return textsIn(template).flatMap(({ path, text }) => {
    const hosts = HOSTS.test(text) ? [`${path}: a fixed host or id: ${text}`] : [];
    const long = text.length > LONGEST ? [`${path}: too long`] : [];
    return [...hosts, ...long, ...callRules(path, text)];
  });
}

function callRules(path: string, text: string): string[] {
  const calls = callsOf(text);
  if (typeof calls === "string") return [`${path}: ${calls}`];
  const names = calls.map(({ name }) => name);
  const keys = names.some((name) => /^list/i.test(name)) ? [`${path}: keys may not be asked for`] : [];
  const early =
    path.startsWith("variables.") && names.includes("reference")
      ? [`${path}: reference() in a variable`]
      : [];
  return [...keys, ...early];
}

function callsOf(text: string): { name: string; first?: Json }[] | string {
  try {
    const source = expressionOf(text);
    if (source === undefined) return [];
    return callsIn(parseExpression(source)).map(({ name, args: [first] }) => ({
      name,
      ...(first?.kind === "value" && { first: first.value }),
    }));
  } catch (error) {
    if (error instanceof ArmFault) return error.message;
    throw error;
  }
}

/** Parameters and variables: described, named alike, used; secrets secure and without a default. */
function declarations(template: Template): string[] {
  const used = { parameters: new Set<Json>(), variables: new Set<Json>() };
  for (const { text } of textsIn(template)) {
    const calls = callsOf(text);
    if (typeof calls === "string") continue;
    for (const { name, first } of calls)
      if ((name === "parameters" || name === "variables") && first !== undefined) used[name].add(first);
  }
  const parameters = Object.entries(template.parameters).flatMap(([name, declaration]) => {
    const metadata = isObject(declaration.metadata) ? declaration.metadata : {};
    const secret = /(secret|token|password)$/i.test(name);
    return [
      ...(/^[a-z][a-zA-Z0-9]*$/.test(name) ? [] : [`parameter ${name}: not camelCase`]),
      ...(typeof metadata.description === "string" ? [] : [`parameter ${name}: no description`]),
      ...(used.parameters.has(name) ? [] : [`parameter ${name}: not used`]),
      ...(secret !== isSecure(declaration)
        ? [`parameter ${name}: secrets, and only these, are securestring`]
        : []),
      ...(isSecure(declaration) && (declaration.defaultValue ?? "") !== ""
        ? [`parameter ${name}: a known secret`]
        : []),
    ];
  });
  const variables = Object.keys(template.variables).filter((name) => !used.variables.has(name));
  return [...parameters, ...variables.map((name) => `variable ${name}: not used`)];
}

function resourceRules(resource: Template["resources"][number]): string[] {
  const { type, apiVersion, location } = resource;
  const literal = [type, apiVersion].every((value) => typeof value === "string" && !value.startsWith("["));
  const placed = location === undefined || location === "global" || location === "[parameters('location')]";
  return [
    ...(literal ? [] : [`${type}: type and apiVersion must be plain`]),
    ...(placed ? [] : [`${type}: a fixed location`]),
  ];
}
