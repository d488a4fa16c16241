import { readFileSync } from "node:fs";
import path from "node:path";
import { type ContactInFile, checkContacts } from "../admin/applyContacts";
import { type SettingsChecks, toSnapshot } from "../admin/checks";
import type { Fault } from "../admin/ports";
import { type FlowFiles, readFlowFiles } from "../config/flowFiles";
import type { ObjectReader } from "../config/objectReader";
import { developmentFaults } from "../config/productionRules";
import { readBundle } from "../config/readBundle";
import { parseYaml } from "../config/yamlSource";
import { checkFields } from "../contacts/book/fields";
import { ConfigError, messageOf } from "../core/errors";
import { SETTINGS_KINDS, type SettingsKind, type SettingsSnapshot } from "../core/settings";
import type { FlowWorld } from "../dialogs/flows/check";
import type { OpenedPlugins } from "../openPlugins";
import { flowWorldOf, settingsChecks } from "../settingsChecks";

interface CheckOptions {
  production: boolean;
  opened: Pick<OpenedPlugins, "definitions" | "plugins">;
  /** Those that the text names. */
  flowFiles?: FlowFiles;
  /** What flows may use; plugins and channels when left out. */
  world?: FlowWorld;
}

/** How many objects of each kind a faultless file has. */
export type FileContent = Record<SettingsKind | "contacts", number>;

/** A file's text. Throws ConfigError CONFIG_UNREADABLE, which calls the file `what`. */
export function readText(file: string, what = "configuration file"): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("CONFIG_UNREADABLE", `The ${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** A configuration file's text with the flow files that it names. Throws as `readText` does. */
export function readConfigText(file: string): { text: string; flowFiles: FlowFiles } {
  const text = readText(file);
  return { text, flowFiles: readFlowFiles(text, path.dirname(file)) };
}

/**
 * Checks a configuration file with its rules and flows; a server is not needed. Throws ConfigError CONFIG_INVALID
 * that lists every problem with its path and line, in the order of the file.
 */
export async function checkText(text: string, name: string, options: CheckOptions): Promise<FileContent> {
  const { snapshot, contacts } = readChecked(text, name, options);
  const { problems } = await checkContacts(checkFields, contacts);
  if (problems.length > 0) throw fileFaults(name, problems);
  const counts = SETTINGS_KINDS.map((kind) => [kind, snapshot[kind].size]);
  return { ...Object.fromEntries(counts), contacts: contacts.length } as FileContent;
}

/** The settings that a faultless file would make in an empty store. Throws as `checkText` does. */
export function checkedSettings(text: string, name: string, options: CheckOptions): SettingsSnapshot {
  return readChecked(text, name, options).snapshot;
}

function readChecked(
  text: string,
  name: string,
  options: CheckOptions,
): { snapshot: SettingsSnapshot; contacts: readonly ContactInFile[] } {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw fileFaults(name, parsed.problems);
  const { objects, contacts, reader } = readBundle(
    parsed.source,
    options.opened.definitions,
    options.flowFiles,
  );
  const snapshot = toSnapshot({ ...objects, hash: "" });
  const { plugins, definitions } = options.opened;
  reportOwners(reader, snapshot, settingsChecks(options.world ?? flowWorldOf(plugins, definitions)));
  if (options.production)
    for (const kind of SETTINGS_KINDS)
      for (const value of objects[kind])
        for (const { path: inside, message } of developmentFaults(kind, value))
          reader.reportOf(kind, value.id, inside, message);
  const problems = reader.problems();
  if (problems.length > 0) throw fileFaults(name, problems);
  return { snapshot, contacts };
}

/** What the owners of rules, hours and flows say. */
function reportOwners(reader: ObjectReader, snapshot: SettingsSnapshot, checks: SettingsChecks): void {
  for (const kind of SETTINGS_KINDS)
    for (const value of snapshot[kind].values()) {
      const check = checks[kind] as SettingsCheck | undefined;
      for (const { path: inside, message } of check?.(value, snapshot) ?? [])
        reader.reportOf(kind, value.id, inside, message.replace(/\.$/, ""));
    }
}

type SettingsCheck = (value: unknown, snapshot: SettingsSnapshot) => Fault[];

/** The file is not as it should be; `problems` come with their lines. */
export function fileFaults(name: string, problems: readonly string[]): ConfigError {
  const count = problems.length === 1 ? "a fault" : `${problems.length} faults`;
  return new ConfigError("CONFIG_INVALID", `${name} has ${count}:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}
