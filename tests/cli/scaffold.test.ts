import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "./runCli";

/** What an installed package sees of Switchboard. */
const PACKAGE = path.resolve(__dirname, "..", "..", "..");

function runTests(folder: string): Promise<{ code: number | null; out: string }> {
  // Node marks a child of its own test runner; the new one must not think it is one.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--test"], {
    cwd: folder,
    env,
  });
  let out = "";
  child.stdout.on("data", (part) => {
    out += part;
  });
  child.stderr.on("data", (part) => {
    out += part;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out }));
  });
}

describe("switchboard new", function () {
  this.timeout(120_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "switchboard-new-"));
    mkdirSync(path.join(home, "node_modules"));
    symlinkSync(PACKAGE, path.join(home, "node_modules", "switchboard"), "dir");
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  for (const [kind, files, tests] of [
    ["plugin", ["README.md", "index.js", "package.json", "test"], 4],
    ["channel", ["README.md", "channel", "index.js", "package.json", "test"], 40],
  ] as const)
    it(`${kind}: writes a folder whose tests pass with nothing but switchboard installed`, async () => {
      const folder = path.join(home, "plugins", "my-shop");
      const { code, out } = await runCli(["new", kind, "my-shop", "--folder", folder]);
      assert.equal(code, 0);
      assert.match(out, /^Wrote \d+ files into .*my-shop\. Next: cd .*, npm test, and read README\.md\.$/m);
      assert.deepEqual(readdirSync(folder).sort(), files);
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }))
        if (/\.\w+$/.test(file))
          assert.doesNotMatch(readFileSync(path.join(folder, file), "utf8"), /__[A-Z]+__/);
      const result = await runTests(folder);
      assert.equal(result.code, 0, result.out);
      assert.ok(Number(/pass (\d+)/.exec(result.out)?.[1]) >= tests, result.out);
      assert.match(result.out, /fail 0/);
    });

  it("refuses a name that is none and a folder that is not empty", async () => {
    const bad = await runCli(["new", "plugin", "My Shop", "--folder", path.join(home, "x")]);
    assert.equal(bad.code, 2);
    assert.match(bad.err, /"My Shop" is no name: use a lower-case letter/);
    const full = await runCli(["new", "channel", "shop", "--folder", home]);
    assert.equal(full.code, 2);
    assert.match(full.err, /is not empty/);
  });
});
