import { defaultWorkstreamId } from "../core/builtIns";
import type { ChannelDefinition } from "../core/channel";
import { unknownKey } from "../core/nearest";
import { accountSchema, instanceSchema, toInstanceId } from "../core/settings";
import {
  ACCOUNT_KEYS,
  accountFields,
  channelsOf,
  INSTANCE_KEYS,
  instanceFields,
  listKeysOf,
  splitFields,
} from "./fields";
import type { ObjectReader, Placing } from "./objectReader";
import type { Path } from "./yamlSource";

/** Reads the accounts with the pages, handles and numbers inside them; their fields stand flat beside the others. */
export function readAccounts(
  reader: ObjectReader,
  section: unknown,
  definitions: readonly ChannelDefinition[],
): void {
  reader.list(section, ["accounts"]).forEach((item, i) => {
    const at = ["accounts", i];
    const account = reader.record(item, at);
    const provider = String(account.provider);
    const fields = accountFields(definitions, provider);
    const lists = listKeysOf(definitions, provider);
    const known = [...ACCOUNT_KEYS, ...fields.map((field) => field.name), ...lists];
    if (lists.length > 0) reportUnknown(reader, account, known, at);
    const common = pick(account, ACCOUNT_KEYS);
    reader.add("accounts", accountSchema, { ...common, ...splitFields(account, fields) }, at, flat);
    for (const listKey of lists) readInstances({ reader, account, provider, listKey, at, definitions });
  });
}

interface InstanceList {
  reader: ObjectReader;
  account: Record<string, unknown>;
  provider: string;
  listKey: string;
  at: Path;
  definitions: readonly ChannelDefinition[];
}

function readInstances({ reader, account, provider, listKey, at, definitions }: InstanceList): void {
  const channels = channelsOf(definitions, provider, listKey);
  const id = accountSchema.shape.id.safeParse(reader.text(account.id, [...at, "id"]));
  // A faulty account id is reported once, at the account.
  const accountId = id.success ? id.data : "unknown";
  reader.list(account[listKey], [...at, listKey]).forEach((item, i) => {
    const place = [...at, listKey, i];
    const instance = reader.record(item, place);
    const definition = channelOf(reader, instance, channels, place);
    if (definition !== undefined) readInstance({ reader, instance, definition, accountId, at: place });
  });
}

/** Several channels may share a list (Twilio's numbers); then each item says which it is. */
function channelOf(
  reader: ObjectReader,
  instance: Record<string, unknown>,
  channels: readonly ChannelDefinition[],
  at: Path,
): ChannelDefinition | undefined {
  const names = channels.map((channel) => channel.id).join(", ");
  if (instance.channel === undefined && channels.length === 1) return channels[0];
  const found = channels.find((channel) => channel.id === instance.channel);
  if (found === undefined) {
    reader.report(
      [...at, "channel"],
      instance.channel === undefined ? `is missing: ${names}` : `must be one of ${names}`,
    );
  }
  return found;
}

interface InstanceItem {
  reader: ObjectReader;
  instance: Record<string, unknown>;
  definition: ChannelDefinition;
  accountId: string;
  at: Path;
}

function readInstance({ reader, instance, definition, accountId, at }: InstanceItem): void {
  const { idField, noun } = definition.instance;
  const fields = instanceFields(definition);
  reportUnknown(reader, instance, [idField, ...INSTANCE_KEYS, ...fields.map((field) => field.name)], at);
  const given = reader.text(instance[idField], [...at, idField]);
  const externalId = typeof given === "string" ? definition.instance.normaliseId(given) : given;
  const id =
    typeof externalId === "string" ? toInstanceId(definition.id, externalId) : `${definition.id}~unknown`;
  const before = typeof externalId === "string" ? reader.placeOf("instances", id) : undefined;
  if (before !== undefined) {
    const owner =
      before[1] === at[1] ? "stands here already" : "belongs to another account; it can belong to one only";
    reader.report([...at, idField], `this ${noun} ${owner} (line ${reader.lineOf(before)})`);
    return;
  }
  const value = {
    name: externalId ?? "unknown",
    workstream: defaultWorkstreamId(definition.id),
    ...pick(instance, INSTANCE_KEYS),
    ...splitFields(instance, fields),
    channel: definition.id,
    account: accountId,
    externalId,
    id,
  };
  reader.add("instances", instanceSchema, value, at, (path) =>
    path[0] === "externalId" ? [idField] : flat(path),
  );
}

/** Fields stand flat in the file: `values.applicationId` is `applicationId` there. */
const flat: Placing = (path) => (path[0] === "values" || path[0] === "secrets" ? path.slice(1) : path);

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}

function reportUnknown(
  reader: ObjectReader,
  given: Record<string, unknown>,
  known: string[],
  at: Path,
): void {
  for (const key of Object.keys(given))
    if (!known.includes(key)) reader.report([...at, key], unknownKey(key, known));
}
