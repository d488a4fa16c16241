import type { z } from "zod";
import { type Path, parseYaml, pathText, type YamlSource } from "../config/yamlSource";
import { issueWords, valueAt } from "../core/issueWords";
import { unknownKey } from "../core/nearest";
import { fileFaults } from "./checkText";

/**
 * Reads a YAML or JSON text as `schema` has it. Throws ConfigError CONFIG_INVALID that lists every fault with its path and
 * line. `keysAt`: known keys of what stands at a path.
 */
export function readYaml<T extends z.ZodType>(
  text: string,
  name: string,
  { schema, keysAt }: { schema: T; keysAt(path: Path): string[] },
): { source: YamlSource; value: z.infer<T> } {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw fileFaults(name, parsed.problems);
  const { source } = parsed;
  const result = schema.safeParse(source.value ?? {});
  if (result.success) return { source, value: result.data };
  const faults = result.error.issues.flatMap((issue) => toldIssue(source, issue, keysAt));
  throw fileFaults(name, faults);
}

function toldIssue(source: YamlSource, issue: z.core.$ZodIssue, keysAt: (path: Path) => string[]): string[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => placed(source, [...path, key], unknownKey(key, keysAt(path))));
  const value = valueAt(source.value, path);
  if (typeof value === "number" && issue.code === "invalid_type" && issue.expected === "string")
    return [placed(source, path, "put the number in quotes")];
  return [placed(source, path, issueWords(issue, value))];
}

/** `cases[0].expect: message (line 7)` */
export function placed(source: YamlSource, path: Path, message: string): string {
  const where = path.length === 0 ? "" : `${pathText(path)}: `;
  return `${where}${message} (line ${source.lineOf(path)})`;
}
