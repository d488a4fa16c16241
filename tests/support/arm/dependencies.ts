import type { Deployment, Resource } from "./deployment";
import { textsIn } from "./expression";

/** What is wrong with the order: cycles, what is used without waiting for it, entries that another one implies. */
export function dependencyFaults({ resources, faults }: Deployment): string[] {
  // What could not be worked out is told already, and would only be told again here.
  if (faults.length > 0) return [];
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const deployed = resources.filter((resource) => resource.deployed);
  return deployed.flatMap((resource) => {
    const before = waitsFor(resource, byId);
    if (before.has(resource.id)) return [`${resource.id}: waits for itself`];
    const missing = usedBy(resource, deployed).filter((id) => !before.has(id));
    return missing.map((id) => `${resource.id}: does not wait for ${id}`);
  });
}

/** Entries of `dependsOn` that another entry of the same resource implies wherever the resource is deployed. */
export function needlessDependencies(deployments: readonly Deployment[]): string[] {
  const needed = new Set<string>();
  const needless = new Set<string>();
  for (const { resources } of deployments) {
    const byId = new Map(resources.map((resource) => [resource.id, resource]));
    for (const { entry, type, dependsOn } of resources.filter(({ deployed }) => deployed)) {
      const implied = needlessOf(dependsOn, byId);
      for (const id of dependsOn) {
        const told = `resources[${entry}] ${type}: dependsOn resources[${byId.get(id)?.entry}] ${byId.get(id)?.type}`;
        (implied.includes(id) ? needless : needed).add(told);
      }
    }
  }
  return [...needless].filter((told) => !needed.has(told));
}

/** Entries that another entry implies. */
function needlessOf(dependsOn: string[], byId: Map<string, Resource>): string[] {
  const implied = (id: string, at: number) =>
    dependsOn.some((other, index) => index !== at && implies(other, id, byId));
  return dependsOn.filter(implied);
}

function implies(other: string, id: string, byId: Map<string, Resource>): boolean {
  const resource = byId.get(other);
  if (other === id) return true;
  return resource?.deployed === true && waitsFor(resource, byId).has(id);
}

/** Everything that is there before. A resource that its condition leaves out makes nobody wait. */
export function waitsFor(resource: Resource, byId: Map<string, Resource>): Set<string> {
  const found = new Set<string>();
  const open = [...resource.dependsOn];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const next = byId.get(id);
    if (next === undefined || !next.deployed || found.has(id)) continue;
    found.add(id);
    open.push(...next.dependsOn);
  }
  return found;
}

/** Resources of the template that it speaks of: by reference(), by their ids, as its parent or its scope. */
function usedBy({ id, scope, body, references }: Resource, deployed: Resource[]): string[] {
  const texts = [...textsIn(body).map(({ text }) => text), ...keysIn(body)]
    .filter((text) => text.includes("/providers/"))
    .map((text) => text.toLowerCase());
  const named = deployed.filter((other) => other.id !== id && texts.some((text) => speaksOf(text, other.id)));
  const parent = id.slice(0, id.lastIndexOf("/", id.lastIndexOf("/") - 1));
  const around = deployed.filter((other) => other.id === scope || other.id === parent);
  return [...new Set([...references, ...[...named, ...around].map((other) => other.id)])];
}

function speaksOf(text: string, id: string): boolean {
  const at = text.indexOf(id);
  return at !== -1 && /^($|[/"',) ])/.test(text.slice(at + id.length));
}

function keysIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...keysIn(item)]);
}
