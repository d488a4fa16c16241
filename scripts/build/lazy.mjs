// Makes the package's entries load what is asked for: who wants one adapter shall not wait for flows and their expressions.
import { readFile, writeFile } from "node:fs/promises";

const REQUIRED = /^var (\w+) = require\("(\.[^"]+)"\);$/gm;
const GETTER =
  /^(Object\.defineProperty\(exports, "\w+", \{ enumerable: true, get: function \(\) \{ return )(.+)(; \} \}\);)$/gm;

/**
 * Rewrites a file that only passes names on, as the compiler wrote it. Throws TypeError when it does more than that, or the
 * compiler writes otherwise.
 * @param {string} file
 */
export async function makeLazy(file) {
  const text = await readFile(file, "utf8");
  const names = [...text.matchAll(REQUIRED)].map(([, name]) => name);
  let count = 0;
  const lazy = text
    .replace(REQUIRED, 'const $1 = () => require("$2");')
    .replace(GETTER, (_, before, value, after) => {
      const name = names.find((one) => new RegExp(`\\b${one}\\b`).test(value));
      if (name === undefined) throw new TypeError(`${file}: ${value} comes from nowhere`);
      count += 1;
      return before + value.replace(new RegExp(`\\b${name}\\b`), `${name}()`) + after;
    });
  const exported = text.match(/Object\.defineProperty\(exports, "(?!__esModule)/g)?.length ?? 0;
  if (count === 0 || count !== exported || / require\(/.test(lazy.replace(/\(\) => require\(/g, "")))
    throw new TypeError(`${file} does more than pass names on`);
  await writeFile(file, lazy);
}
