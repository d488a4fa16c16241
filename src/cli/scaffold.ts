import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { VERSION } from "../version";
import { type CommandCall, UsageError } from "./command";

const TEMPLATES = path.resolve(__dirname, "..", "..", "..", "templates");

/** Writes the folder of a template, with the name in place. Throws UsageError for a name or folder that cannot be. */
export function scaffold(template: "plugin" | "channel", { words, options, say }: CommandCall): void {
  const [name = ""] = words;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw new UsageError(
      `"${name}" is no name: use a lower-case letter, then such letters, digits and dashes`,
    );
  const folder = path.resolve(
    typeof options.folder === "string" ? options.folder : path.join("plugins", name),
  );
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`${folder} is not empty`);
  const home = path.join(TEMPLATES, template);
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const from = path.join(entry.parentPath, entry.name);
    const to = path.join(folder, path.relative(home, from));
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, fill(readFileSync(from, "utf8"), name));
  }
  const shown = path.relative(process.cwd(), folder) || ".";
  say(`Wrote ${files.length} files into ${shown}. Next: cd ${shown}, npm test, and read README.md.`);
}

function fill(text: string, name: string): string {
  // A dash would be a minus in an expression.
  const plugin = name.replaceAll("-", "");
  const words = name.split("-").filter((word) => word !== "");
  const values: Record<string, string> = {
    NAME: name,
    PLUGIN: plugin,
    TITLE: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" "),
    FUNCTION: `${plugin}HasOrder`,
    VERSION,
  };
  return text.replace(/__([A-Z]+)__/g, (whole, key: string) => values[key] ?? whole);
}
