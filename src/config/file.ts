import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ChannelDefinition } from "../core/channel";
import { ConfigError, messageOf } from "../core/errors";
import type { SettingsByKind, SettingsKind } from "../core/settings";
import { readBundle } from "./readBundle";
import { parseYaml } from "./yamlSource";

/** What a configuration file says, checked. `hash` is that of the file's bytes. */
export type ConfigBundle = { readonly hash: string } & {
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
  return parseConfig({ bytes, name: path, definitions });
}

/** The same from bytes; `name` is for messages. */
export function parseConfig(input: {
  bytes: Buffer;
  name: string;
  definitions: readonly ChannelDefinition[];
}): ConfigBundle {
  const { bytes, name, definitions } = input;
  if (bytes.length > MAX_BYTES)
    throw invalid(name, [`the file is larger than ${MAX_BYTES / 1024 / 1024} MB`]);
  const parsed = parseYaml(bytes.toString("utf8"));
  if (!parsed.ok) throw invalid(name, parsed.problems);
  const { objects, problems } = readBundle(parsed.source, definitions);
  if (problems.length > 0) throw invalid(name, problems);
  return { hash: createHash("sha256").update(bytes).digest("hex"), ...objects };
}

function invalid(name: string, problems: string[]): ConfigError {
  return new ConfigError("CONFIG_INVALID", `${name} has faults:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}
