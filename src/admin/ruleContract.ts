import { z } from "zod";
import { channelId } from "../core/settingFields";
import { MESSAGE_TRIGGERS } from "../core/texts";

/** What trials of rules take and give: `/api/admin/rules`. */

const ruleText = z.string().max(10_000);

/** The contact behind a made-up customer. */
export const sampleContact = z.strictObject({
  id: ruleText.min(1).optional(),
  name: ruleText.optional(),
  firstName: ruleText.optional(),
  lastName: ruleText.optional(),
  mobilePhone: ruleText.optional(),
  email: ruleText.optional(),
  language: ruleText.optional(),
  unit: ruleText.optional(),
  group: ruleText.optional(),
  fields: z.record(z.string().max(100), z.union([ruleText, z.number(), z.boolean()])).optional(),
});

/** A made-up conversation that rules are tried on; what is left out is as with a customer who says nothing. */
export const sampleSchema = z.strictObject({
  /** Left out: the instance's, else the work stream's. */
  channel: channelId.optional(),
  /** `id` decides how a split draws. */
  customer: z
    .strictObject({
      id: ruleText.min(1).optional(),
      name: ruleText.optional(),
      firstName: ruleText.optional(),
      lastName: ruleText.optional(),
      screenName: ruleText.optional(),
      phone: ruleText.optional(),
      locale: ruleText.optional(),
      timezone: z.number().optional(),
      followers: z.number().optional(),
      friends: z.number().optional(),
    })
    .optional(),
  /** Left out: nobody is linked. */
  contact: sampleContact.optional(),
  message: z.strictObject({ text: ruleText.optional(), hasMedia: z.boolean().optional() }).optional(),
  /** Left out: the first one of the work stream. */
  instance: z.string().min(1).max(150).optional(),
  context: z.record(z.string().max(100), z.union([ruleText, z.number()])).optional(),
  /** Fields of plugins, by their full names: "shop.tier". */
  fields: z.record(z.string().max(130), z.union([ruleText, z.number(), z.boolean()])).optional(),
  returning: z.boolean().optional(),
  /** Left out: now. */
  at: z.iso.datetime({ offset: true, error: "a time as in 2026-11-21T14:30:00Z" }).optional(),
  /** The helper's, for the trace. */
  summary: ruleText.optional(),
});

/** POST /api/admin/rules/try. */
export const tryBody = z.strictObject({
  /** Its id, or a whole draft of it. */
  workstream: z.union([z.string(), z.record(z.string(), z.unknown())]),
  sample: sampleSchema.default({}),
});

const readingView = {
  /** Place of the rule that was taken. */
  position: z.number().optional(),
  read: z.array(
    z.object({
      rule: z.string(),
      result: z.enum(["matched", "no", "error"]),
      error: z.string().optional(),
      values: z.record(z.string(), z.unknown()),
    }),
  ),
  /** How many more were ruled out. */
  more: z.number(),
};

export const decisionView = z.object({
  /** In a sentence. */
  text: z.string(),
  placement: z.object({
    queueId: z.string(),
    skills: z.record(z.string(), z.number()).optional(),
    priority: z.number().optional(),
    /** Capacity profiles. */
    profiles: z.array(z.string()).optional(),
    attributes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    /** The rule's own overflow, instead of the queue's. */
    overflow: z.array(z.unknown()).optional(),
    /** Queues that would not have it. */
    overflowed: z.array(z.string()).optional(),
    /** No queue will have it: it is closed for this reason. */
    endAs: z.string().optional(),
    /** What the customer is told. */
    tell: z
      .array(
        z.object({
          trigger: z.enum(MESSAGE_TRIGGERS),
          values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
        }),
      )
      .optional(),
  }),
  details: z.object({
    queueId: z.string(),
    /** Absent: the fallback queue. */
    rule: z.string().optional(),
    ...readingView,
    classification: z.array(z.object({ ruleset: z.string(), ...readingView })),
    skills: z.record(z.string(), z.number()),
    priority: z.number().optional(),
    overflow: z.array(z.object({ queueId: z.string(), when: z.string(), do: z.string() })),
    summary: z.string().optional(),
    /** What plugins could not tell. */
    faults: z.array(z.string()).optional(),
  }),
  /** Fields of plugins that rules read. */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** Tickets that would be made. */
  tickets: z
    .array(z.object({ rule: z.string(), wish: z.object({ subject: z.string() }).catchall(z.unknown()) }))
    .optional(),
});
export type DecisionView = z.infer<typeof decisionView>;

/** POST /api/admin/rules/dryrun. */
export const dryRunBody = z.strictObject({
  /** The whole draft, as it would be saved. */
  workstream: z.record(z.string(), z.unknown()),
  /** First and last day, UTC, at most 31 days; the last 7 days when left out. */
  from: z.iso.date("a day as in 2026-11-21").optional(),
  to: z.iso.date("a day as in 2026-11-21").optional(),
  /** How many of the moved conversations are listed. */
  limit: z.number().int().min(1).max(1000).default(1000),
});

const outcomeView = z.object({
  /** Null: no queue will have it, it is closed. */
  queueId: z.string().nullable(),
  /** Null: the fallback queue. */
  rule: z.string().nullable(),
  skills: z.record(z.string(), z.number()),
  /** Null when classification sets none. */
  priority: z.number().nullable(),
});

export const dryRunView = z.object({
  from: z.string(),
  to: z.string(),
  /** False: time was up before all were looked at; ask for fewer days. */
  complete: z.boolean(),
  lookedAt: z.number(),
  /** Those that tell nothing of what rules read: people never got them, or an older version wrote them. */
  undecidable: z.number(),
  /** Into another queue, or closed instead. */
  moved: z.number(),
  /** Same queue, other skills or another priority. */
  changed: z.number(),
  /** Most first; null: closed. */
  pairs: z.array(z.object({ from: z.string().nullable(), to: z.string().nullable(), count: z.number() })),
  /** Moved or changed, newest days first. */
  rows: z.array(
    z.object({
      conversationId: z.string(),
      /** Name, or else the channel's id. */
      customer: z.string(),
      /** When it was routed. */
      at: z.string(),
      from: outcomeView,
      to: outcomeView,
    }),
  ),
  /** How many more than `rows` has. */
  more: z.number(),
  /** Rules of the draft that ended in an error; `ruleset`: of classification. */
  errors: z.array(
    z.object({ ruleset: z.string().nullable(), rule: z.string(), count: z.number(), error: z.string() }),
  ),
});
export type DryRunView = z.infer<typeof dryRunView>;
