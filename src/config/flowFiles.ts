import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { SETTINGS } from "../core/settings";
import type { ObjectReader } from "./objectReader";
import { type Path, parseYaml } from "./yamlSource";

/** Texts of the flow files that a configuration names, by the name that it calls them. */
export type FlowFiles = ReadonlyMap<string, string>;

const MAX_BYTES = 1024 * 1024;

/** Reads the flow files that a configuration's text names, below its folder; what cannot be read is left out. */
export function readFlowFiles(text: string, folder: string): FlowFiles {
  const files = new Map<string, string>();
  for (const name of flowFileNames(text)) {
    const content = readOrNothing(path.resolve(folder, name));
    if (content !== undefined) files.set(name, content);
  }
  return files;
}

/** What stands under `flows` as a plain text: a path to a flow's own file. */
export function flowFileNames(text: string): string[] {
  // Most have none: a large file need not be parsed twice.
  if (!/\bflows["']?\s*:/.test(text)) return [];
  const parsed = parseYaml(text);
  const flows = parsed.ok ? (parsed.source.value as { flows?: unknown } | null)?.flows : undefined;
  return Array.isArray(flows) ? flows.filter((item): item is string => typeof item === "string") : [];
}

function readOrNothing(file: string): string | undefined {
  try {
    return statSync(file).size > MAX_BYTES ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Reads one flow out of its own file; faults name that file and its lines. */
export function readFlowFile(
  reader: ObjectReader,
  { name, at, files }: { name: string; at: Path; files: FlowFiles },
): void {
  const text = files.get(name);
  if (text === undefined) {
    reader.report(
      at,
      `"${name}" cannot be read, or is larger than ${MAX_BYTES / 1024 / 1024} MB; paths begin at the configuration file's folder`,
    );
    return;
  }
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    reader.reportIn(at, name, parsed.problems);
    return;
  }
  reader.attach(at, name, parsed.source);
  reader.add("flows", SETTINGS.flows, parsed.source.value, at, (inside) => inside);
}
