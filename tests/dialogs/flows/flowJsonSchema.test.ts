import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { parseYaml } from "../../../src/config/yamlSource";
import { flowJsonSchema } from "../../../src/dialogs/flows/flowJsonSchema";
import { stepSchemas } from "../../../src/dialogs/flows/steps";
import { ROOT, read } from "../../docs/parts";

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(flowJsonSchema());

/** Every flow of the examples and the documentation: of configurations, and of flow files. */
function exampleFlows(): { from: string; flow: object }[] {
  const examples = readdirSync(path.join(ROOT, "examples"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ya?ml|json)$/.test(file) && !file.includes("node_modules"))
    .map((file) => [file, readFileSync(path.join(ROOT, "examples", file), "utf8")] as const);
  const documented = [...read("docs/flows.md").matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
    ([, text], i) => [`docs/flows.md, example ${i + 1}`, text ?? ""] as const,
  );
  return [...examples, ...documented].flatMap(([from, text]) => {
    const parsed = parseYaml(text);
    if (!parsed.ok) return [];
    const value = parsed.source.value as { flows?: unknown[]; steps?: unknown } | null;
    const flows = value?.steps === undefined ? (value?.flows ?? []) : [value];
    return flows.flatMap((flow) => (typeof flow === "object" ? [{ from, flow: flow as object }] : []));
  });
}

const FAULTY: Readonly<Record<string, object>> = {
  "an unknown step": { do: "sya", text: "hi" },
  "a misspelt key": { do: "say", txt: "hi" },
  "a missing key": { do: "handoff", skills: { a: 11 } },
  "a number for a text": { do: "end", text: 5 },
  "a wrong kind of answer": { do: "ask", text: "a", kind: "colour" },
  "a faulty choice": { do: "ask", text: "a", choices: [{ lable: "A" }] },
  "no do": { text: "hi" },
};

describe("flowJsonSchema", () => {
  it("takes every example flow", () => {
    const flows = exampleFlows();
    assert.ok(flows.length >= 4, String(flows.length));
    for (const { from, flow } of flows)
      assert.ok(validate(flow), `${from}: ${JSON.stringify(validate.errors)}`);
  });

  for (const [what, step] of Object.entries(FAULTY)) {
    it(`refuses ${what}`, () => {
      assert.equal(validate({ id: "a", start: "b", steps: { b: step } }), false);
    });
  }

  it("refuses what is no flow", () => {
    for (const flow of [{}, { id: "a", steps: {} }, { id: "a b", start: "a", steps: {} }, []])
      assert.equal(validate(flow), false, JSON.stringify(flow));
  });

  it("says in words what each step and each of its keys is for", () => {
    const { $defs } = flowJsonSchema() as {
      $defs: Record<string, { description?: string; properties: Record<string, { description?: string }> }>;
    };
    for (const [kind, schema] of Object.entries(stepSchemas)) {
      assert.ok($defs[kind]?.description, kind);
      for (const key of Object.keys(schema.shape))
        if (key !== "do") assert.ok($defs[kind]?.properties[key]?.description, `${kind}.${key}`);
    }
  });
});
