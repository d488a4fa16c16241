import type { ChannelDefinition, Field } from "../core/channel";

/** Keys of an account in the file besides the fields of its provider. */
export const ACCOUNT_KEYS = ["id", "provider", "name", "publicUrls", "sendRate", "simulated"] as const;
/** Keys of a page, handle or number besides the fields of its channel. */
export const INSTANCE_KEYS = [
  "name",
  "channel",
  "workstream",
  "language",
  "helper",
  "survey",
  "operatingHours",
  "notice",
  "records",
] as const;

/** Fields of a provider's account: those of all its channels, each name once. */
export function accountFields(definitions: readonly ChannelDefinition[], provider: string): Field[] {
  const fields = new Map<string, Field>();
  for (const definition of definitions.filter((d) => d.provider === provider)) {
    for (const field of definition.accountFields) if (!fields.has(field.name)) fields.set(field.name, field);
  }
  return [...fields.values()].filter((field) => !isOneOf(ACCOUNT_KEYS, field.name));
}

/** Fields of a channel's instance, without the platform's id, which every instance has. */
export function instanceFields(definition: ChannelDefinition): Field[] {
  const { idField, fields } = definition.instance;
  return fields.filter((field) => field.name !== idField && !isOneOf(INSTANCE_KEYS, field.name));
}

/** Channels whose instances stand under `listKey` in an account of `provider`. */
export function channelsOf(
  definitions: readonly ChannelDefinition[],
  provider: string,
  listKey: string,
): ChannelDefinition[] {
  return definitions.filter((d) => d.provider === provider && d.instance.listKey === listKey);
}

/** "pages", "handles", "numbers": the lists an account of `provider` may have. */
export function listKeysOf(definitions: readonly ChannelDefinition[], provider: string): string[] {
  return [...new Set(definitions.filter((d) => d.provider === provider).map((d) => d.instance.listKey))];
}

/** Splits flat keys into text values and secret references by the kind of their field. */
export function splitFields(flat: Record<string, unknown>, fields: readonly Field[]) {
  const values: Record<string, unknown> = {};
  const secrets: Record<string, unknown> = {};
  for (const field of fields) {
    if (flat[field.name] === undefined) continue;
    (field.kind === "text" ? values : secrets)[field.name] = flat[field.name];
  }
  return { values, secrets };
}

function isOneOf(list: readonly string[], word: string): boolean {
  return list.includes(word);
}
