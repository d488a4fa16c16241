import type { z } from "zod";
import { contactSchema } from "../core/contactSchema";
import { ruleSchema } from "../core/distribution";
import { issueWords, valueAt } from "../core/issueWords";
import { unknownKey } from "../core/nearest";
import { FILE_SECTIONS, SETTINGS, type SettingsByKind, type SettingsKind } from "../core/settings";
import { type Path, pathText, type YamlSource } from "./yamlSource";

/** Where a path inside an object stands in the file. */
export type Placing = (path: Path) => Path;

interface Entry {
  kind: SettingsKind;
  value: SettingsByKind[SettingsKind];
  place: Placing;
}

type Issue = z.core.$ZodIssue;

/** Checks objects against their schemas and gathers them, their places and all problems. */
export class ObjectReader {
  readonly #source: YamlSource;
  readonly #problems: { line: number; file?: string | undefined; inner?: number; text: string }[] = [];
  /** Files of their own, by where the configuration names them. */
  readonly #files = new Map<string, { name: string; source: YamlSource }>();
  readonly #entries: Entry[] = [];
  /** Where each id was first used; undefined as value means that the object could not be read. */
  readonly #ids = new Map<SettingsKind, Map<string, { at: Path; value: unknown }>>();

  constructor(source: YamlSource) {
    this.#source = source;
  }

  /** All problems in the order of the file, each `path: message (line N)`. */
  problems(): string[] {
    const sorted = [...this.#problems].sort(
      (a, b) =>
        a.line - b.line ||
        // A line may name several files.
        (a.file ?? "").localeCompare(b.file ?? "") ||
        (a.inner ?? 0) - (b.inner ?? 0),
    );
    return sorted.map((problem) => problem.text);
  }

  report(path: Path, message: string): void {
    const { file, source, inside } = this.#placed(path);
    const inner = source.lineOf(inside);
    const where = inside.length === 0 ? "" : `${pathText(inside)}: `;
    const text = `${file === undefined ? "" : `${file}: `}${where}${message} (line ${inner})`;
    this.#problems.push({ line: this.#source.lineOf(path), file, inner, text });
  }

  /** Problems of a file that the configuration names at `at`, in words that have their lines. */
  reportIn(at: Path, file: string, texts: readonly string[]): void {
    const line = this.#source.lineOf(at);
    this.#problems.push(...texts.map((text) => ({ line, file, text: `${file}: ${text}` })));
  }

  /** What stands at `at` is read out of a file of its own. */
  attach(at: Path, name: string, source: YamlSource): void {
    this.#files.set(pathText(at), { name, source });
  }

  lineOf(path: Path): number {
    const { source, inside } = this.#placed(path);
    return source.lineOf(inside);
  }

  /** The file that holds an object, undefined for the configuration's own, and the line there. */
  whereIs(
    kind: SettingsKind,
    id: string,
    inside: Path,
  ): { file: string | undefined; line: number } | undefined {
    const entry = this.#entries.find((each) => each.kind === kind && each.value.id === id);
    if (entry === undefined) return undefined;
    const place = entry.place(inside);
    return { file: this.#placed(place).file, line: this.lineOf(place) };
  }

  /** Reports a fault of an object that was read. */
  reportOf(kind: SettingsKind, id: string, inside: Path, message: string): void {
    const entry = this.#entries.find((each) => each.kind === kind && each.value.id === id);
    this.report(entry?.place(inside) ?? [kind], message);
  }

  #placed(path: Path): { file: string | undefined; source: YamlSource; inside: Path } {
    const file = this.#files.size === 0 ? undefined : this.#files.get(pathText(path.slice(0, 2)));
    return file === undefined
      ? { file: undefined, source: this.#source, inside: path }
      : { file: file.name, source: file.source, inside: path.slice(2) };
  }

  record(value: unknown, path: Path): Record<string, unknown> {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    this.report(path, "must be keys with values");
    return {};
  }

  list(value: unknown, path: Path): unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.report(path, 'must be a list; begin each item with "-"');
    return [];
  }

  /** Text as it is, an unquoted whole number by its digits; anything else is left for the schema to refuse. */
  text(value: unknown, path: Path): unknown {
    if (typeof value !== "number") return value;
    const { source, inside } = this.#placed(path);
    return source.digitsOf(inside) ?? value;
  }

  /** Checks one object and keeps it, or reports what is wrong. `at` is where it begins in the file. */
  add<K extends SettingsKind>(kind: K, schema: z.ZodType, value: unknown, at: Path, inside: Placing): void {
    const place: Placing = (path) => [...at, ...inside(path)];
    const result = this.#check(schema, value, place);
    const id = this.text((value as { id?: unknown } | null)?.id, place(["id"]));
    if (typeof id === "string") this.#claim(kind, id, result, at);
    if (result !== undefined) this.#entries.push({ kind, value: result as SettingsByKind[K], place });
  }

  /** One value as the schema has it, or undefined after reporting what is wrong. `at` is where it begins in the file. */
  check<T extends z.ZodType>(schema: T, value: unknown, at: Path): z.infer<T> | undefined {
    return this.#check(schema, value, (path) => [...at, ...path]) as z.infer<T> | undefined;
  }

  has(kind: SettingsKind, id: string): boolean {
    return this.#idsOf(kind).has(id);
  }

  /** Where the object with this id begins in the file. */
  placeOf(kind: SettingsKind, id: string): Path | undefined {
    return this.#idsOf(kind).get(id)?.at;
  }

  get<K extends SettingsKind>(kind: K, id: string): SettingsByKind[K] | undefined {
    return this.#idsOf(kind).get(id)?.value as SettingsByKind[K] | undefined;
  }

  ids(kind: SettingsKind): string[] {
    return [...this.#idsOf(kind).keys()];
  }

  entries(): readonly Entry[] {
    return this.#entries;
  }

  read<K extends SettingsKind>(kind: K): SettingsByKind[K][] {
    return this.#entries
      .filter((entry) => entry.kind === kind)
      .map((entry) => entry.value as SettingsByKind[K]);
  }

  #idsOf(kind: SettingsKind): Map<string, { at: Path; value: unknown }> {
    const known = this.#ids.get(kind) ?? new Map<string, { at: Path; value: unknown }>();
    this.#ids.set(kind, known);
    return known;
  }

  #claim(kind: SettingsKind, id: string, value: unknown, at: Path): void {
    const first = this.#idsOf(kind).get(id);
    if (first === undefined) this.#idsOf(kind).set(id, { at, value });
    // Instances have their own, clearer report where they are read.
    else if (kind !== "instances")
      this.report([...at, "id"], `"${id}" is already the id of ${pathText(first.at)}`);
  }

  #check(schema: z.ZodType, value: unknown, place: Placing): unknown {
    const first = schema.safeParse(value);
    if (first.success) return first.data;
    const second = schema.safeParse(this.#quoteNumbers(value, first.error.issues, place));
    if (second.success) return second.data;
    for (const issue of second.error.issues) this.#reportIssue(issue, value, place);
    return undefined;
  }

  /** A copy in which whole numbers that should have been text are text. */
  #quoteNumbers(value: unknown, issues: readonly Issue[], place: Placing): unknown {
    const copy: unknown = structuredClone(value);
    for (const { path } of issues) {
      const last = path.at(-1);
      const holder = valueAt(copy, path.slice(0, -1));
      if (last === undefined || typeof holder !== "object" || holder === null) continue;
      const fields = holder as Record<PropertyKey, unknown>;
      if (typeof fields[last] === "number") fields[last] = this.text(fields[last], place(path as Path));
    }
    return copy;
  }

  #reportIssue(issue: Issue, value: unknown, place: Placing): void {
    const path = issue.path as Path;
    if (issue.code !== "unrecognized_keys") {
      this.report(place(path), wording(issue, valueAt(value, path)));
      return;
    }
    for (const key of issue.keys) this.report(place([...path, key]), unknownKey(key, keysAt(place(path))));
  }
}

/** Never repeats the value: it may be a secret typed by mistake. */
function wording(issue: Issue, value: unknown): string {
  const last = issue.path.at(-1);
  const isMissing = value === undefined || value === null;
  if (!isMissing && (issue.path[0] === "secrets" || last === "token")) {
    return "a secret is never written here; put a reference: env:NAME, file:NAME or keyvault:NAME";
  }
  if (typeof value === "number" && issue.code === "invalid_type" && issue.expected === "string") {
    return "put the number in quotes: it cannot be read exactly without";
  }
  return issueWords(issue, value);
}

/** Known keys of the objects that stand in sections of the file. */
function keysAt(path: Path): string[] {
  if (path[0] === "contacts") return ["id", ...Object.keys(contactSchema.shape)];
  if (path[2] === "rules") return Object.keys(ruleSchema.shape);
  const section = FILE_SECTIONS.find((kind) => kind === path[0]);
  return section === undefined ? [] : Object.keys(SETTINGS[section].shape);
}
