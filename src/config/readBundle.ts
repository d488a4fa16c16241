import { DEFAULT_QUEUE, defaultQueue, defaultWorkstream, defaultWorkstreamId } from "../core/builtIns";
import type { ChannelDefinition } from "../core/channel";
import { unknownKey } from "../core/nearest";
import {
  FILE_SECTIONS,
  SETTINGS,
  SETTINGS_KINDS,
  type SettingsByKind,
  type SettingsKind,
} from "../core/settings";
import { type FlowFiles, readFlowFile } from "./flowFiles";
import { ObjectReader } from "./objectReader";
import { readAccounts } from "./readAccounts";
import { readContacts } from "./readContacts";
import { createSettingsRules, type SettingsLookup } from "./rules";
import type { Path, YamlSource } from "./yamlSource";

type Objects = { [K in SettingsKind]: SettingsByKind[K][] };

const KNOWN = ["accounts", ...FILE_SECTIONS, "contacts"];

/** Everything in the file and the flow files it names, and everything that is wrong with it. */
export function readBundle(
  source: YamlSource,
  definitions: readonly ChannelDefinition[],
  flowFiles: FlowFiles = new Map(),
) {
  const reader = new ObjectReader(source);
  const file = reader.record(source.value ?? {}, []);
  for (const key of Object.keys(file)) {
    if (!KNOWN.includes(key)) reader.report([key], unknownKey(key, KNOWN));
  }
  readAccounts(reader, file.accounts, definitions);
  for (const kind of FILE_SECTIONS) {
    reader.list(file[kind], [kind]).forEach((value, i) => {
      const at = [kind, i];
      if (kind === "flows" && typeof value === "string")
        readFlowFile(reader, { name: value, at, files: flowFiles });
      else reader.add(kind, SETTINGS[kind], value, at, (path) => path);
    });
  }
  const contacts = readContacts(reader, file.contacts, toLookup(reader));
  addBuiltIns(reader);
  reportFaults(reader, definitions);
  const objects = Object.fromEntries(
    SETTINGS_KINDS.map((kind) => [kind, reader.read(kind)]),
  ) as unknown as Objects;
  return { objects, contacts, problems: reader.problems(), reader };
}

/** What every installation comes with, where the file counts on it without saying so. */
function addBuiltIns(reader: ObjectReader): void {
  const unchanged = (path: Path): Path => path;
  const add = <K extends SettingsKind>(kind: K, value: SettingsByKind[K]): void => {
    if (!reader.has(kind, value.id)) reader.add(kind, SETTINGS[kind], value, [kind], unchanged);
  };
  for (const { workstream, channel } of reader.read("instances"))
    if (workstream === defaultWorkstreamId(channel)) add("workstreams", defaultWorkstream(channel));
  const queues = reader
    .read("workstreams")
    .flatMap(({ fallbackQueue, rules }) => [fallbackQueue, ...rules.map(({ queue }) => queue)]);
  if (queues.includes(DEFAULT_QUEUE)) add("queues", defaultQueue());
}

/** What only the objects together can tell. */
function reportFaults(reader: ObjectReader, definitions: readonly ChannelDefinition[]): void {
  const rules = createSettingsRules(definitions);
  const all = toLookup(reader);
  for (const { kind, value, place } of reader.entries()) {
    // An instance stands inside its account, so it cannot name a wrong one.
    const faults = rules
      .faultsOf(kind, value, all)
      .filter((fault) => kind !== "instances" || fault.path[0] !== "account");
    for (const fault of faults) reader.report(place(fault.path), fault.message);
  }
}

const toLookup = (reader: ObjectReader): SettingsLookup => ({
  has: (kind, id) => reader.has(kind, id),
  get: (kind, id) => reader.get(kind, id),
  ids: (kind) => reader.ids(kind),
});
