import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { runCli } from "../cli/runCli";
import { ROOT, read } from "./parts";

const run = promisify(execFile);

/** Blocks of the page that begin with the name of their file. */
const filesOf = (page: string): [name: string, text: string][] =>
  [...read(page).matchAll(/^```\w+\n(?:#|\/\/) ([\w./]+\.\w+)\n([\s\S]*?)^```/gm)].map(
    ([, name = "", text = ""]) => [name, text],
  );

describe("docs/developers.md", function () {
  this.timeout(120_000);
  let folder: string;

  /** A project of one's own, as the page lays it out. */
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchboard-coffee-"));
    for (const [name, text] of filesOf("docs/developers.md")) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(ROOT, path.join(folder, "node_modules", "switchboard"), "junction");
    const dialogs = path.join("node_modules", "botbuilder-dialogs");
    symlinkSync(path.join(ROOT, dialogs), path.join(folder, dialogs), "junction");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has a configuration without faults", async () => {
    const { code, out, err } = await runCli(["config", "check", path.join(folder, "switchboard.yaml")]);
    assert.equal(code, 0, err);
    assert.match(out, /flows 1/);
  });

  it("has rule cases that pass", async () => {
    const { code, out, err } = await runCli(["rules", "test", path.join(folder, "rules.test.yaml")]);
    assert.equal(code, 0, out + err);
    assert.match(out, /2 cases, 2 passed/);
  });

  it("has tests that pass", async () => {
    // Without NODE_OPTIONS and the runner's own variables: as in a project of one's own.
    const env = { PATH: process.env.PATH };
    const { stdout } = await run(process.execPath, ["--test", "test/coffee.test.js"], { cwd: folder, env });
    assert.match(stdout, /pass 2\b/);
  });
});
