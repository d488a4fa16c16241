import assert from "node:assert/strict";
import { Node } from "ts-morph";
import { read } from "./parts";
import { declarationsOf, ENTRIES, fileOf, findIn, isExported, localsOf, typeNamesIn } from "./reference";

/** Inside of what only we look into. */
const OPAQUE: readonly string[] = ["CompiledStep"];

describe("the public API", () => {
  const declared = new Map(ENTRIES.map(({ entry }) => [entry, declarationsOf(entry)]));
  const known = new Set([...declared.values()].flatMap((names) => [...names.keys()]));

  for (const [entry, names] of declared) {
    it(`every name of ${entry} is declared and says what it is`, () => {
      for (const [name, nodes] of names) {
        assert.ok(nodes.length > 0, `${name} is declared nowhere`);
        const documented = nodes.map((node) =>
          Node.isVariableDeclaration(node) ? node.getVariableStatement() : node,
        );
        const isMade = nodes.every(
          (node) => Node.isClassDeclaration(node) || Node.isFunctionDeclaration(node),
        );
        if (isMade)
          assert.ok(
            documented.some(
              (node) => node !== undefined && Node.isJSDocable(node) && node.getJsDocs().length > 0,
            ),
            `${name} has no docstring`,
          );
      }
    });

    it(`every type that ${entry} shows can be imported`, () => {
      const hidden = [...names].flatMap(([name, nodes]) =>
        nodes.flatMap((node) => hiddenTypesOf(node).map((type) => `${name} shows ${type}`)),
      );
      assert.deepEqual(hidden, []);
    });
  }

  for (const page of ["README.md", "docs/package.md", "examples/echo-bot/echo-bot.mjs"]) {
    it(`${page} imports only names that there are`, () => {
      const imports = /(?:import|const) (?:type )?\{([^}]+)\}(?: from | = require\()"(switchboard[^"]*)"/g;
      const found = [...read(page).matchAll(imports)];
      assert.ok(found.length > 0);
      for (const [, names = "", from] of found) {
        const entry = ENTRIES.find(({ imported }) => imported === from)?.entry ?? assert.fail(from);
        for (const name of names.split(",").map((text) => text.trim()))
          assert.ok(declared.get(entry)?.has(name), `${name} from ${from}`);
      }
    });
  }

  /** Types of other files of ours that are not public. */
  function hiddenTypesOf(node: Node): string[] {
    const file = node.getSourceFile();
    return typeNamesIn(node).filter((name) => {
      if (known.has(name) || OPAQUE.includes(name)) return false;
      const local = localsOf(file).find((one) => one.getName() === name);
      if (local !== undefined) return isExported(local);
      const from = file
        .getImportDeclarations()
        .find((one) =>
          one
            .getNamedImports()
            .some((named) => (named.getAliasNode()?.getText() ?? named.getName()) === name),
        );
      const target = from && fileOf(file, from.getModuleSpecifierValue());
      return target !== undefined && findIn(target, name).length > 0;
    });
  }
});
