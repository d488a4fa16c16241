import { pathToFileURL } from "node:url";

/** What a file exports as its plugin: the default export or `module.exports`. Throws what the file throws. */
export async function importPlugin(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  const exported = module.default ?? module;
  // Compilers write an ES module as CommonJS so.
  const inner = exported as { __esModule?: unknown; default?: unknown };
  return typeof exported === "object" && exported !== null && inner.__esModule === true
    ? (inner.default ?? exported)
    : exported;
}
