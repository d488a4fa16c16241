import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ChannelDefinition } from "../core/channel";
import { ConfigError, messageOf } from "../core/errors";
import type { SettingsByKind, SettingsKind } from "../core/settings";
import { type FlowFiles, readFlowFiles } from "./flowFiles";
import { readBundle } from "./readBundle";
import type { FileContact } from "./readContacts";
import { type Path, parseYaml } from "./yamlSource";

/** What a configuration file says, checked. `hash` is that of its bytes, and of the flow files it names. */
export type ConfigBundle = {
  readonly hash: string;
  /** Of a configuration with flow files: where an object stands, as "flows/orders.yaml, line 7". */
  placeOf?(kind: SettingsKind, id: string, inside: Path): string | undefined;
  /** Applied into the book of contacts; the settings know nothing of them. */
  readonly contacts: readonly FileContact[];
} & {
  readonly [K in SettingsKind]: readonly SettingsByKind[K][];
};

// Ten thousand agents need less; more is a wrong file.
const MAX_BYTES = 8 * 1024 * 1024;

/** Reads a YAML or JSON file. Throws ConfigError: CONFIG_UNREADABLE, or CONFIG_INVALID with every problem and its line. */
export function readConfigFile(path: string, definitions: readonly ChannelDefinition[]): ConfigBundle {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new ConfigError("CONFIG_UNREADABLE", `The configuration file cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  const flowFiles = readFlowFiles(bytes.toString("utf8"), dirname(path));
  return parseConfig({ bytes, name: path, definitions, flowFiles });
}

/** The same from bytes; `name` is for messages, `flowFiles` are those that the text names. */
export function parseConfig(input: {
  bytes: Buffer;
  name: string;
  definitions: readonly ChannelDefinition[];
  flowFiles?: FlowFiles;
}): ConfigBundle {
  const { bytes, name, definitions, flowFiles = new Map() } = input;
  if (bytes.length > MAX_BYTES)
    throw invalid(name, [`the file is larger than ${MAX_BYTES / 1024 / 1024} MB`]);
  const parsed = parseYaml(bytes.toString("utf8"));
  if (!parsed.ok) throw invalid(name, parsed.problems);
  const { objects, contacts, problems, reader } = readBundle(parsed.source, definitions, flowFiles);
  if (problems.length > 0) throw invalid(name, problems);
  const bundle = { hash: hashOf(bytes, flowFiles), contacts, ...objects };
  if (flowFiles.size === 0) return bundle;
  return {
    ...bundle,
    placeOf(kind, id, inside) {
      const place = reader.whereIs(kind, id, inside);
      return place && `${place.file ?? name}, line ${place.line}`;
    },
  };
}

function hashOf(bytes: Buffer, flowFiles: FlowFiles): string {
  const hash = createHash("sha256").update(bytes);
  for (const [file, text] of flowFiles) hash.update(JSON.stringify([file, text]));
  return hash.digest("hex");
}

function invalid(name: string, problems: string[]): ConfigError {
  return new ConfigError("CONFIG_INVALID", `${name} has faults:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}
