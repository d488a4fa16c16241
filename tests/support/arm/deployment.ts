import { evaluate, type Scope } from "./evaluate";
import { ArmFault, isObject, type Json, type JsonObject } from "./expression";
import { GROUP, path, text } from "./functions";
import { isSecure, type ParameterDeclaration, parameterFaults, SECRET } from "./parameters";
import { RUNTIME } from "./runtime";

export interface Template extends JsonObject {
  parameters: Record<string, ParameterDeclaration>;
  variables: JsonObject;
  resources: JsonObject[];
  outputs: Record<string, { type: string; value: Json }>;
}

export interface Resource {
  /** Small letters. */
  id: string;
  /** Which entry of the template's `resources` it came from. */
  entry: number;
  type: string;
  apiVersion: string;
  name: string;
  /** Id of what it is about, of an extension such as a role assignment. */
  scope?: string;
  /** False: its condition leaves it out; then it has no body. */
  deployed: boolean;
  /** Everything but what only the template language knows. */
  body: JsonObject;
  /** Ids, resolved; undeployed ones are in it. */
  dependsOn: string[];
  /** Ids that `reference()` asked about. */
  references: string[];
}

export interface Deployment {
  resources: Resource[];
  outputs: Record<string, Json>;
  /** Ids that outputs asked about. */
  outputReferences: string[];
  /** What Azure would refuse. */
  faults: string[];
}

/** Keys of a resource that are the template's and not the resource's. */
const LANGUAGE = ["condition", "copy", "dependsOn", "scope", "comments"];

/** What Azure would make of a template with these values. Secure values carry the mark SECRET. */
export function deploy(template: Template, given: Record<string, Json> = {}): Deployment {
  const faults = parameterFaults(template.parameters, given);
  const result: Deployment = { resources: [], outputs: {}, outputReferences: [], faults };
  if (faults.length > 0) return result;
  const world = createWorld(template, given);
  const attempt = <T>(place: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ArmFault)) throw error;
      faults.push(`${place}: ${error.message}`);
      return undefined;
    }
  };
  const headed = template.resources.flatMap(
    (source, index) =>
      attempt(`resources[${index}] ${source.type}`, () => copiesOf(source, world.scope))?.map((head) => ({
        ...head,
        entry: index,
      })) ?? [],
  );
  const byId = new Map(headed.map((head) => [head.id, head]));
  if (byId.size < headed.length) faults.push(`two resources of one id: ${twice(headed.map(({ id }) => id))}`);
  for (const head of headed) {
    const resource = attempt(head.id, () => fill(head, headed, world.scope, byId));
    if (resource !== undefined) result.resources.push(resource);
  }
  for (const [name, { value }] of Object.entries(template.outputs)) {
    const reference = referenceTo(byId, result.outputReferences);
    const output = attempt(`output ${name}`, () => evaluate(value, { ...world.scope, reference }));
    if (output !== undefined) result.outputs[name] = output;
  }
  return result;
}

const twice = (ids: string[]): string => ids.filter((id, at) => ids.indexOf(id) < at).join(", ");

function createWorld(template: Template, given: Record<string, Json>): { scope: Scope } {
  const variables = new Map<string, Json>();
  const open = new Set<string>();
  const scope: Scope = {
    parameter(name) {
      const declaration = template.parameters[name];
      if (declaration === undefined) throw new ArmFault(`no parameter ${name}`);
      const value = given[name] ?? evaluate(declaration.defaultValue ?? null, scope);
      return isSecure(declaration) && value !== "" ? `${SECRET}${value}${SECRET}` : value;
    },
    variable(name) {
      const known = variables.get(name);
      if (known !== undefined) return known;
      const source = template.variables[name];
      if (source === undefined) throw new ArmFault(`no variable ${name}`);
      if (open.has(name)) throw new ArmFault(`variable ${name} needs itself`);
      open.add(name);
      try {
        const value = evaluate(source, scope);
        variables.set(name, value);
        return value;
      } finally {
        open.delete(name);
      }
    },
  };
  return { scope };
}

interface Head {
  id: string;
  source: JsonObject;
  type: string;
  name: string;
  at?: string;
  deployed: boolean;
  copyName?: string;
  copyIndex?: number;
}

function copiesOf(source: JsonObject, scope: Scope): Head[] {
  if (source.copy === undefined) return [headOf(source, scope)];
  if (!isObject(source.copy)) throw new ArmFault("copy: an object expected");
  const { name, count, ...more } = source.copy;
  const unknown = Object.keys(more).filter((key) => key !== "mode" && key !== "batchSize");
  if (unknown.length > 0) throw new ArmFault(`copy: unknown ${unknown.join(", ")}`);
  const times = evaluate(count ?? null, scope);
  if (typeof times !== "number" || times > 800) throw new ArmFault(`copy: count ${JSON.stringify(times)}`);
  return Array.from({ length: times }, (_, copyIndex) => ({
    ...headOf(source, { ...scope, copyIndex }),
    copyName: text(name),
    copyIndex,
  }));
}

function headOf(source: JsonObject, scope: Scope): Head {
  const type = text(source.type);
  const name = text(evaluate(source.name ?? null, scope));
  const deployed = evaluate(source.condition ?? true, scope);
  if (typeof deployed !== "boolean") throw new ArmFault("condition: true or false expected");
  const own = path(type, name.split("/"));
  const at = source.scope === undefined ? undefined : text(evaluate(source.scope, scope));
  if (at !== undefined && !at.startsWith("/")) throw new ArmFault(`scope: not an id: ${at}`);
  const id = `${at ?? GROUP}/providers/${own}`.toLowerCase();
  return { id, source, type, name, deployed, ...(at !== undefined && { at: at.toLowerCase() }) };
}

function fill(head: Head & { entry: number }, all: Head[], scope: Scope, byId: Map<string, Head>): Resource {
  const { id, entry: index, source, type, name, at, deployed, copyIndex } = head;
  const inside = copyIndex === undefined ? scope : { ...scope, copyIndex };
  const references: string[] = [];
  const own = Object.fromEntries(Object.entries(source).filter(([key]) => !LANGUAGE.includes(key)));
  const reference = referenceTo(byId, references);
  const body = deployed ? (evaluate(own, { ...inside, reference }) as JsonObject) : {};
  const entries = (source.dependsOn ?? []) as Json[];
  return {
    id,
    entry: index,
    type,
    name,
    apiVersion: text(source.apiVersion),
    ...(at !== undefined && { scope: at }),
    deployed,
    // In a template the name of a child begins with its parents'.
    body: deployed ? { ...body, name: name.split("/").at(-1) ?? name } : {},
    dependsOn: entries.flatMap((entry) => resolve(text(evaluate(entry, inside)), all)),
    references,
  };
}

/** An id, or the name of a copy loop, as what it stands for. */
function resolve(entry: string, all: Head[]): string[] {
  const wanted = entry.toLowerCase();
  const found = all.filter(({ id, copyName }) => id === wanted || copyName === entry);
  if (found.length === 0) throw new ArmFault(`dependsOn: nothing is called ${entry}`);
  return found.map(({ id }) => id);
}

function referenceTo(byId: Map<string, Head>, used: string[]): NonNullable<Scope["reference"]> {
  return (id, version) => {
    const head = byId.get(id.toLowerCase());
    if (head === undefined) throw new ArmFault(`reference: no such resource: ${id}`);
    if (!head.deployed) throw new ArmFault(`reference: its condition leaves it out: ${id}`);
    if (head.source.apiVersion !== version) throw new ArmFault(`reference: ${version} is not that of ${id}`);
    const tell = RUNTIME[head.type.toLowerCase()];
    if (tell === undefined) throw new ArmFault(`reference: nothing is known of ${head.type}`);
    used.push(head.id);
    return tell(...head.name.split("/"));
  };
}
