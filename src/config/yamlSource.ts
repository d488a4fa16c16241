import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { messageOf } from "../core/errors";

/** Keys and positions from the root of a file or object: ["accounts", 0, "pages", 1]. */
export type Path = readonly (string | number)[];

/** A parsed YAML or JSON text that still knows its lines. */
export interface YamlSource {
  value: unknown;
  /** Line of what stands at `path`, or of the nearest thing around it. */
  lineOf(path: Path): number;
  /** The digits of an unquoted whole number as they were typed; undefined where they cannot be kept exactly. */
  digitsOf(path: Path): string | undefined;
}

export type Parsed = { ok: true; source: YamlSource } | { ok: false; problems: string[] };

// More uses of aliases than any person writes; a few lines of nested ones could fill the memory.
const MAX_ALIASES = 100;

/** Reads YAML 1.2 or JSON; syntax errors come with their line, all at once. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  // Pretty errors quote the source, which may hold a secret typed by mistake.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((e) => `${e.message} (line ${lines.linePos(e.pos[0]).line})`);
    return { ok: false, problems };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, source: toSource(document, lines, value) };
  } catch (error) {
    return { ok: false, problems: [`${messageOf(error)} (an alias of the file)`] };
  }
}

function toSource(document: Document, lines: LineCounter, value: unknown): YamlSource {
  return {
    value,
    lineOf: (path) => lines.linePos(locate(document, path).offset).line,
    digitsOf(path) {
      const { node, found } = locate(document, path);
      if (!found || !isScalar(node) || typeof node.value !== "number") return undefined;
      const exact = Number.isSafeInteger(node.value) && /^[+-]?\d+$/.test(node.source ?? "");
      return exact ? node.source : undefined;
    },
  };
}

interface Place {
  node: Node | null;
  offset: number;
  /** False when only something around the path exists. */
  found: boolean;
}

/** Walks down as far as the path exists; a map's value counts as standing at its key. */
function locate(document: Document, path: Path): Place {
  let place: Place = { node: document.contents, offset: document.contents?.range?.[0] ?? 0, found: true };
  for (const step of path) {
    const next = stepInto(document, place.node, step);
    if (next === undefined) return { ...place, found: false };
    place = next;
  }
  return place;
}

function stepInto(document: Document, holder: Node | null, step: string | number): Place | undefined {
  const node = isAlias(holder) ? holder.resolve(document) : holder;
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
    const offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    return pair === undefined
      ? undefined
      : { node: pair.value as Node | null, offset: offset ?? 0, found: true };
  }
  if (!isSeq(node) || typeof step !== "number") return undefined;
  const item = node.items[step] as Node | undefined;
  return item === undefined ? undefined : { node: item, offset: item.range?.[0] ?? 0, found: true };
}

/** `accounts[0].pages[1].workstream` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
