import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Who may import whom, of the folders and files in src. Core is everybody's; who is not here may import no more. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  routing: ["expressions"],
  contacts: ["expressions"],
  dialogs: ["expressions", "routing", "contacts"],
  pipeline: ["dialogs", "routing", "contacts"],
  plugins: ["expressions"],
  // Arithmetic over rows: what wrote them need not be known.
  reports: [],
  privacy: ["pipeline", "routing", "contacts"],
  desk: ["pipeline", "routing", "contacts", "expressions", "reports"],
  admin: ["pipeline", "routing", "contacts", "privacy", "expressions", "reports"],
  simulator: ["adapters", "dialogs"],
  component: ["adapters", "dialogs"],
  web: [
    "desk/contract",
    "desk/contactContract",
    "admin/operationsContract",
    "signIn/contract",
    "simulator/contract",
    "core/smsSegments",
  ],
  // Without a server the command line opens the store itself.
  cli: [
    "app",
    "main",
    "config",
    "admin",
    "version",
    "adapters",
    "dialogs",
    "routing",
    "contacts",
    "pipeline",
    "secrets",
    "storage",
    "settingsChecks",
    "openPlugins",
  ],
  openPlugins: ["adapters", "config", "expressions", "plugins", "routing", "version"],
  settingsChecks: ["admin", "dialogs", "routing", "signIn"],
  main: ["app", "config"],
  // A plugin is tried as the server loads it.
  testing: ["adapters", "dialogs", "expressions", "openPlugins"],
  // The server for somebody else's port.
  switchboard: ["app", "config"],
  index: ["adapters", "dialogs", "component", "switchboard"],
  startConfiguration: ["admin", "config", "secrets"],
  watchConfiguration: ["config"],
  app: ["*"],
  // Parts of the composition root.
  composition: ["*"],
};

/** One owner per SDK: who may import a package, its name or all that begin with it ("botbuilder*"). */
const OWNERS: Record<string, readonly string[]> = {
  restify: ["server"],
  "prom-client": ["server"],
  pino: ["config/logger"],
  yaml: ["config"],
  undici: ["adapters"],
  twilio: ["adapters/twilio"],
  // What an action of a `.dialog` file holds is for the language of the bot that runs it, not for ours.
  "adaptive-expressions": ["expressions", "component"],
  "botbuilder*": ["adapters", "dialogs", "component"],
  "botframework*": ["adapters", "dialogs", "component"],
  libsql: ["storage"],
  "@azure/cosmos": ["storage"],
  "@azure/identity": ["storage", "secrets", "media"],
  "@azure/keyvault-secrets": ["secrets"],
  "@azure/storage-blob": ["media"],
  "libphonenumber-js": ["dialogs/flows", "contacts"],
  "@internationalized/number": ["dialogs/flows"],
  "chrono-node": ["dialogs/flows"],
  minisearch: ["dialogs/knowledge"],
  "temporal-polyfill": ["routing"],
  "rrule-temporal": ["routing"],
  // Whoever owns a service of Azure signs in to it.
  zod: [
    "simulator",
    "core",
    "config",
    "contacts",
    "secrets",
    "media",
    "admin",
    "desk",
    "dialogs",
    "server",
    "signIn",
    "cli",
    "plugins",
  ],
  "openid-client": ["signIn"],
  fflate: ["privacy/export"],
  semver: ["plugins"],
  "resolve.exports": ["plugins"],
};
/** Packages of the pages, which are bundled and not installed with the server. */
const PAGES = ["react", "react-dom", "@fluentui/*", "@tanstack/*", "wouter"];
/** Channels may share these. */
const SHARED = ["shared", "twilio"];

interface Import {
  /** "adapters/sms/inbound", without its ending. */
  from: string;
  to: string;
  own: boolean;
  typeOnly: boolean;
}

const SRC = path.resolve(__dirname, "..", "..", "src");
const IMPORT =
  /^(?:import|export)\s(type\s)?(?:[^"';]*?\sfrom\s)?"([^"]+)"|\b(?:import|require)\("([^"]+)"\)/gm;
const IMPORTS = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
  .flatMap((file) => importsOf(file.split(path.sep).join("/")));

function importsOf(file: string): Import[] {
  const from = file.replace(/\.tsx?$/, "");
  return [...readFileSync(path.join(SRC, file), "utf8").matchAll(IMPORT)].map(([, type, stated, dynamic]) => {
    const target = stated ?? dynamic ?? "";
    const own = target.startsWith(".");
    const to = own ? path.posix.join(path.posix.dirname(from), target).replace(/\.js$/, "") : target;
    return { from, to, own, typeOnly: type !== undefined };
  });
}

const folderOf = (file: string): string => file.split("/", 1)[0] ?? "";
const inside = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);
const named = (name: string, pattern: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : inside(name, pattern);
const told = (found: readonly Import[]): string[] => found.map(({ from, to }) => `${from} imports ${to}`);

describe("architecture", () => {
  it("imports only downwards", () => {
    const wrong = IMPORTS.filter(({ from, to, own }) => {
      const folder = folderOf(from);
      const allowed = MAY_IMPORT[folder] ?? [];
      if (!own || folderOf(to) === folder || allowed.includes("*")) return false;
      return !(folder !== "web" && folderOf(to) === "core") && !allowed.some((place) => inside(to, place));
    });
    assert.deepEqual(told(wrong), []);
  });

  it("leaves each package to its owner", () => {
    const wrong = IMPORTS.filter(({ from, to, own }) => {
      if (own || to.startsWith("node:") || to.startsWith("data:")) return false;
      if (folderOf(from) === "web")
        return !PAGES.some((pattern) => named(to, pattern)) && !/\.(css|svg)$/.test(to);
      const owner = Object.keys(OWNERS).find((pattern) => named(to, pattern));
      return owner === undefined || !OWNERS[owner]?.some((place) => inside(from, place));
    });
    assert.deepEqual(told(wrong), []);
  });

  it("keeps channels apart", () => {
    const channelOf = (file: string): string | undefined => /^adapters\/([^/]+)\//.exec(file)?.[1];
    const wrong = IMPORTS.filter(({ from, to }) => {
      const [mine, other] = [channelOf(from), channelOf(`${to}/`)];
      return mine !== undefined && other !== undefined && mine !== other && !SHARED.includes(other);
    });
    assert.deepEqual(told(wrong), []);
  });

  it("takes only types and arithmetic into the pages", () => {
    const wrong = IMPORTS.filter(
      ({ from, to, own, typeOnly }) =>
        inside(from, "web") && own && !inside(to, "web") && !typeOnly && to !== "core/smsSegments",
    );
    assert.deepEqual(told(wrong), []);
  });

  it("has no cycles", () => {
    const next = new Map<string, string[]>();
    for (const { from, to, own } of IMPORTS) if (own) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `a cycle: ${[...path, file].join(" -> ")}`);
      if (done.has(file)) return;
      for (const target of next.get(file) ?? [])
        visit(next.has(`${target}/index`) ? `${target}/index` : target, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
  });
});
