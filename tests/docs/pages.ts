import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./parts";

const SKIPPED = /(^|\/)(node_modules|dist|data|coverage|\.git)(\/|$)/;

/** Every page for people, without those that a helper answers from. */
export const PAGES: readonly string[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...["docs", "changes", "operations", "deploymentTemplates", "src", "examples", "templates"].flatMap(
    pagesIn,
  ),
].filter((file) => !file.includes("knowledge") && !SKIPPED.test(file));

function pagesIn(folder: string): string[] {
  if (!existsSync(path.join(ROOT, folder))) return [];
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`);
}

/** The anchor that GitHub gives a heading. */
export const toAnchor = (heading: string): string =>
  heading
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

export const withoutCode = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```/gm, "");

/** Anchors of a page's text; a heading that comes again gets a number. */
export function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = toAnchor(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}
