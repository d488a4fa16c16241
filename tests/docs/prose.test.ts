import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { channels } from "../../src/adapters/registry";
import { parseConfig } from "../../src/config/file";
import { createSettingsRules } from "../../src/config/rules";
import { parseYaml } from "../../src/config/yamlSource";
import { type FlowSettings, SETTINGS, type SettingsKind } from "../../src/core/settings";
import { checkFlow } from "../../src/dialogs/flows/check";
import { anchorsIn, PAGES, withoutCode } from "./pages";
import { ROOT, read } from "./parts";

const anchorsOf = (file: string): string[] => anchorsIn(read(file));

describe("documentation", () => {
  for (const page of PAGES) {
    it(`links of ${page} lead somewhere`, () => {
      for (const [, target = ""] of withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [place = "", anchor] = target.split("#");
        const file = place === "" ? page : path.posix.join(path.posix.dirname(page), place);
        assert.ok(existsSync(path.join(ROOT, file)), target);
        if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), target);
      }
    });
  }

  it("docs/README.md leads each of the four readers, and to every page", () => {
    const index = read("docs/README.md");
    const readers = ["agents and supervisors", "admins", "bot developers", "contributors"];
    assert.deepEqual(
      [...index.matchAll(/^## For (.+)$/gm)].map(([, reader]) => reader),
      readers,
    );
    for (const page of PAGES) {
      const wanted =
        /^(docs|examples|src|operations|deploymentTemplates)\//.test(page) && page !== "docs/README.md";
      // The metrics page leads to the one, the SMS and WhatsApp pages to the other.
      if (!wanted || page === "operations/README.md" || page === "src/adapters/twilio/README.md") continue;
      const link = page.startsWith("docs/") ? page.slice("docs/".length) : `../${page}`;
      assert.ok(new RegExp(`\\(${link.replaceAll(".", "\\.")}[)#]`).test(index), page);
    }
  });

  it("README.md has the two commands that set it up and test it", () => {
    for (const command of ["npm ci && npm start", "npm ci && npm test"])
      assert.ok(read("README.md").includes(command));
  });

  it("README.md leads to every channel's page", () => {
    for (const { definition } of channels)
      assert.ok(read("README.md").includes(`(src/adapters/${definition.id}/README.md)`));
  });

  it("docs/lifecycle.md names files and functions that exist", () => {
    const named = [...read("docs/lifecycle.md").matchAll(/`([\w/<>]+\.ts)(?:: ([\w, ]+))?`/g)];
    assert.ok(named.length > 30);
    for (const [, place = "", names = ""] of named) {
      const files = place.includes("<channel>")
        ? ["facebook", "twitter"].map((name) => place.replace("<channel>", name))
        : [place];
      for (const file of files) {
        const text = read(`src/${file}`);
        for (const name of names.split(", ").filter((word) => word !== "")) {
          assert.match(
            text,
            new RegExp(`\\b(function\\s+|const\\s+|async\\s+)?${name}\\s*[(<=:]`),
            `${file}: ${name}`,
          );
        }
      }
    }
  });

  it("flows in the documentation have no faults", () => {
    const flows = ["README.md", "docs/flows.md"].flatMap(flowsOf);
    assert.ok(flows.length >= 2);
    for (const flow of flows) assert.deepEqual(checkFlow(flow), []);
  });

  const withSettings = { "docs/desk.md": 3, "docs/messages.md": 6 };
  for (const [page, count] of Object.entries(withSettings))
    it(`settings in ${page} can be read`, () => {
      const blocks = yamlBlocks(page);
      assert.equal(blocks.length, count);
      for (const text of blocks) {
        const parsed = parseYaml(text);
        const sections = parsed.ok ? (parsed.source.value as Record<string, unknown[]>) : assert.fail(text);
        for (const [kind, values] of Object.entries(sections))
          for (const value of values) assert.deepEqual(faultsOf(kind as SettingsKind, value), []);
      }
    });

  it("the configuration in README.md and examples/switchboard.yaml can be applied", () => {
    const definitions = channels.map(({ definition }) => definition);
    const blocks = yamlBlocks("README.md").filter((text) => /^accounts:/m.test(text));
    assert.equal(blocks.length, 1);
    for (const text of [...blocks, read("examples/switchboard.yaml")]) {
      parseConfig({ bytes: Buffer.from(text), name: "example", definitions });
    }
  });
});

/** What is wrong with it by itself; what it points at stands on other pages. */
function faultsOf(kind: SettingsKind, value: unknown): string[] {
  const rules = createSettingsRules(channels.map(({ definition }) => definition));
  const all = { has: () => true, get: () => undefined, ids: () => [] };
  return rules.faultsOf(kind, SETTINGS[kind].parse(value) as never, all).map(({ message }) => message);
}

const yamlBlocks = (file: string): string[] =>
  [...read(file).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? "");

function flowsOf(file: string): FlowSettings[] {
  return yamlBlocks(file).flatMap((text) => {
    const parsed = parseYaml(text);
    const value = parsed.ok
      ? (parsed.source.value as { flows?: FlowSettings[]; steps?: unknown } | null)
      : assert.fail(text);
    return value?.steps === undefined ? (value?.flows ?? []) : [value as unknown as FlowSettings];
  });
}
