import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseConfig, readConfigFile } from "../../src/config/file";
import { definitions } from "./definitions";

const CONFIG = `agents:
  - { id: ana, name: Ana }
queues:
  - { id: general, name: General, members: [ana] }
flows:
  - flows/orders.yaml
  - id: inline
    start: a
    steps: { a: { do: end } }
  - flows/again.json
`;
const ORDERS = `# An order's status.
id: orders
start: person
steps:
  person:
    do: handoff
    queue: general
`;

describe("flow files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "flow-files-"));
    mkdirSync(path.join(folder, "flows"));
    write("switchboard.yaml", CONFIG);
    write("flows/orders.yaml", ORDERS);
    write("flows/again.json", '{ "id": "again", "start": "a", "steps": { "a": { "do": "end" } } }');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  const read = () => readConfigFile(path.join(folder, "switchboard.yaml"), definitions);
  const problems = (): string[] => {
    let found: string[] = [];
    assert.throws(read, (error: { code: string; details: string[] }) => {
      found = error.details;
      return error.code === "CONFIG_INVALID";
    });
    return found;
  };

  it("are read in their place, JSON and YAML", () => {
    assert.deepEqual(
      read().flows.map(({ id }) => id),
      ["orders", "inline", "again"],
    );
  });

  it("count for the hash", () => {
    const before = read().hash;
    assert.equal(read().hash, before);
    write("flows/orders.yaml", `${ORDERS}    text: Hi\n`);
    assert.notEqual(read().hash, before);
  });

  it("are named in faults, with their own lines", () => {
    write("flows/orders.yaml", ORDERS.replace("general", "genral").replace("start:", "strat:"));
    write("flows/again.json", '{ "id": "inline", "start": "a",\n "steps": {} }');
    assert.deepEqual(problems(), [
      "flows/orders.yaml: start: is missing (line 2)",
      'flows/orders.yaml: strat: unknown key; did you mean "start"? (line 3)',
      'flows/again.json: id: "inline" is already the id of flows[1] (line 1)',
    ]);
    write("flows/orders.yaml", ORDERS.replace("general", "genral"));
    write("flows/again.json", "{ id: again\n");
    assert.match(
      problems()[0] ?? "",
      /^flows\/orders\.yaml: steps\.person\.queue: no queue "genral"; did you mean "general"\? \(line 7\)$/,
    );
    assert.match(problems()[1] ?? "", /^flows\/again\.json: .* \(line \d\)$/);
  });

  it("must be there", () => {
    rmSync(path.join(folder, "flows", "orders.yaml"));
    assert.match(problems()[0] ?? "", /^flows\[0\]: "flows\/orders\.yaml" cannot be read.* \(line 6\)$/);
  });

  it("come with a text that has no folder, and tell where an object stands", () => {
    const bundle = parseConfig({
      bytes: Buffer.from("flows: [orders.yaml]\nqueues: [{ id: general, name: G }]\n"),
      name: "the configuration",
      definitions,
      flowFiles: new Map([["orders.yaml", ORDERS]]),
    });
    assert.equal(bundle.placeOf?.("flows", "orders", ["steps", "person", "queue"]), "orders.yaml, line 7");
    assert.equal(bundle.placeOf?.("queues", "general", []), "the configuration, line 2");
  });
});
