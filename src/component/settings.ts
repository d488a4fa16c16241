import { NO_STATUS_CALLBACK } from "../adapters/twilio/outbound";
import type { Account, ChannelDefinition, Field, Instance } from "../core/channel";
import { ConfigError } from "../core/errors";
import { unknownKey } from "../core/nearest";
import { toInstanceId } from "../core/settings";
import { ADAPTERS, accountFieldsOf, instanceFieldsOf, sharesList } from "./channels";

/** What stands beside the fields: where to find the platforms in tests, and what Composer's form leaves there. */
const COMMON_KEYS: readonly string[] = ["apiUrls", "route", "type", "$kind"];

type Json = Record<string, unknown>;
type Report = (place: string, fault: string) => void;

/**
 * The account that a channel's adapter works with, out of the component's settings; undefined when they list no page,
 * handle or number of the channel. The list may be an object with the ids as keys: of several sources (a file, the
 * environment) the runtime merges objects, but takes the first list. Throws ConfigError CONFIG_INVALID, `details` lists every fault.
 */
export function readAccount(settings: unknown, definition: ChannelDefinition): Account | undefined {
  const given = toJson(settings);
  const entries = entriesOf(given, definition);
  if (entries.length === 0) return undefined;
  const faults: string[] = [];
  const report: Report = (place, fault) => faults.push(`${place} ${fault}`);
  const account = toAccount(given, entries, definition, report);
  if (faults.length === 0) return account;
  throw new ConfigError(
    "CONFIG_INVALID",
    `The settings of the component have faults for ${definition.title}:\n${faults.map((fault) => `- ${fault}`).join("\n")}`,
    { details: faults },
  );
}

interface Entry {
  place: string;
  given: Json;
}

function entriesOf(settings: Json, definition: ChannelDefinition): Entry[] {
  const { listKey, idField } = definition.instance;
  const isShared = sharesList(definition);
  const list = settings[listKey];
  const entries = Array.isArray(list)
    ? list.map((entry, index) => ({ place: `${listKey}[${index}].`, given: toJson(entry) }))
    : Object.entries(toJson(list)).map(([key, entry]) => ({
        place: `${listKey}.${key}.`,
        given: { [idField]: key, ...toJson(entry) },
      }));
  return entries.filter(({ given }) => !isShared || channelOf(given) === definition.id);
}

/** An entry that names no channel, or none that there is, is for the first: there it is reported. */
function channelOf({ channel }: Json): unknown {
  return channel === "whatsapp" ? "whatsapp" : "sms";
}

function toAccount(
  given: Json,
  entries: readonly Entry[],
  definition: ChannelDefinition,
  report: Report,
): Account {
  const { provider, providerTitle } = definition;
  reportUnknown({ place: "", given }, knownKeys(), report);
  const { values, secrets } = readFields({ place: "", given }, accountFieldsOf(definition), report);
  const { publicUrl, ...others } = values;
  const apiUrl = toJson(given.apiUrls)[provider];
  return {
    id: provider,
    provider,
    name: providerTitle,
    // A component keeps no messages, so there is nothing that a callback could change.
    values: provider === "twilio" ? { ...others, statusCallback: NO_STATUS_CALLBACK } : others,
    secrets,
    publicUrls: publicUrl === undefined ? [] : [publicUrl.replace(/\/+$/, "")],
    instances: entries.map((entry) => toInstance(entry, definition, report)),
    ...(typeof apiUrl === "string" ? { apiUrl } : {}),
  };
}

function toInstance(entry: Entry, definition: ChannelDefinition, report: Report): Instance {
  const { idField, noun, normaliseId } = definition.instance;
  const { place, given } = entry;
  const id = textOf(given[idField]);
  if (id === undefined) report(`${place}${idField}`, `is missing: the ${noun}'s id.`);
  if (sharesList(definition) && given.channel !== definition.id)
    report(`${place}channel`, 'must be "sms" or "whatsapp".');
  const fields = instanceFieldsOf(definition);
  reportUnknown(
    entry,
    [idField, "channel", "name", ...definition.instance.fields.map(({ name }) => name)],
    report,
  );
  const externalId = normaliseId(id ?? "");
  return {
    id: toInstanceId(definition.id, externalId),
    channel: definition.id,
    accountId: definition.provider,
    externalId,
    name: textOf(given.name) ?? externalId,
    ...readFields(entry, fields, report),
    workstreamId: "",
  };
}

/** The channels stand side by side, so each one's reader knows the keys of all. */
function knownKeys(): string[] {
  const all = Object.values(ADAPTERS).map(({ definition }) => definition);
  const fields = all.flatMap((one) =>
    [...one.accountFields, ...accountFieldsOf(one)].map(({ name }) => name),
  );
  return [...new Set([...fields, ...all.map(({ instance }) => instance.listKey), ...COMMON_KEYS])];
}

function reportUnknown({ place, given }: Entry, known: readonly string[], report: Report): void {
  for (const key of Object.keys(given)) if (!known.includes(key)) report(place + key, unknownKey(key, known));
}

function readFields(
  { place, given }: Entry,
  fields: readonly Field[],
  report: Report,
): { values: Record<string, string>; secrets: Record<string, string[]> } {
  const values: Record<string, string> = {};
  const secrets: Record<string, string[]> = {};
  for (const field of fields) {
    const value = textOf(given[field.name]);
    const fault = value === undefined ? missingOf(field) : faultOf(field, value);
    if (fault !== undefined) report(place + field.name, fault);
    else if (value !== undefined && field.kind === "text") values[field.name] = value;
    else if (value !== undefined) secrets[field.name] = [value];
    else if (field.default !== undefined) values[field.name] = field.default;
  }
  return { values, secrets };
}

function missingOf({ required, help }: Field): string | undefined {
  return required ? `is missing: ${help}` : undefined;
}

/** Never with the value: it may be a secret that stands in the wrong place. */
function faultOf({ options, pattern, help }: Field, value: string): string | undefined {
  if (options !== undefined && !options.includes(value)) return `must be one of ${options.join(", ")}.`;
  if (pattern !== undefined && !new RegExp(pattern).test(value))
    return `has another form than it should: ${help}`;
  return undefined;
}

/** Numbers too: ids without quotes. Empty text is what a form leaves behind, and means nothing. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

function toJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
