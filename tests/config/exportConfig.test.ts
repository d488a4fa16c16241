import assert from "node:assert/strict";
import path from "node:path";
import { toSnapshot } from "../../src/admin/checks";
import { exportConfig } from "../../src/config/exportConfig";
import { readConfigFile } from "../../src/config/file";
import { definitions, parse } from "./definitions";

describe("exportConfig", () => {
  for (const file of ["examples/switchboard.yaml", "examples/demo/switchboard.yaml"]) {
    it(`gives a file that reads back the same: ${file}`, () => {
      const { hash: _hash, contacts: _data, ...objects } = readConfigFile(path.resolve(file), definitions);
      const text = exportConfig(toSnapshot({ hash: "", ...objects }), definitions);
      const { hash: _other, contacts, ...again } = parse(text);
      assert.deepEqual(again, objects);
      assert.deepEqual(contacts, [], "contacts are data, not settings");
    });
  }

  it("writes references and leaves out defaults", () => {
    const text = exportConfig(
      toSnapshot(readConfigFile(path.resolve("examples/switchboard.yaml"), definitions)),
      definitions,
    );
    assert.match(text, /applicationSecret: env:FB_APP_SECRET/);
    assert.match(text, /pageId: "2000"/);
    assert.doesNotMatch(text, /offerSeconds|simulated|values:|secrets:/);
  });
});
