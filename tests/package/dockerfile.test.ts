import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { satisfies } from "semver";
import { SETTING_ROWS } from "../../src/config/settingRows";
import { ROOT, read } from "../docs/parts";

interface Instruction {
  name: string;
  rest: string;
}

/** Instructions in order, continued lines joined, comments left out. */
function instructionsOf(text: string): Instruction[] {
  const lines = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, "");
  return [...lines.matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, name = "", rest = ""]) => ({ name, rest }));
}

const ALL = instructionsOf(read("Dockerfile"));
const LAST_FROM = ALL.map(({ name }) => name).lastIndexOf("FROM");
const BUILD = ALL.slice(0, LAST_FROM);
const IMAGE = ALL.slice(LAST_FROM);
const of = (instructions: readonly Instruction[], wanted: string): string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);
const MANIFEST = JSON.parse(read("package.json")) as { engines: { node: string }; version: string };

/** Patterns of .dockerignore that take effect at the top: enough for the files of ours. */
const IGNORED = read(".dockerignore")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
function isIgnored(file: string): boolean {
  const top = file.split("/")[0] ?? "";
  const fits = (pattern: string) =>
    new RegExp(`^${pattern.replace(/[.+?^$()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`).test(top);
  return IGNORED.some(fits) && !IGNORED.includes(`!${top}`);
}

describe("Dockerfile", () => {
  it("builds and runs on one version of Node, which the package takes and the template runs", () => {
    const bases = of(ALL, "FROM").map((rest) => rest.split(" ")[0]);
    assert.equal(new Set(bases).size, 1);
    // slim is Debian: glibc, as the package wants it.
    const [, major = ""] = /^node:(\d+)-slim$/.exec(bases[0] ?? "") ?? [];
    assert.ok(satisfies(`${major}.0.0`, MANIFEST.engines.node), bases[0]);
    const { parameters } = JSON.parse(read("deploymentTemplates/azuredeploy.json")) as {
      parameters: { nodeVersion: { defaultValue: string } };
    };
    assert.equal(parameters.nodeVersion.defaultValue, `${major}-lts`);
  });

  it("copies only what exists and what .dockerignore lets through", () => {
    const sources = of(BUILD, "COPY").flatMap((rest) => rest.split(" ").slice(0, -1));
    assert.ok(sources.includes(".") && sources.length > 3);
    for (const source of sources)
      assert.ok(existsSync(path.join(ROOT, source)) && !isIgnored(source), source);
  });

  it("keeps secrets, data and what is built here out of the context, and what a build needs in it", () => {
    for (const file of [".env", ".env.production", ".git", "data", "node_modules", "dist", "release"])
      assert.ok(isIgnored(file), file);
    const needed = ["src", "tests", "scripts", "schemas", "templates", "examples", "LICENSE", "CHANGELOG.md"];
    for (const file of [...needed, ".env.example", "tsconfig.json", "vite.config.mjs", "package-lock.json"])
      assert.ok(existsSync(path.join(ROOT, file)) && !isIgnored(file), file);
  });

  it("takes from the first stage what that one packages, and nothing else", () => {
    const [, stage] = / AS (\w+)$/.exec(of(BUILD, "FROM")[0] ?? "") ?? [];
    const [, folder] = /npm run package -- .*--folder (\/\w+)$/.exec(of(BUILD, "RUN").at(-1) ?? "") ?? [];
    assert.deepEqual(of(IMAGE, "COPY"), [`--from=${stage} ${folder} ./`]);
    assert.deepEqual(of(BUILD, "RUN")[0], "npm ci");
  });

  it("runs in production as a user without rights, who owns the data folder and no code", () => {
    const environment = Object.fromEntries(
      of(IMAGE, "ENV")
        .join(" ")
        .split(" ")
        .map((pair) => pair.split("=")),
    );
    const known = new Set<string>(SETTING_ROWS.map(({ name }) => name));
    for (const name of Object.keys(environment)) assert.ok(known.has(name), name);
    assert.equal(environment.NODE_ENV, "production");
    const data = environment.SWITCHBOARD_DATA as string;
    assert.deepEqual(of(IMAGE, "VOLUME"), [data]);
    assert.deepEqual(of(IMAGE, "RUN"), [`mkdir ${data} && chown node:node ${data}`]);
    assert.deepEqual(of(IMAGE, "USER"), ["node"]);
    assert.ok(!of(IMAGE, "COPY").some((rest) => rest.includes("--chown")));
  });

  it("starts node itself, by the template's command", () => {
    const template = read("deploymentTemplates/azuredeploy.json");
    const words = JSON.parse(of(IMAGE, "CMD")[0] ?? "") as string[];
    assert.ok(template.includes(`"appCommandLine": "${words.join(" ")}"`));
    const port = SETTING_ROWS.find(({ name }) => name === "PORT")?.standard;
    assert.deepEqual(of(IMAGE, "EXPOSE"), [port]);
  });

  it("is healthy while /readyz answers 200", async () => {
    const [, command = ""] = /CMD (\[.+\])$/.exec(of(IMAGE, "HEALTHCHECK")[0] ?? "") ?? [];
    const [program, ...args] = JSON.parse(command) as string[];
    assert.equal(program, "node");
    let status = 200;
    const asked: (string | undefined)[] = [];
    const server = createServer((incoming, response) => {
      asked.push(incoming.url);
      // In two steps: once restify is loaded, writeHead gives nothing back.
      response.writeHead(status);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const check = async () => {
      const child = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: "ignore" });
      return (await once(child, "exit"))[0] as number;
    };
    assert.equal(await check(), 0);
    status = 503;
    assert.equal(await check(), 1);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await check(), 1);
    assert.deepEqual(asked, ["/readyz", "/readyz"]);
  });
});
