import { isObject, type Json, type JsonObject } from "../support/arm/expression";
import type { Files } from "./files";

/** Numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

export interface Mutation {
  name: string;
  /** Breaks the files at a place that `random` chooses; tells where. Undefined: there is nothing of the kind. */
  apply(files: Files, random: Random): string | undefined;
}

interface Place {
  holder: JsonObject | Json[];
  key: string | number;
  path: string;
}

const one = <T>(list: readonly T[], random: Random): T | undefined =>
  list[Math.floor(random() * list.length)];

function placesIn(value: Json, wanted: (value: Json, path: string) => boolean, path = ""): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? value.map((item, at) => [at, item] as const) : Object.entries(value);
  return entries.flatMap(([key, item]) => {
    const here = `${path}/${key}`;
    const own = wanted(item, here) ? [{ holder: value as JsonObject, key, path: here }] : [];
    return [...own, ...placesIn(item, wanted, here)];
  });
}

const get = ({ holder, key }: Place): Json => (holder as Record<string | number, Json>)[key] as Json;
const set = ({ holder, key }: Place, value: Json): void => {
  (holder as Record<string | number, Json>)[key] = value;
};
const drop = ({ holder, key }: Place): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
};

/** Texts of the template that match, changed by `change`. Descriptions change nothing that Azure reads. */
function edit(name: string, pattern: RegExp, change: (text: string, random: Random) => string): Mutation {
  return at(
    name,
    (value, path) => typeof value === "string" && pattern.test(value) && !isProse(path),
    (place, random) => {
      set(place, change(String(get(place)), random));
    },
  );
}

const isProse = (path: string): boolean => /\/(metadata|description|displayName|\$schema)(\/|$)/i.test(path);

function at(
  name: string,
  wanted: (value: Json, path: string) => boolean,
  change: (place: Place, random: Random) => void,
  where: (files: Files) => Json = ({ template }) => template,
): Mutation {
  return {
    name,
    apply(files, random) {
      const places = placesIn(where(files), wanted);
      const before = JSON.stringify(where(files));
      // Some places look right and have nothing to change.
      while (places.length > 0) {
        const [place] = places.splice(Math.floor(random() * places.length), 1) as [Place];
        change(place, random);
        if (JSON.stringify(where(files)) !== before) return place.path;
      }
      return undefined;
    },
  };
}

const resources = ({ template }: Files): Json => template.resources;
const isIn = (pattern: RegExp) => (_: Json, path: string) => pattern.test(path);

/** Renames a property, keeping its place among the others. */
function rename({ holder, key }: Place): void {
  if (Array.isArray(holder)) return;
  const entries = Object.entries(holder).map(
    ([name, value]) => [name === key ? `${name}X` : name, value] as const,
  );
  for (const name of Object.keys(holder)) delete holder[name];
  Object.assign(holder, Object.fromEntries(entries));
}

/** One occurrence of `pattern` in the text, chosen at random, replaced. */
function replaceOne(text: string, pattern: RegExp, random: Random, by: (match: string) => string): string {
  const found = [...text.matchAll(pattern)];
  const match = one(found, random);
  if (match === undefined) return text;
  const [whole] = match;
  return text.slice(0, match.index) + by(whole) + text.slice(match.index + whole.length);
}

const flip = (place: Place) => set(place, !get(place));

/** Ways to break the templates, as they happen by a slip of the hand or a change that was not thought to its end. */
export const MUTATIONS: readonly Mutation[] = [
  at("a parameter renamed", isIn(/^\/parameters\/[^/]+$/), rename),
  at("a variable renamed", isIn(/^\/variables\/[^/]+$/), rename),
  edit("a parameter asked for by a wrong name", /parameters\('/, (text, random) =>
    replaceOne(text, /parameters\('\w+/g, random, (match) => `${match}X`),
  ),
  edit("a variable asked for by a wrong name", /variables\('/, (text, random) =>
    replaceOne(text, /variables\('\w+/g, random, (match) => `${match}X`),
  ),
  edit("a function misspelt", /^\[/, (text, random) =>
    replaceOne(text, /\b[a-z]\w+(?=\()/gi, random, (match) => `${match}s`),
  ),
  edit("a bracket lost", /^\[.*\)/, (text, random) => replaceOne(text, /\)/g, random, () => "")),
  edit("an argument lost", /^\[.*, /, (text, random) =>
    replaceOne(text, /, [^,()[\]]+(?=[,)])/g, random, () => ""),
  ),
  edit("a property of a reference misspelt", /reference\(/, (text, random) =>
    replaceOne(text, /(?<=\)\.)\w+/g, random, (match) => `${match}s`),
  ),
  edit("an API version inside an expression", /'20\d\d-/, (text, random) =>
    replaceOne(text, /'20\d\d-\d\d-\d\d'/g, random, () => "'2021-01-01'"),
  ),
  at("a dependency dropped", isIn(/\/dependsOn\/\d+$/), drop, resources),
  at("all dependencies dropped", isIn(/\/dependsOn$/), drop, resources),
  at(
    "a dependency on something else",
    isIn(/\/dependsOn\/\d+$/),
    (place) => set(place, "[variables('workspaceName')]"),
    resources,
  ),
  at(
    "a dependency on itself or a stranger",
    isIn(/\/dependsOn\/\d+$/),
    (place) => set(place, "[variables('siteId')]"),
    resources,
  ),
  at("a setting dropped", isIn(/\/properties\/(?:[A-Z]+_\w+|MicrosoftApp\w+)$/), drop, resources),
  at("a setting misspelt", isIn(/\/properties\/(?:[A-Z]+_\w+|MicrosoftApp\w+)$/), rename, resources),
  at(
    "a setting empty",
    (value, path) => /\/properties\/(?:[A-Z]+_\w+|MicrosoftApp\w+)$/.test(path) && value !== "",
    (place) => set(place, ""),
    resources,
  ),
  at(
    "workers switched over",
    (value) => value === "on" || value === "off",
    (place) => set(place, get(place) === "on" ? "off" : "on"),
  ),
  at("a partition key", isIn(/\/containers\/\d+\/partitionKey\/paths\/0$/), (place) => set(place, "/id")),
  at("an index path", isIn(/\/containers\/\d+\/indexingPolicy\/includedPaths\/\d+$/), drop),
  at("a composite index", isIn(/\/containers\/\d+\/indexingPolicy\/compositeIndexes\/\d+$/), drop),
  at("a time to live", isIn(/\/containers\/\d+\/defaultTtl$/), (place) => set(place, 86_400)),
  at("a container dropped", isIn(/\/containers\/\d+$/), drop),
  at("a property misspelt", isIn(/\/properties\/.*[a-z]\w*$|\/(kind|sku|identity)$/), rename, resources),
  at(
    "a property dropped",
    isIn(/\/(properties|kind|sku|identity|location|tags|scope|copy)$/),
    drop,
    resources,
  ),
  at(
    "an unknown property",
    (value, path) => isObject(value) && /\/properties$/.test(path),
    (place) => {
      (get(place) as JsonObject).enableMagic = true;
    },
    resources,
  ),
  at(
    "a text in the place of true or false",
    (value, path) => typeof value === "boolean" && /\/properties\//.test(path),
    (place) => set(place, String(get(place))),
    resources,
  ),
  at(
    "true for false",
    (value, path) => typeof value === "boolean" && /\/properties\//.test(path),
    flip,
    resources,
  ),
  at("an API version", isIn(/^\/\d+\/apiVersion$/), (place) => set(place, "2021-06-01"), resources),
  at(
    "a type misspelt",
    isIn(/^\/\d+\/type$/),
    (place) => set(place, String(get(place)).replace(/s$/, "")),
    resources,
  ),
  at("a resource dropped", isIn(/^\/\d+$/), drop, resources),
  at(
    "a resource twice",
    isIn(/^\/\d+$/),
    (place) => (place.holder as Json[]).push(structuredClone(get(place))),
    resources,
  ),
  at(
    "a name with a part more",
    isIn(/^\/\d+\/name$/),
    (place) => set(place, `[concat(${String(get(place)).replace(/^\[|\]$/g, "")}, '/more')]`),
    resources,
  ),
  at("a condition dropped", isIn(/^\/\d+\/condition$/), drop, resources),
  at(
    "a condition turned round",
    isIn(/^\/\d+\/condition$/),
    (place) => set(place, `[not(${String(get(place)).slice(1, -1)})]`),
    resources,
  ),
  edit("a role id", /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, (text) =>
    text.replace(/[0-9a-f]{12}/, "5e0bd9bd7b93"),
  ),
  at(
    "another role",
    isIn(/\/properties\/roleDefinitionId$/),
    (place) => set(place, "[variables('serverVaultRoles')]"),
    resources,
  ),
  at(
    "another principal",
    isIn(/\/properties\/principalId$/),
    (place) => set(place, "[subscription().tenantId]"),
    resources,
  ),
  at(
    "the identity dropped",
    isIn(/^\/\d+\/(identity|properties\/keyVaultReferenceIdentity)$/),
    drop,
    resources,
  ),
  at("the health path", isIn(/\/healthCheckPath$/), (place) => set(place, "/health"), resources),
  at("the start command", isIn(/\/appCommandLine$/), (place) => set(place, "npm start"), resources),
  edit("a path of ours", /'\/(webhooks|api|desk|readyz)/, (text) =>
    text.replace(/'\/\w+/, (match) => `${match}x`),
  ),
  at("an output dropped", isIn(/^\/outputs\/[^/]+$/), drop),
  at("an output renamed", isIn(/^\/outputs\/[^/]+$/), rename),
  at("an output of another type", isIn(/^\/outputs\/[^/]+\/type$/), (place) => set(place, "int")),
  at("a secret in an output", isIn(/^\/outputs\/[^/]+\/value$/), (place) =>
    set(place, "[parameters('twilioAuthToken')]"),
  ),
  at("keys in an output", isIn(/^\/outputs\/[^/]+\/value$/), (place) =>
    set(place, "[listKeys(variables('cosmosId'), '2025-04-15').primaryMasterKey]"),
  ),
  at(
    "a secret in plain",
    (value) => value === "securestring",
    (place) => set(place, "string"),
  ),
  at("a secret with a default", isIn(/^\/parameters\/\w*(Secret|Token|Password)\/defaultValue$/), (place) =>
    set(place, "changeit"),
  ),
  at(
    "a secret in the settings",
    isIn(/\/properties\/(METRICS_TOKEN|MicrosoftAppPassword)$/),
    (place) => set(place, "[parameters('metricsToken')]"),
    resources,
  ),
  at("a description dropped", isIn(/^\/parameters\/[^/]+\/metadata$/), drop),
  at("an allowed value dropped", isIn(/\/allowedValues\/\d+$/), drop),
  at("an allowed value more", isIn(/\/allowedValues$/), (place) => (get(place) as Json[]).push("other")),
  at("a bound moved", isIn(/^\/parameters\/[^/]+\/(min|max)(Value|Length)$/), (place) =>
    set(place, Number(get(place)) + 1),
  ),
  at("a bound dropped", isIn(/^\/parameters\/[^/]+\/(min|max)(Value|Length)$/), drop),
  at(
    "a default changed",
    (value, path) => /^\/parameters\/[^/]+\/defaultValue$/.test(path) && typeof value !== "object",
    (place) => {
      const value = get(place);
      set(place, typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : `${value}x`);
    },
  ),
  at("a fixed location", isIn(/^\/\d+\/location$/), (place) => set(place, "westeurope"), resources),
  edit("a fixed host", /defaultHostName/, (text) =>
    text.replace(
      /reference\(variables\('\w+'\), '[\d-]+'\)\.defaultHostName/,
      "concat(variables('name'), '.azurewebsites.net')",
    ),
  ),
  at(
    "a value that Azure does not know",
    (value, path) =>
      typeof value === "string" &&
      /\/properties\/.*(Version|policy|mode|type|kind|operator|Aggregation|Action|Access|Level|State)\w*$/i.test(
        path,
      ) &&
      !value.startsWith("["),
    (place) => set(place, `${get(place)}x`),
    resources,
  ),
  at("a count of copies", isIn(/\/copy\/count$/), (place) => set(place, 1), resources),
  at("the form: an output dropped", isIn(/^\/parameters\/outputs\/[^/]+$/), drop, ({ form }) => form),
  at("the form: an output renamed", isIn(/^\/parameters\/outputs\/[^/]+$/), rename, ({ form }) => form),
  at(
    "the form: a control renamed",
    (value, path) =>
      /\/(elements|basics)\/\d+$/.test(path) && isObject(value) && value.type !== "Microsoft.Common.InfoBox",
    (place) => {
      const control = get(place) as JsonObject;
      control.name = `${control.name}X`;
    },
    ({ form }) => form,
  ),
  at(
    "the form: a choice dropped",
    (value, path) =>
      /\/allowedValues\/\d+$/.test(path) && isObject(value) && !/^\d+$/.test(String(value.value)),
    drop,
    ({ form }) => form,
  ),
  at(
    "the form: a choice misspelt",
    isIn(/\/allowedValues\/\d+\/value$/),
    (place) => set(place, `${get(place)}x`),
    ({ form }) => form,
  ),
  at("the form: a rule dropped", isIn(/\/constraints\/regex$/), drop, ({ form }) => form),
  at(
    "the form: another default",
    (value, path) => /\/defaultValue$/.test(path) && value !== "",
    (place) => set(place, `${get(place)}x`),
    ({ form }) => form,
  ),
  at(
    "the form: shown always",
    (value, path) =>
      /\/visible$/.test(path) && typeof value === "string" && !path.endsWith("/options/visible"),
    (place) => set(place, `[not(${String(get(place)).slice(1, -1)})]`),
    ({ form }) => form,
  ),
  at(
    "a parameter file: an unknown parameter",
    isIn(/^\/[^/]+\/parameters\/[^/]+$/),
    rename,
    ({ parameterFiles }) => parameterFiles as never,
  ),
  at(
    "a parameter file: a wrong value",
    isIn(
      /^\/[^/]+\/parameters\/(planSku|instances|autoscale|deploySlot|cosmosMode|publicUrl|mediaSku)\/value$/,
    ),
    (place) => set(place, `${get(place)}/`),
    ({ parameterFiles }) => parameterFiles as never,
  ),
  at(
    "a parameter file: a secret in plain",
    isIn(/\/reference$/),
    ({ holder }) => {
      const entry = holder as JsonObject;
      delete entry.reference;
      entry.value = "a token in a file";
    },
    ({ parameterFiles }) => parameterFiles as never,
  ),
];

/** mulberry32: small, and good enough to choose places. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
