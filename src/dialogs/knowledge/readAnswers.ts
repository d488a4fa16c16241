import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** One question with its answer. */
export interface KnownAnswer {
  /** Other ways to ask stand in further lines below the heading, as a list. */
  questions: readonly string[];
  /** Markdown */
  answer: string;
  /** Of a file named `….pt.md`; undefined: of any language. */
  language: string | undefined;
  /** Folder below the knowledge folder; "" for the folder itself. */
  source: string;
}

const LARGEST_FILE = 2_000_000;

/**
 * Reads all Markdown files of a folder and its sub-folders: each heading is a question, what stands below it the answer. A
 * list right below the heading that ends with an empty line holds other ways to ask when each of its lines ends with "?".
 */
export function readAnswers(folder: string): KnownAnswer[] {
  return filesOf(folder).flatMap((file) => {
    const inside = path.relative(folder, file).split(path.sep);
    const [, language] = /\.([a-z]{2,3}(?:-[A-Za-z0-9]+)?)\.md$/.exec(file) ?? [];
    const source = inside.length > 1 ? (inside[0] ?? "") : "";
    return readFile(readFileSync(file, "utf8")).map((found) => ({ ...found, language, source }));
  });
}

/** Names of the sources: sub-folders that hold Markdown files. */
export function sourcesOf(folder: string): string[] {
  const names = filesOf(folder).map((file) => path.relative(folder, file).split(path.sep));
  return [...new Set(names.flatMap((inside) => (inside.length > 1 ? (inside[0] ?? []) : [])))];
}

/** Markdown files, in the order of their names; [] when there is no such folder. */
export function filesOf(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return (
    names
      .filter((name) => name.endsWith(".md") && !path.basename(name).startsWith("."))
      .sort()
      .map((name) => path.join(folder, name))
      // A link may lead nowhere, and an editor may take a file away while it is saved.
      .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? LARGEST_FILE + 1) <= LARGEST_FILE)
  );
}

function readFile(text: string): { questions: string[]; answer: string }[] {
  const parts = text.replace(/\r\n/g, "\n").split(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/m);
  const found: { questions: string[]; answer: string }[] = [];
  for (let i = 1; i < parts.length; i += 2) {
    const { others, answer } = splitOthers((parts[i + 1] ?? "").trim());
    if (answer !== "") found.push({ questions: [parts[i] ?? "", ...others], answer });
  }
  return found;
}

function splitOthers(text: string): { others: string[]; answer: string } {
  const [block = "", ...rest] = text.split(/\n\s*\n/);
  const lines = block.split("\n");
  if (rest.length === 0 || !lines.every((line) => /^[-*]\s+.+\?$/.test(line.trim())))
    return { others: [], answer: text };
  return {
    others: lines.map((line) => line.trim().replace(/^[-*]\s+/, "")),
    answer: rest.join("\n\n").trim(),
  };
}
