import { z } from "zod";
import { language, settingId } from "../../core/settingFields";
import { TICKET_PRIORITIES } from "../../core/ticket";

/**
 * The steps of a flow as authors write them. The schemas check files and requests, and make the JSON schema by which
 * editors complete and check flow files.
 */

/** Another step of this flow; left out, the flow is at its end. */
const target = z.string().min(1).max(64).optional();
const plainText = z.string().min(1).max(4000);
/** What customers read: one text, or one for each language. `${expression}` is filled in. */
export const flowText = z.union([plainText, z.record(language, plainText)], {
  error: "a text, or one for each language, as in { en: …, pt: … }",
});
export type FlowText = z.infer<typeof flowText>;
/** A text with `${expression}`, a number, true or false; a text that begins with "=" is an expression, kept as it comes. */
const value = z.union([z.string().max(4000), z.number(), z.boolean()], {
  error: 'a text, a number, true or false, or an expression as in "=vars.count + 1"',
});
export type FlowValue = z.infer<typeof value>;
const variable = z.string().regex(/^[A-Za-z_]\w{0,63}$/, "letters, digits and _, not first a digit");
const condition = z.string().min(1).max(1000);
const values = z.record(variable, value);

const media = z
  .array(
    z.strictObject({
      /** Public https address, with `${expression}`; platforms fetch it themselves. */
      url: plainText,
      /** MIME type: "image/png". */
      type: z.string().regex(/^[a-z]+\/[a-z0-9.+*-]+$/i, 'a MIME type such as "image/png"'),
      name: z.string().max(200).optional(),
    }),
  )
  .min(1)
  .max(10);

/** Instead of the step's own on one channel. */
const onChannel = z.record(settingId, z.strictObject({ text: flowText.optional(), media: media.optional() }));

export const ANSWER_KINDS = [
  "text",
  "number",
  "date",
  "phone",
  "email",
  "choice",
  "yesNo",
  "attachment",
] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

const calling = {
  /** Values handed over. */
  with: values.optional(),
  save: variable.optional(),
  next: target,
};

export const stepSchemas = {
  /** Says `text`, waits for an answer and reads it as `kind`. After `maxTries` bad answers: `giveUp`. */
  ask: z.strictObject({
    do: z.literal("ask"),
    text: flowText,
    media: media.optional(),
    channels: onChannel.optional(),
    /** Said instead of `text` after a bad answer. */
    retry: flowText.optional(),
    /** choice where there are choices, else text. */
    kind: z.enum(ANSWER_KINDS).optional(),
    choices: z
      .array(
        z.strictObject({
          label: z.union([z.string().min(1).max(80), z.record(language, z.string().min(1).max(80))], {
            error: "a label of at most 80 characters, or one for each language",
          }),
          /** What is saved; the label when left out. */
          value: z.string().min(1).max(200).optional(),
          next: target,
        }),
      )
      .min(1)
      .max(13)
      .optional(),
    /** Smallest and largest: of a number its value, of a text its length, of a date "2026-12-24" or "today". */
    min: z.union([z.number(), z.string()]).optional(),
    max: z.union([z.number(), z.string()]).optional(),
    /** Of a phone number without its country: ISO code, "PT". */
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'two letters, as in "PT"')
      .optional(),
    /** MIME types of attachments that count: "image/*". */
    accept: z.array(z.string().min(3).max(100)).max(20).optional(),
    /** Must be true of the answer, which is `input`. */
    valid: condition.optional(),
    save: variable.optional(),
    maxTries: z.number().int().min(1).max(10).default(3),
    next: target,
    /** Of yesNo, instead of `next`. */
    yes: target,
    no: target,
    giveUp: target,
  }),
  /** Says something and goes on. */
  say: z.strictObject({
    do: z.literal("say"),
    text: flowText.optional(),
    media: media.optional(),
    channels: onChannel.optional(),
    /** Quick replies; what is tapped is the customer's next message. */
    replies: z.array(flowText).min(1).max(13).optional(),
    next: target,
  }),
  /** Sets context variables, which rules and agents see, and variables of the flow. */
  set: z.strictObject({
    do: z.literal("set"),
    context: z.record(variable, value).optional(),
    vars: values.optional(),
    next: target,
  }),
  // biome-ignore lint/suspicious/noThenProperty: the word that authors of flows write; nothing awaits a schema.
  if: z.strictObject({ do: z.literal("if"), if: condition, then: target, else: target }),
  /** Goes where the value leads; `else` where it leads nowhere. Case does not matter. */
  switch: z.strictObject({
    do: z.literal("switch"),
    /** An expression. */
    value: condition,
    cases: z.record(z.string().min(1).max(200), z.string().min(1).max(64)),
    else: target,
  }),
  goto: z.strictObject({ do: z.literal("goto"), next: z.string().min(1).max(64) }),
  /** Runs another flow, which comes back here at its end; `save` gets what it returns. */
  flow: z.strictObject({ do: z.literal("flow"), flow: settingId, ...calling }),
  /** Ends a flow that was called; `result` is what the caller saves. */
  return: z.strictObject({ do: z.literal("return"), result: value.optional() }),
  /** Runs a coded dialog; its result goes into `save`. */
  dialog: z.strictObject({ do: z.literal("dialog"), dialog: z.string().min(1).max(100), ...calling }),
  /** Runs an action of a plugin. Without `error` a failure goes to people. */
  action: z.strictObject({
    do: z.literal("action"),
    action: z.string().min(1).max(200),
    timeoutSeconds: z.number().min(0.1).max(8).default(5),
    ...calling,
    error: target,
  }),
  /** Asks a service of yours; `save` gets `{ status, body }`. Anything but 2xx goes to `error`, else to people. */
  http: z.strictObject({
    do: z.literal("http"),
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    /** On a host of SWITCHBOARD_FLOW_HOSTS. `${expression}` is encoded. */
    url: z.string().min(1).max(2000),
    query: z.record(z.string().min(1).max(100), value).optional(),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "a header's name"), value).optional(),
    /** Header -> reference to a secret (env:NAME, …), which is the header's whole value. */
    secretHeaders: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "a header's name"),
        z
          .string()
          .regex(
            /^(env|file|keyvault):[A-Za-z0-9_.-]{1,127}$/,
            "a reference: env:NAME, file:NAME or keyvault:NAME",
          ),
      )
      .optional(),
    /** Sent as JSON. */
    body: z.record(z.string().min(1).max(100), value).optional(),
    timeoutSeconds: z.number().min(0.1).max(8).default(3),
    /** Further tries after a fault of the service or the connection. */
    retries: z.number().int().min(0).max(3).default(1),
    save: variable.optional(),
    next: target,
    error: target,
  }),
  /** Branches by operating hours; without a name those of the page, handle or number, or of the work stream. */
  hours: z.strictObject({
    do: z.literal("hours"),
    hours: settingId.optional(),
    open: target,
    closed: target,
  }),
  /** Says the best answer out of Markdown files with questions; `none` when there is no good one. */
  knowledge: z.strictObject({
    do: z.literal("knowledge"),
    /** Folder below the knowledge folder; left out: all of it. */
    source: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "a folder's name")
      .optional(),
    /** What the customer said, when left out. */
    question: plainText.optional(),
    /** Around the answer, with `${answer}`. */
    text: flowText.optional(),
    save: variable.optional(),
    next: target,
    none: target,
  }),
  /** Makes a ticket; `save` gets its number, as does the context variable `ticket`. */
  ticket: z.strictObject({
    do: z.literal("ticket"),
    subject: plainText,
    description: plainText.optional(),
    priority: z.enum(TICKET_PRIORITIES).optional(),
    /** What is to be done. */
    activity: z.string().min(1).max(200).optional(),
    group: z.string().min(1).max(200).optional(),
    fields: values.optional(),
    save: variable.optional(),
    next: target,
  }),
  /** Hands the conversation to people. */
  handoff: z.strictObject({
    do: z.literal("handoff"),
    text: flowText.optional(),
    queue: settingId.optional(),
    summary: plainText.optional(),
    /** Added to what the rules find: skill -> rating 1 to 10. */
    skills: z.record(z.string().min(1).max(64), z.number().int().min(1).max(10)).optional(),
  }),
  /** Ends the conversation. */
  end: z.strictObject({ do: z.literal("end"), text: flowText.optional() }),
};

export type StepKind = keyof typeof stepSchemas;
export type StepOf<K extends StepKind> = z.infer<(typeof stepSchemas)[K]>;
export type Step = { [K in StepKind]: StepOf<K> }[StepKind];

export const STEP_KINDS = Object.keys(stepSchemas) as StepKind[];

/** Steps of this flow that a step may lead to, each with the keys that name it. "" stands for the flow's end. */
export function targetsOf(step: Step): { path: (string | number)[]; target: string }[] {
  const at = (path: (string | number)[], name: string | undefined) => ({ path, target: name ?? "" });
  switch (step.do) {
    case "ask":
      return [...askTargets(step), ...(step.giveUp === undefined ? [] : [at(["giveUp"], step.giveUp)])];
    case "if":
      return [at(["then"], step.then), at(["else"], step.else)];
    case "switch":
      return [
        ...Object.entries(step.cases).map(([name, to]) => at(["cases", name], to)),
        at(["else"], step.else),
      ];
    case "hours":
      return [at(["open"], step.open), at(["closed"], step.closed)];
    case "knowledge":
      return [at(["next"], step.next), at(["none"], step.none)];
    case "action":
    case "http":
      return [at(["next"], step.next), ...(step.error === undefined ? [] : [at(["error"], step.error)])];
    case "return":
    case "handoff":
    case "end":
      return [];
    default:
      return [at(["next"], step.next)];
  }
}

function askTargets(step: StepOf<"ask">): { path: (string | number)[]; target: string }[] {
  const named = (path: (string | number)[], name: string | undefined) =>
    name === undefined ? [] : [{ path, target: name }];
  const choices = step.choices ?? [];
  const own = choices.flatMap((choice, i) => named(["choices", i, "next"], choice.next));
  const branches = [...named(["yes"], step.yes), ...named(["no"], step.no)];
  const covered =
    (choices.length > 0 && own.length === choices.length) || (step.kind === "yesNo" && branches.length === 2);
  return [
    ...own,
    ...branches,
    ...(covered && step.next === undefined ? [] : [{ path: ["next"], target: step.next ?? "" }]),
  ];
}
