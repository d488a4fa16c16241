import { z } from "zod";
import { flowSchema } from "../../core/settings";
import { FLOW_HELP, STEP_HELP } from "./stepHelp";
import { STEP_KINDS, type StepKind, stepSchemas } from "./steps";

type Json = Record<string, unknown> & { properties?: Record<string, Record<string, unknown>> };

/** The JSON schema of a flow file, by which editors complete and check one as it is written. */
export function flowJsonSchema(): object {
  const flow = described(toJson(flowSchema), FLOW_HELP);
  const steps = {
    ...flow.properties?.steps,
    additionalProperties: {
      type: "object",
      required: ["do"],
      properties: { do: { enum: STEP_KINDS, description: "What the step does." } },
      // One branch for each kind: an editor tells the faults of that kind, not of all.
      allOf: STEP_KINDS.map((kind) => ({
        if: { properties: { do: { const: kind } }, required: ["do"] },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON schema.
        then: { $ref: `#/$defs/${kind}` },
      })),
    },
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Switchboard flow",
    description: "What a helper says before people take over: docs/flows.md.",
    ...flow,
    properties: { ...flow.properties, steps },
    $defs: Object.fromEntries(STEP_KINDS.map((kind) => [kind, stepJson(kind)])),
  };
}

function stepJson(kind: StepKind): Json {
  const { does, keys } = STEP_HELP[kind];
  return { description: `${does}.`, ...described(toJson(stepSchemas[kind]), keys) };
}

function toJson(schema: z.ZodType): Json {
  // What an author may leave out must not be demanded.
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" }) as Json;
  return json;
}

function described(json: Json, help: Readonly<Record<string, string>>): Json {
  const properties = Object.entries(json.properties ?? {}).map(([key, value]) => {
    const words = help[key];
    return [key, words === undefined ? value : { ...value, description: words }] as const;
  });
  return { ...json, properties: Object.fromEntries(properties) };
}
