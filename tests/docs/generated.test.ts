import assert from "node:assert/strict";
import { SETTING_ROWS } from "../../src/config/settingRows";
import { ERRORS } from "../../src/core/errors";
import { SETTINGS, SETTINGS_KINDS } from "../../src/core/settings";
import { STEP_KINDS } from "../../src/dialogs/flows/steps";
import { read, wantedFiles } from "./parts";

describe("generated documentation", () => {
  for (const [file, wanted] of wantedFiles()) {
    it(`${file} is as the code says (else: npm run docs)`, () => {
      assert.equal(read(file), wanted);
    });
  }

  it("docs/errors.md and the table of errors have the same codes", () => {
    const told = [...read("docs/errors.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name ?? "");
    assert.deepEqual(told, Object.keys(ERRORS));
  });

  it(".env.example and the docs name every setting", () => {
    const names = SETTING_ROWS.map(({ name }) => name);
    const inExample = [...read(".env.example").matchAll(/^#(\w+)=/gm)].map(([, name]) => name);
    const inDocs = [...read("docs/configuration.md").matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
    assert.deepEqual(inExample, names);
    for (const name of names) assert.ok(inDocs.includes(name), name);
  });

  it("docs/configuration.md names every key of every section of the file", () => {
    const text = read("docs/configuration.md");
    for (const kind of SETTINGS_KINDS) {
      for (const key of Object.keys(SETTINGS[kind].shape)) {
        // Fields of accounts and instances stand flat in the file; an instance's account is the one it stands in.
        if (["values", "secrets", "externalId", "account"].includes(key)) continue;
        assert.ok(text.includes(`\`${key}\``), `${kind}: ${key}`);
      }
    }
  });

  it("docs/flows.md explains every step", () => {
    for (const kind of STEP_KINDS)
      assert.match(read("docs/flows.md"), new RegExp(`^\\| \`${kind}\` \\|`, "m"));
  });
});
