import path from "node:path";
import { z } from "zod";
import { saySchema, trialSettings } from "../admin/flows/flowContract";
import type { Path } from "../config/yamlSource";
import { skillRatings } from "../core/settingFields";
import { readYaml } from "./readYaml";

const plainValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a turn may expect; what it leaves out may be anything. */
const expectSchema = z
  .strictObject({
    /** All texts that are said, in order. */
    texts: z.array(z.string()),
    /** Stands in one of the texts; several: each of them. */
    contains: z.union([z.string(), z.array(z.string())]),
    /** Offered with the last message. */
    choices: z.array(z.string()),
    /** False: none. True: any. */
    handoff: z.union([
      z.boolean(),
      z
        .strictObject({
          /** Null: the rules decide. */
          queue: z.string().nullable(),
          /** Stands in the summary. */
          summary: z.string(),
          skills: skillRatings,
        })
        .partial(),
    ]),
    ended: z.boolean(),
    /** Of the flow; others may have any value. */
    vars: z.record(z.string(), z.unknown()),
    context: z.record(z.string(), plainValue),
    /** The step that waits; null: none. */
    step: z.string().nullable(),
    /** True: the flow breaks here, and people take over. */
    fault: z.boolean(),
  })
  .partial()
  .refine((expect) => Object.keys(expect).length > 0, "expect something: texts, choices, handoff, …");
export type TurnExpectation = z.infer<typeof expectSchema>;

const turnSchema = z.strictObject({ say: saySchema, expect: expectSchema.optional() });
const conversationSchema = z.strictObject({
  name: z.string().min(1).max(500),
  ...trialSettings,
  turns: z.array(turnSchema).min(1, "name at least one turn").max(200),
});
export type ScriptedConversation = z.infer<typeof conversationSchema>;

const fileSchema = z.strictObject({
  /** Flow file beside this one, or, with `config`, the id of a flow. `orders.test.yaml` tests `orders.yaml`. */
  flow: z.string().min(1).optional(),
  /** Further flow files, for flows that are called. */
  flows: z.array(z.string().min(1)).max(50).default([]),
  /** Configuration file, for hours and flows that are called. */
  config: z.string().min(1).optional(),
  conversations: z.array(conversationSchema).min(1, "name at least one conversation").max(1000),
});

/** A file of scripted conversations. */
export interface FlowTestFile {
  /** Path of the flow's file; undefined: `flowId` of the configuration. */
  flowFile: string | undefined;
  flowId: string | undefined;
  otherFiles: readonly string[];
  config: string | undefined;
  conversations: readonly ScriptedConversation[];
  lineOf(conversation: number, turn?: number): number;
}

/** Throws ConfigError CONFIG_INVALID that lists every fault with its path and line. */
export function readFlowTests(text: string, file: string): FlowTestFile {
  const { source, value } = readYaml(text, file, { schema: fileSchema, keysAt });
  const beside = (name: string) => path.resolve(path.dirname(file), name);
  const flow = value.flow ?? path.basename(file).replace(/\.test(\.\w+)$/, "$1");
  const isFile = /\.(ya?ml|json)$/.test(flow);
  return {
    flowFile: isFile ? beside(flow) : undefined,
    flowId: isFile ? undefined : flow,
    otherFiles: value.flows.map(beside),
    config: value.config === undefined ? undefined : beside(value.config),
    conversations: value.conversations,
    lineOf: (conversation, turn) =>
      source.lineOf(["conversations", conversation, ...(turn === undefined ? [] : ["turns", turn])]),
  };
}

function keysAt(at: Path): string[] {
  const last = at.filter((step) => typeof step === "string").at(-1);
  const shapes: Readonly<Record<string, object>> = {
    conversations: conversationSchema.shape,
    turns: turnSchema.shape,
    expect: expectSchema.shape,
    customer: trialSettings.customer.unwrap().shape,
    contact: trialSettings.contact.unwrap().shape,
    handoff: { queue: 0, summary: 0, skills: 0 },
  };
  return Object.keys(last === undefined ? fileSchema.shape : (shapes[last] ?? {}));
}
