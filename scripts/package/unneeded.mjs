// What of an installed package a running server never reads: types, sources, maps, tests, documents, builds for browsers.
// tests/package/zip.test.ts holds it against what the files that stay ask for.

const ENDINGS =
  /\.(map|tsx?|[mc]ts|flow|tsbuildinfo|md|markdown|html|ya?ml|tgz|patch|png|ico|jpe?g|gif|[chs]|cc|in|g4|interp|tokens|targ|mobileprovision)$/i;
const LICENCE = /^(licen[sc]e|notice|copying|copyright|third.?party)/i;
/** At the top of a package; deeper down such a folder may well be code. */
const FOLDERS = new Set([
  ...["test", "tests", "__tests__", "spec", "doc", "docs", "example", "examples", "coverage"],
  ...["bench", "benchmark", "benchmarks", "man", "_ts3.4", "_bundles", "bundle"],
]);
const BROWSER_BUILDS =
  /^(dist\/(browser|react-native|workerd|umd|iife)|browser|lib\/(index-)?browser\.js)(\/|$)/;
/** Copies of a test library that the SDK ships and never loads. */
const UNUSED = /^vendors\/chai\//;

/** Whole packages that only builds for browsers ask for. */
export const BROWSER_PACKAGES = ["@azure/msal-browser"];

/**
 * @param {string} file path inside its package
 * @returns {boolean}
 */
export function isUnneeded(file) {
  const parts = file.split("/");
  const name = parts.at(-1) ?? "";
  if (LICENCE.test(name) && !/\.[cm]?js$/.test(name)) return false;
  // Settings of tools: .eslintrc, .npmignore, .github/…
  if (parts.some((part) => part.startsWith("."))) return true;
  if (parts.length > 1 && FOLDERS.has(parts[0] ?? "")) return true;
  return ENDINGS.test(name) || BROWSER_BUILDS.test(file) || UNUSED.test(file);
}
