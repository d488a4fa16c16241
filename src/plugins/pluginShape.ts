import { z } from "zod";
import type { ValueKind } from "../core/plugin";
import { channelId } from "../core/settingFields";

// What a plugin must look like. Used for checking only: the plugin's own objects are kept as they are.

const code = z.custom<(...given: never[]) => unknown>(
  (value) => typeof value === "function",
  "must be a function",
);
const kind = z.enum(["text", "number", "boolean", "any"] satisfies ValueKind[]);
const help = z.string().max(500).optional();

/** Name of an action or field: a step or rule writes it behind the plugin's. */
const word = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "use a letter, then letters, digits and underscore, at most 64");

const ruleFunction = z
  .strictObject({
    help,
    takes: z.array(kind).max(20),
    optional: z.number().int().min(0).optional(),
    gives: kind,
    run: code,
  })
  .refine(({ takes, optional = 0 }) => optional <= takes.length, {
    path: ["optional"],
    message: "is more than it takes",
  });

const flowAction = z.strictObject({
  help,
  takes: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}\??$/, 'use letters, digits and underscore, and "?" at the end'),
      kind,
    )
    .optional(),
  run: code,
});

const field = z.strictObject({ kind, help, read: code });

const hooks = z.strictObject({
  beforeTurn: code.optional(),
  beforeRouting: code.optional(),
  beforeSending: code.optional(),
  onClose: code.optional(),
});

const records = z.strictObject({
  findContact: code.optional(),
  contactChanged: code.optional(),
  contactErased: code.optional(),
  ticketChanged: code.optional(),
});

const dialog = z.object({ id: z.string().min(1).max(200), beginDialog: code, continueDialog: code });

const formField = z.object({
  name: word,
  title: z.string().min(1),
  kind: z.enum(["text", "secret", "generated"]),
  required: z.boolean(),
  help: z.string().min(1),
  pattern: z.string().optional(),
  options: z.array(z.string()).optional(),
  default: z.string().optional(),
});

const definition = z.object({
  id: channelId,
  title: z.string().min(1),
  provider: channelId,
  providerTitle: z.string().min(1),
  apiUrl: z.url().optional(),
  accountFields: z.array(formField),
  instance: z.object({
    noun: z.string().min(1),
    listKey: word,
    idField: word,
    fields: z.array(formField),
    normaliseId: code,
  }),
  limits: z.object({
    textLength: z.number().int().positive(),
    rates: z.array(z.object({ count: z.number().positive(), seconds: z.number().positive() })),
  }),
  abilities: z.object({
    delivered: z.boolean(),
    read: z.boolean(),
    typing: z.boolean(),
    quickReplies: z.boolean(),
    attachments: z.boolean(),
    templates: z.boolean(),
  }),
  window: z.object({ hours: z.number().positive(), closedText: z.string().min(1) }).optional(),
  // biome-ignore lint/suspicious/noThenProperty: the contract's word, and a schema is never awaited.
  ambiguous: z.object({ waitMs: z.number().min(0), then: z.enum(["resend", "fail"]) }),
});

const channel = z.object({
  definition,
  verify: code,
  challenge: code.optional(),
  toInbound: code,
  acknowledge: code,
  toRequests: code,
  createClient: code,
  connect: z.object({ validate: code, register: code.optional() }).optional(),
  fake: code.optional(),
});

export const pluginShape = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      "use a lower-case letter, then such letters, digits and dashes, at most 40",
    ),
  switchboard: z.string().min(1),
  dialogs: z.array(dialog).optional(),
  functions: z.record(word, ruleFunction).optional(),
  actions: z.record(word, flowAction).optional(),
  fields: z.record(word, field).optional(),
  channels: z.array(channel).optional(),
  hooks: hooks.optional(),
  records: records.optional(),
});
