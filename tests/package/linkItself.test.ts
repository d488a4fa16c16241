import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../docs/parts";

describe("linkItself", () => {
  let folder: string;
  let linkItself: (root: string) => Promise<void>;

  before(async () => {
    const script = pathToFileURL(path.join(ROOT, "scripts", "build", "linkItself.mjs"));
    ({ linkItself } = (await import(script.href)) as { linkItself: (root: string) => Promise<void> });
  });
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "switchboard-link-")));
    for (const name of ["one", "other"]) mkdirSync(path.join(folder, name));
    mkdirSync(path.join(folder, "one", "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (...names: string[]): string => path.join(folder, ...names);
  const ledTo = (): string => realpathSync(at("one", "node_modules", "switchboard"));

  it("leads to the repository itself, however often", async () => {
    await linkItself(at("one"));
    await linkItself(at("one"));
    assert.equal(ledTo(), at("one"));
  });

  it("leads there too when it was copied with another repository's modules", async () => {
    symlinkSync(at("other"), at("one", "node_modules", "switchboard"), "junction");
    await linkItself(at("one"));
    assert.equal(ledTo(), at("one"));
  });

  it("leaves an installed package, and modules that are shared, as they are", async () => {
    mkdirSync(at("one", "node_modules", "switchboard"));
    await linkItself(at("one"));
    assert.equal(ledTo(), at("one", "node_modules", "switchboard"));
    symlinkSync(at("one", "node_modules"), at("other", "node_modules"), "junction");
    await linkItself(at("other"));
    assert.equal(ledTo(), at("one", "node_modules", "switchboard"));
  });

  it("does nothing where nothing is installed", async () => {
    await linkItself(at("other"));
    assert.deepEqual(readdirSync(at("other")), []);
  });
});
