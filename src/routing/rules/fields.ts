import type { WorkstreamSettings } from "../../core/distribution";
import type { SettingsSnapshot } from "../../core/settings";
import type { WorkItemSeed } from "../../core/workItem";
import type { FieldCatalogue, Scope } from "../../expressions/compile";
import { CONTACT_FIELDS, toContactScope } from "./contactFields";

/** Fields that routing rules may use, each with the attribute of the classic products that it serves. */
export const RULE_FIELDS = {
  "customer.name": "text", // Customer name
  "customer.firstName": "text",
  "customer.lastName": "text",
  "customer.id": "text", // User Page Scoped Id
  "customer.locale": "text", // Locale
  "customer.timezone": "number", // Timezone: hours from GMT, 5.5
  "customer.screenName": "text", // Customer screen name
  "customer.followers": "number", // Followers count
  "customer.friends": "number", // Friends count
  "customer.phone": "text", // Customer phone number
  ...CONTACT_FIELDS,
  "account.id": "text",
  "account.name": "text", // Provider display name
  "account.provider": "text", // Provider
  "instance.id": "text",
  "instance.name": "text",
  "instance.number": "text", // Org phone number
  "instance.language": "text",
  channel: "text",
  "message.text": "text", // Customer first message
  "message.hasMedia": "boolean",
  "conversation.returning": "boolean",
  "conversation.language": "text",
  "conversation.priority": "number", // set by classification; 100 when nothing did
  "conversation.skills.*": "any", // rating of a skill that classification set
  "time.now": "number", // ms
  "time.open": "boolean", // inside the operating hours of the instance or work stream
  "context.*": "any", // variables from the helper and from classification
} as const satisfies FieldCatalogue;

/** Fields of plugins, by their full names. */
const pluginFields = new Map<string, FieldCatalogue[string]>();

/**
 * Makes fields of plugins known to all rules that are compiled from now on, in the whole process. The returned function
 * takes them back.
 */
export function registerFields(fields: ReadonlyMap<string, { kind: FieldCatalogue[string] }>): () => void {
  const known = new Map<string, FieldCatalogue[string]>();
  for (const [name, { kind }] of fields) {
    known.set(name, kind);
    // Of a field of any kind, rules may look inside.
    if (kind === "any") known.set(`${name}.*`, kind);
  }
  for (const [name, kind] of known) pluginFields.set(name, kind);
  return () => {
    for (const name of known.keys()) pluginFields.delete(name);
  };
}

/** Which fields plugins must be asked for so that these names have their values. */
export const askedOfPlugins = (names: readonly string[]): string[] => [
  ...new Set(names.map(toFieldName).filter((name) => pluginFields.has(name))),
];

const toFieldName = (name: string): string => name.split(".", 2).join(".");

/** The fields of one work stream's rules: with its context variables by name and type, when it declares any. */
export function fieldsOf(workstream: Pick<WorkstreamSettings, "contextVariables">): FieldCatalogue {
  const all: FieldCatalogue =
    pluginFields.size === 0 ? RULE_FIELDS : { ...RULE_FIELDS, ...Object.fromEntries(pluginFields) };
  if (workstream.contextVariables.length === 0) return all;
  const { "context.*": _any, ...known } = all;
  const declared = workstream.contextVariables.map(({ name, type }) => [`context.${name}`, type] as const);
  return { ...known, ...Object.fromEntries(declared) };
}

/** What rules see of the world besides the conversation. */
export interface RuleMoment {
  /** ms */
  now: number;
  open: boolean;
  returning: boolean;
  language: string;
}

/** The values that rules see for one conversation. */
export function toRuleScope(
  seed: WorkItemSeed,
  settings: Pick<SettingsSnapshot, "instances" | "accounts">,
  moment: RuleMoment,
  /** Of plugins, by their full names. */
  fields: Readonly<Record<string, unknown>> = {},
): Scope {
  const { customer } = seed;
  const instance = settings.instances.get(seed.instanceId);
  const account = settings.accounts.get(instance?.account ?? "");
  const [firstName = "", ...rest] = (customer.name ?? "").split(" ");
  return {
    ...byPlugin(fields),
    customer: { ...customer, firstName, lastName: rest.join(" ") },
    contact: toContactScope(seed.contact, customer),
    account: account && { id: account.id, name: account.name, provider: account.provider },
    instance: instance && {
      id: instance.id,
      name: instance.name,
      language: instance.language,
      number: instance.externalId,
    },
    channel: seed.channel,
    message: { text: seed.lastText, hasMedia: seed.hasMedia === true },
    conversation: {
      returning: moment.returning,
      language: moment.language,
      priority: 100,
      skills: {},
    },
    time: { now: moment.now, open: moment.open },
    context: seed.context ?? {},
  };
}

/** `shop.tier` as the accessor looks it up: { shop: { tier } }. */
function byPlugin(fields: Readonly<Record<string, unknown>>): Record<string, Record<string, unknown>> {
  const scope: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [plugin = "", field = ""] = name.split(".");
    scope[plugin] = { ...scope[plugin], [field]: value };
  }
  return scope;
}
