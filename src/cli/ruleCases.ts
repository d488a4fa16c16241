import { z } from "zod";
import { sampleSchema } from "../admin/ruleContract";
import type { Path } from "../config/yamlSource";
import { skillRatings } from "../core/settingFields";
import type { SettingsSnapshot } from "../core/settings";
import { MESSAGE_TRIGGERS } from "../core/texts";
import { fileFaults } from "./checkText";
import { placed, readYaml } from "./readYaml";

/** What a case may expect of a decision; what it leaves out may be anything. */
const expectSchema = z
  .strictObject({
    queue: z.string(),
    /** Null: the fallback queue. */
    rule: z.string().nullable(),
    /** All of them. */
    skills: skillRatings,
    /** Null: classification sets none. */
    priority: z.number().nullable(),
    /** The conversation is closed, since no queue will have it. */
    ends: z.boolean(),
    /** The automated message for the customer. */
    told: z.enum(MESSAGE_TRIGGERS),
  })
  .partial()
  .refine((expect) => Object.keys(expect).length > 0, "expect something: queue, rule, skills, …");

const caseSchema = z.strictObject({
  name: z.string().min(1).max(500),
  workstream: z.string(),
  given: sampleSchema.default({}),
  expect: expectSchema,
});
export type RuleCase = z.infer<typeof caseSchema>;

const fileSchema = z.strictObject({
  /** Beside the file. */
  config: z.string().min(1).optional(),
  cases: z.array(caseSchema).min(1, "name at least one case").max(10_000),
});

/** A file of cases, with the lines on which they begin. */
export interface CaseFile {
  config: string | undefined;
  cases: readonly RuleCase[];
  lineOf(position: number): number;
  /** Throws ConfigError CONFIG_INVALID for cases about what the configuration does not have. */
  check(settings: SettingsSnapshot): void;
}

/** Reads a file of cases. Throws ConfigError CONFIG_INVALID that lists every fault with its path and line. */
export function readCases(text: string, name: string): CaseFile {
  const { source, value } = readYaml(text, name, toldBy(fileSchema));
  return {
    config: value.config,
    cases: value.cases,
    lineOf: (position) => source.lineOf(["cases", position]),
    check(settings) {
      const faults = value.cases.flatMap((each, i) =>
        strangers(each, settings).map(([path, message]) => placed(source, ["cases", i, ...path], message)),
      );
      if (faults.length > 0) throw fileFaults(name, faults);
    },
  };
}

/** Reads a sample, JSON or YAML. Throws as `readCases` does. */
export const readSample = (text: string, name: string): z.infer<typeof sampleSchema> =>
  readYaml(text, name, toldBy(sampleSchema)).value;

/** Names that the configuration does not have: a slip of the pen that would only show as a failed case. */
function strangers({ workstream, given, expect }: RuleCase, settings: SettingsSnapshot): [Path, string][] {
  const stream = settings.workstreams.get(workstream);
  if (stream === undefined) return [[["workstream"], `there is no work stream "${workstream}"`]];
  const { queue, rule } = expect;
  const found: [Path, string][] = [];
  if (given.instance !== undefined && !settings.instances.has(given.instance))
    found.push([["given", "instance"], `there is no instance "${given.instance}"`]);
  if (queue !== undefined && !settings.queues.has(queue))
    found.push([["expect", "queue"], `there is no queue "${queue}"`]);
  if (typeof rule === "string" && !stream.rules.some((each) => each.name === rule))
    found.push([["expect", "rule"], `"${workstream}" has no rule "${rule}"`]);
  return found;
}

const toldBy = <T extends z.ZodObject>(schema: T) => ({
  schema,
  keysAt: (path: Path) => keysAt(path, schema.shape),
});

/** Known keys of what stands at a path. */
function keysAt(path: Path, whole: object): string[] {
  const at = path.filter((step) => typeof step === "string").at(-1);
  const { customer, contact, message } = sampleSchema.shape;
  const shapes: Readonly<Record<string, object>> = {
    cases: caseSchema.shape,
    given: sampleSchema.shape,
    expect: expectSchema.shape,
    customer: customer.unwrap().shape,
    contact: contact.unwrap().shape,
    message: message.unwrap().shape,
  };
  return Object.keys(at === undefined ? whole : (shapes[at] ?? {}));
}
