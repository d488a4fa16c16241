import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT, read } from "../docs/parts";
import { FOLDER, readFiles } from "./files";
import { SECRET_NAMES } from "./resourceContract";

const README = read(`${FOLDER}/README.md`);
const { template } = readFiles();

describe("deploymentTemplates/README.md", () => {
  it("says where every secret stands in the vault", () => {
    const secure = Object.keys(template.parameters).filter(
      (name) => template.parameters[name]?.type === "securestring",
    );
    assert.deepEqual(secure.sort(), Object.keys(SECRET_NAMES).sort());
    for (const [parameter, name] of Object.entries(SECRET_NAMES)) {
      const row = README.split("\n").find(
        (line) => line.startsWith(`| \`${parameter}\` | `) && line.includes(name),
      );
      assert.ok(row !== undefined, parameter);
    }
  });

  it("names files, parameters and outputs that exist", () => {
    for (const [, file = ""] of README.matchAll(/-[fp] @?(deploymentTemplates\/[\w.]+)/g))
      assert.ok(existsSync(path.join(ROOT, file)), file);
    for (const [, name = ""] of README.matchAll(/ -p (\w+)=/g)) assert.ok(template.parameters[name], name);
    const outputs = [...README.matchAll(/`(\w+(?:CallbackUrl|Endpoint|Commands))`/g)].map(
      ([, name]) => name ?? "",
    );
    assert.ok(outputs.length > 10);
    for (const name of outputs) assert.ok(template.outputs[name], name);
  });

  it("has the button with both addresses", () => {
    assert.ok(README.includes("(https://portal.azure.com/#create/Microsoft.Template/uri/"));
    assert.ok(README.includes("/createUIDefinitionUri/"));
  });

  it("tells every role that the template assigns", () => {
    const words = ["Key Vault Secrets Officer", "Key Vault Secrets User", "Storage Blob Data Contributor"];
    for (const role of [...words, "Cosmos DB Built-in Data Contributor"])
      assert.ok(README.includes(role), role);
  });
});
