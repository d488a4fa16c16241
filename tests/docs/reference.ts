import { existsSync } from "node:fs";
import path from "node:path";
import { type ExportDeclaration, Node, Project, type SourceFile, SyntaxKind } from "ts-morph";

/** What bot developers import, told from the docstrings: pages of docs/ out of the entries of the package. */
const ROOT = path.resolve(__dirname, "..", "..", "..");
export const ENTRIES = [
  { page: "docs/reference.md", entry: "index", imported: "switchboard" },
  { page: "docs/reference-testing.md", entry: "testing/index", imported: "switchboard/testing" },
] as const;

/** A text of types longer than this tells nobody anything. */
const LONGEST_CONST = 1_000;

interface Group {
  title: string;
  about: string;
  names: string[];
}
type Declared = Node & { getName(): string | undefined };

const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
const open = (file: string): SourceFile => project.addSourceFileAtPath(file);

export function referencePages(): Map<string, string> {
  return new Map(ENTRIES.map((entry) => [entry.page, toPage(entry)]));
}

function toPage({ entry, imported }: (typeof ENTRIES)[number]): string {
  const groups = groupsOf(entry);
  const declared = declarationsOf(entry);
  const lines = [
    `# Reference: \`${imported}\``,
    "",
    `Made from the code by \`npm run docs\`. What is not here is not public: it may change at any time.`,
    "",
    ...groups.map(
      ({ title, names }) => `- [${title}](#${title.toLowerCase().replaceAll(" ", "-")}): ${codes(names)}`,
    ),
  ];
  for (const { title, about, names } of groups) {
    lines.push("", `## ${title}`, "", about);
    for (const name of names) lines.push("", ...toEntry(name, declared.get(name) ?? []));
  }
  return `${lines.join("\n")}\n`;
}

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** Groups as they stand in the entry's source: a comment "Title: what it is." above each. */
function groupsOf(entry: string): Group[] {
  const groups: Group[] = [];
  for (const statement of open(path.join(ROOT, "src", `${entry}.ts`)).getStatements()) {
    const comment = statement.getLeadingCommentRanges().at(-1)?.getText() ?? "";
    const [, title, about] = /^\/\/ ([\w ]+): (.+)$/.exec(comment) ?? [];
    if (title !== undefined && about !== undefined)
      groups.push({ title, about: about.charAt(0).toUpperCase() + about.slice(1), names: [] });
    if (Node.isExportDeclaration(statement)) groups.at(-1)?.names.push(...namesOf(statement));
  }
  return groups;
}

/** Without the default export, which has a name too. */
const namesOf = (statement: ExportDeclaration): string[] =>
  statement
    .getNamedExports()
    .map((one) => one.getAliasNode()?.getText() ?? one.getName())
    .filter((name) => name !== "default");

/** Every public name with its declarations, in the files that the compiler wrote. */
export function declarationsOf(entry: string): Map<string, Declared[]> {
  const file = open(path.join(ROOT, "dist", "src", `${entry}.d.ts`));
  const names = file.getExportDeclarations().flatMap(namesOf);
  return new Map(names.map((name) => [name, findIn(file, name)]));
}

/** Follows re-exports to where `name` is declared. */
export function findIn(file: SourceFile, name: string): Declared[] {
  const here = localsOf(file).filter((declared) =>
    name === "default" ? isDefault(declared) : declared.getName() === name,
  );
  if (here.length > 0) return here;
  for (const statement of file.getExportDeclarations()) {
    const found = statement
      .getNamedExports()
      .find((one) => (one.getAliasNode()?.getText() ?? one.getName()) === name);
    const target = found && fileOf(file, statement.getModuleSpecifierValue() ?? "");
    if (found !== undefined && target !== undefined) return findIn(target, found.getName());
  }
  return [];
}

const isDefault = (node: Node): boolean => Node.isExportable(node) && node.hasDefaultKeyword();

export function localsOf(file: SourceFile): Declared[] {
  return [
    ...file.getClasses(),
    ...file.getInterfaces(),
    ...file.getTypeAliases(),
    ...file.getFunctions(),
    ...file.getVariableDeclarations(),
  ];
}

/** Our own file behind a relative path. */
export function fileOf(from: SourceFile, specifier: string): SourceFile | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const base = path.resolve(from.getDirectoryPath(), specifier.replace(/\.js$/, ""));
  const found = [`${base}.d.ts`, path.join(base, "index.d.ts")].find((file) => existsSync(file));
  return found === undefined ? undefined : open(found);
}

function toEntry(name: string, declared: readonly Declared[]): string[] {
  const about = declared.flatMap(commentsOf);
  const texts = declared.flatMap((one) => [textOf(one), ...privateTypesOf(one).map(textOf)]);
  return [`### \`${name}\``, "", ...about, "```ts", texts.join("\n"), "```"];
}

/** The docstring, an example as a block of code. */
function commentsOf(node: Node): string[] {
  const documented = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  if (documented === undefined || !Node.isJSDocable(documented)) return [];
  return documented.getJsDocs().flatMap((doc) => {
    const text = doc
      .getDescription()
      .trim()
      .replace(/\n(?!\n|- )/g, " ");
    const examples = doc
      .getTags()
      .filter((tag) => tag.getTagName() === "example")
      .flatMap((tag) => ["```js", (tag.getCommentText() ?? "").trim(), "```", ""]);
    return [...(text === "" ? [] : [text, ""]), ...examples];
  });
}

function textOf(node: Node): string {
  const whole = Node.isVariableDeclaration(node) ? (node.getVariableStatement() ?? node) : node;
  const text = whole.getText().replace(/^(export |declare |default )+/, "");
  if (Node.isVariableDeclaration(node) && text.length > LONGEST_CONST)
    return `const ${node.getName()}: { … };`;
  return text
    .split("\n")
    .filter((line) => !/^\s*(#private;|private )/.test(line))
    .map((line) => line.replace(/^( {4})+/, (spaces) => " ".repeat(spaces.length / 2)))
    .join("\n");
}

/** Types of the same file that have no name outside: they belong to whoever uses them. */
function privateTypesOf(node: Node): Declared[] {
  const found: Declared[] = [];
  const add = (from: Node): void => {
    for (const name of typeNamesIn(from)) {
      const local = localsOf(from.getSourceFile()).find((one) => one.getName() === name);
      if (local === undefined || found.includes(local) || isExported(local) || local === node) continue;
      found.push(local);
      add(local);
    }
  };
  add(node);
  return found;
}

/** By its keyword: asking the compiler would make it read everything that we depend on. */
export function isExported(node: Node): boolean {
  const statement = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  return statement !== undefined && Node.isExportable(statement) && statement.hasExportKeyword();
}

export function typeNamesIn(node: Node): string[] {
  const references = node
    .getDescendantsOfKind(SyntaxKind.TypeReference)
    .map((one) => one.getTypeName().getText());
  const bases = node
    .getDescendantsOfKind(SyntaxKind.ExpressionWithTypeArguments)
    .map((one) => one.getExpression().getText());
  return [...new Set([...references, ...bases])];
}
