import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type { z } from "zod";
import { DEFAULT_QUEUE } from "../core/builtIns";
import type { ChannelDefinition } from "../core/channel";
import {
  type AccountSettings,
  accountSchema,
  FILE_SECTIONS,
  type InstanceSettings,
  instanceSchema,
  SETTINGS,
  type SettingsSnapshot,
} from "../core/settings";
import { channelsOf, listKeysOf } from "./fields";

/** The settings as a configuration file: reading it gives the same objects. Secrets stay references. */
export function exportConfig(snapshot: SettingsSnapshot, definitions: readonly ChannelDefinition[]): string {
  const instances = [...snapshot.instances.values()];
  const file = {
    accounts: [...snapshot.accounts.values()].map((account) =>
      toFileAccount(account, instances, definitions),
    ),
    ...Object.fromEntries(
      FILE_SECTIONS.filter((kind) => snapshot[kind].size > 0).map((kind) => [
        kind,
        plain(snapshot[kind], SETTINGS[kind]),
      ]),
    ),
  };
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

function plain(objects: ReadonlyMap<string, object>, schema: z.ZodObject): object[] {
  return [...objects.values()].map((value) => withoutDefaults(withoutEverybody(value), schema));
}

/** The members of the default queue are not written down: they follow the agents there are. */
function withoutEverybody(value: object): object {
  return (value as { id?: unknown }).id === DEFAULT_QUEUE && "members" in value
    ? { ...value, members: [] }
    : value;
}

function toFileAccount(
  account: AccountSettings,
  all: readonly InstanceSettings[],
  definitions: readonly ChannelDefinition[],
) {
  const { values, secrets, ...common } = withoutDefaults(account, accountSchema) as AccountSettings;
  const own = all.filter((instance) => instance.account === account.id);
  const lists = listKeysOf(definitions, account.provider).map((listKey) => {
    const channels = channelsOf(definitions, account.provider, listKey);
    const items = own.flatMap((instance) => {
      const definition = channels.find((channel) => channel.id === instance.channel);
      return definition === undefined ? [] : [toFileInstance(instance, definition, channels.length > 1)];
    });
    return [listKey, items] as const;
  });
  return {
    ...common,
    ...values,
    ...secrets,
    ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)),
  };
}

function toFileInstance(instance: InstanceSettings, definition: ChannelDefinition, tellChannel: boolean) {
  const { id, account, externalId, channel, name, values, secrets, ...rest } = withoutDefaults(
    instance,
    instanceSchema,
  ) as InstanceSettings;
  return {
    [definition.instance.idField]: externalId,
    ...(tellChannel && { channel }),
    ...(name !== externalId && { name }),
    ...rest,
    ...values,
    ...secrets,
  };
}

/** Leaves out what the schema would fill in again. */
function withoutDefaults(value: object, schema: z.ZodObject): object {
  const kept = Object.entries(value).filter(([key, entry]) => {
    const standard = schema.shape[key]?.safeParse(undefined);
    return !(standard?.success === true && isDeepStrictEqual(standard.data, entry));
  });
  return Object.fromEntries(kept);
}
