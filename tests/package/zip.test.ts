import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ROOT, read } from "../docs/parts";
import { type Contents, makeZip, missingFrom } from "./zipFile";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Makes it once more, as a process of its own somewhere else in the world. */
const AGAIN = `
  const [contents, zip] = await Promise.all(process.argv.slice(1, 3).map((file) => import(file)));
  const root = process.argv[3];
  const bytes = zip.zipOf(contents.contentsOf({ root, modules: root }));
  process.stdout.write((await import("node:crypto")).createHash("sha256").update(bytes).digest("hex"));`;

describe("the package that a server is deployed as", function () {
  this.timeout(180_000);
  let contents: Contents;
  let zip: Uint8Array;
  let again: Promise<string>;

  before(async () => {
    const files = ["contents.mjs", "zip.mjs"].map((file) => path.join(ROOT, "scripts", "package", file));
    const child = spawn(process.execPath, ["--input-type=module", "-e", AGAIN, ...files, ROOT], {
      env: { ...process.env, TZ: "Pacific/Auckland", LANG: "C" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    again = text(child.stdout);
    ({ contents, zip } = await makeZip());
    await once(child, "close");
  });

  it("has the same bytes whenever and wherever it is made", async () => {
    assert.equal(await again, hashOf(zip));
    assert.deepEqual([...contents.keys()], [...contents.keys()].sort());
  });

  it("leaves nothing out that a file in it asks for", () => {
    assert.deepEqual(missingFrom(contents), []);
    // So that the look itself is looked at: without this file something is missing.
    const without = new Map(contents);
    without.delete("node_modules/semver/functions/parse.js");
    assert.ok(missingFrom(without).length > 0);
  });

  it("has production dependencies only, each at the version of the lock file", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { version: string; dev?: boolean }>;
    };
    const manifests = [...contents.keys()].filter(
      (file) => packages[path.posix.dirname(file)] && file.endsWith("/package.json"),
    );
    assert.ok(manifests.length > 250, `${manifests.length} packages`);
    for (const file of manifests) {
      const locked = packages[path.posix.dirname(file)];
      const { version } = JSON.parse(Buffer.from(contents.get(file) ?? []).toString()) as { version: string };
      assert.ok(locked?.dev !== true, file);
      assert.equal(version, locked?.version, file);
    }
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies))
      assert.ok(contents.has(`node_modules/${name}/package.json`), name);
  });

  it("has binaries for Linux x64 with glibc, and for nothing else", () => {
    const binaries = [...contents.keys()].filter((file) => file.endsWith(".node"));
    assert.deepEqual(binaries, ["node_modules/@libsql/linux-x64-gnu/index.node"]);
  });

  it("is small: no types, maps, tests or builds for browsers", () => {
    const files = [...contents.keys()];
    assert.deepEqual(
      files.filter((file) => /\.(ts|map)$|^dist\/tests\/|^src\//.test(file)),
      [],
    );
    const unpacked = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
    assert.ok(zip.length < 32e6 && unpacked < 110e6, `${zip.length} and ${unpacked} bytes`);
  });

  it("keeps every licence of what it contains", () => {
    for (const name of ["restify", "@azure/cosmos", "botbuilder", "twilio", "undici"])
      assert.ok(
        [...contents.keys()].some(
          (file) => file.startsWith(`node_modules/${name}/`) && /licen[sc]e/i.test(file),
        ),
        name,
      );
  });

  it("tells nothing of the machine that made it", () => {
    for (const [file, bytes] of contents)
      if (!file.startsWith("node_modules/")) assert.ok(!Buffer.from(bytes).includes(ROOT), file);
  });

  it("starts by the command of its package.json, which the template gives App Service too", () => {
    const manifest = JSON.parse(Buffer.from(contents.get("package.json") ?? []).toString()) as {
      scripts: Record<string, string>;
    };
    const { resources } = JSON.parse(read("deploymentTemplates/azuredeploy.json")) as {
      resources: { properties?: { siteConfig?: { appCommandLine: string } } }[];
    };
    const commands = resources.flatMap(({ properties }) => properties?.siteConfig?.appCommandLine ?? []);
    assert.deepEqual([...new Set([...commands, manifest.scripts.start])], [manifest.scripts.start]);
    assert.ok(commands.length === 2 && contents.has(manifest.scripts.start?.split(" ")[2] ?? ""));
  });

  it("is a zip that other programs read", function () {
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-zip-"));
    try {
      writeFileSync(path.join(folder, "a.zip"), zip);
      const { status, stdout, error } = spawnSync("unzip", ["-tq", path.join(folder, "a.zip")], {
        encoding: "utf8",
      });
      if (error !== undefined) return this.skip();
      assert.equal(status, 0, stdout);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is named in the pages by its version and its command", () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      version: string;
    };
    for (const page of ["README.md", "deploymentTemplates/README.md", "docs/deploying.md"]) {
      const names: readonly string[] = read(page).match(/[\w/]*switchboard[-\w.]*\.zip/g) ?? [];
      assert.ok(names.length > 0, page);
      assert.ok(names.includes(`release/switchboard-${version}.zip`), page);
      for (const name of names) assert.equal(path.basename(name), `switchboard-${version}.zip`, page);
      assert.ok(read(page).includes("npm run package"), page);
    }
  });
});
