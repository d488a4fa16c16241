import assert from "node:assert/strict";
import { read } from "./parts";

/** Rows of the table: threat, and the tests that are named for it. */
const ROWS = [...read("docs/security.md").matchAll(/^\| ([^|]+) \| [^|]+ \| (`[^|]+) \|$/gm)].map(
  ([, threat = "", tests = ""]) => ({
    threat,
    tests: tests.split("<br>").map((test) => /^`([^`]+)`: (.+)$/.exec(test)?.slice(1) ?? [test, ""]),
  }),
);

describe("docs/security.md", () => {
  it("has every threat in the table", () => {
    assert.ok(ROWS.length >= 20, `${ROWS.length} rows are read`);
    assert.equal(ROWS.length, read("docs/security.md").match(/^\| (?!Threat|-)/gm)?.length);
  });

  for (const { threat, tests } of ROWS)
    it(`names tests that there are: ${threat}`, () => {
      for (const [file = "", title = ""] of tests) {
        const titles = [...read(file).matchAll(/\bit\(\s*["`](.+?)["`],/g)].map(([, found]) => found ?? "");
        // What a loop puts into a title stands there as "${…}".
        const isThere = titles.some((found) => new RegExp(`^${toPattern(found)}$`).test(title));
        assert.ok(isThere, `${file} has no test "${title}"`);
      }
    });
});

const toPattern = (title: string): string =>
  title
    .split(/\$\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
