import { z } from "zod";
import {
  channelId,
  choiceByLanguage,
  expressionText,
  settingId,
  settingName,
  skillRatings,
  wordsByLanguage,
} from "./settingFields";
import { TICKET_PRIORITIES } from "./ticket";

/** Settings of work distribution: where a conversation goes, to whom, and when. */

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as "09:00"');

/** What happens when a queue should not take a conversation, or has let it wait too long. The first that holds counts. */
export const overflowSchema = z
  .strictObject({
    /**
     * Checked once before queueing: "outOfHours" and "itemsAbove" (`limit` conversations wait). While it waits: "waitedAbove"
     * (`minutes`).
     */
    when: z.enum(["outOfHours", "itemsAbove", "waitedAbove"]),
    limit: z.number().int().min(1).max(100).optional(),
    /** 1 minute to 2 days. */
    minutes: z.number().int().min(1).max(2880).optional(),
    /** "assign": into this queue all the same; "transfer": to `queue`; "end": tell the customer and close. */
    do: z.enum(["assign", "transfer", "end"]),
    queue: settingId.optional(),
  })
  .refine(({ when, limit }) => (when === "itemsAbove") === (limit !== undefined), {
    path: ["limit"],
    message: 'belongs to "when: itemsAbove", which needs it',
  })
  .refine(({ when, minutes }) => (when === "waitedAbove") === (minutes !== undefined), {
    path: ["minutes"],
    message: 'belongs to "when: waitedAbove", which needs it',
  })
  .refine((overflow) => (overflow.do === "transfer") === (overflow.queue !== undefined), {
    path: ["queue"],
    message: 'belongs to "do: transfer", which needs it',
  })
  .refine((overflow) => overflow.do !== "assign" || overflow.when === "outOfHours", {
    path: ["do"],
    message: '"assign" is for "when: outOfHours"',
  });
export type OverflowSettings = z.infer<typeof overflowSchema>;

/** One rule of route-to-queue: the first that is true, and whose queue does not overflow, wins. */
export const ruleSchema = z
  .strictObject({
    name: settingName,
    if: expressionText,
    queue: settingId.optional(),
    /** Instead of one queue: shares in percent that make 100. */
    split: z
      .array(z.strictObject({ queue: settingId, percent: z.number().int().min(1).max(99) }))
      .min(2)
      .max(5)
      .optional(),
    /** Instead of the queue's own. */
    overflow: z.array(overflowSchema).max(10).optional(),
  })
  .refine(({ queue, split }) => (queue === undefined) !== (split === undefined), {
    path: ["queue"],
    message: "name a queue, or a split over several",
  })
  .refine(
    ({ split }) => split === undefined || split.reduce((sum, { percent }) => sum + percent, 0) === 100,
    {
      path: ["split"],
      message: "the percentages must make 100",
    },
  );
export type RuleSettings = z.infer<typeof ruleSchema>;

/** A ticket that a rule makes. Texts may have `${…}` with the fields of rules. */
export const ruleTicketSchema = z.strictObject({
  subject: z.string().min(1).max(1000),
  description: z.string().min(1).max(4000).optional(),
  /** Left out: the instance's (`records`). */
  activity: settingId.optional(),
  /** Left out: the activity's, else the instance's. */
  group: settingId.optional(),
  priority: z.enum(TICKET_PRIORITIES).optional(),
});
export type RuleTicketSettings = z.infer<typeof ruleTicketSchema>;

/** One rule of classification: what becomes known of the conversation when it is true. At most five outputs. */
export const classificationRuleSchema = z.strictObject({
  name: settingName,
  if: expressionText,
  set: z
    .strictObject({
      /** Added to what is there; routing rules see them as `conversation.skills.NAME`. */
      skills: skillRatings.optional(),
      /** Smaller first, before the queue's own order; 100 when nothing sets it. */
      priority: z.number().int().min(0).max(999).optional(),
      /** Capacity profiles, instead of the work stream's. */
      capacityProfiles: z.array(settingId).max(5).optional(),
      /** Context variables: later rules see them as `context.NAME`. */
      attributes: z
        .record(z.string().min(1).max(100), z.union([z.string().max(4000), z.number()]))
        .optional(),
      /** A ticket, once for each conversation. */
      ticket: ruleTicketSchema.optional(),
    })
    .refine(
      (set) => outputsOf(set) > 0,
      "set something: skills, priority, capacityProfiles, attributes or ticket",
    )
    .refine((set) => outputsOf(set) <= 5, "one rule sets at most five things"),
});
/** What a classification rule makes known. */
export type ClassificationOutputs = z.infer<typeof classificationRuleSchema>["set"];

function outputsOf(set: {
  skills?: object | undefined;
  priority?: number | undefined;
  capacityProfiles?: readonly string[] | undefined;
  attributes?: object | undefined;
  ticket?: object | undefined;
}): number {
  const named = (part: object | undefined): number => Object.keys(part ?? {}).length;
  return (
    named(set.skills) +
    named(set.attributes) +
    (set.capacityProfiles?.length ?? 0) +
    (set.priority === undefined ? 0 : 1) +
    (set.ticket === undefined ? 0 : 1)
  );
}

/** Classification rules of one subject: the first that is true sets its values, then the next ruleset is read. */
export const rulesetSchema = z.strictObject({
  name: settingName,
  rules: z.array(classificationRuleSchema).max(100),
});
export type RulesetSettings = z.infer<typeof rulesetSchema>;

const presence = z.enum(["available", "busy", "doNotDisturb", "away"]);

export const workstreamSchema = z.strictObject({
  id: settingId,
  name: settingName.optional(),
  channel: channelId,
  /** push: conversations are offered to agents; pick: agents take them from the list. */
  distribution: z.enum(["push", "pick"]).default("push"),
  /** Units of an agent's capacity that one conversation costs. */
  capacity: z.number().int().min(1).max(100).default(1),
  /** Instead of units: one place in each of these profiles. */
  capacityProfiles: z.array(settingId).max(5).default([]),
  /** How long a conversation in wrap-up costs capacity: seconds, at most an hour. */
  wrapUpBlock: z.union([z.enum(["always", "never"]), z.number().int().min(30).max(3600)]).default("always"),
  /** Presences in which an agent is offered conversations. */
  allowedPresences: z.array(presence).min(1).max(4).default(["available", "busy"]),
  /** none: skills do not matter; exact: all skills in the rating asked, or it waits; closest: the nearest, then anybody. */
  skillMatching: z.enum(["none", "exact", "closest"]).default("exact"),
  /** A customer who writes again gets the agent of before (push only). */
  keepSameAgent: z.boolean().default(true),
  /** After so many minutes in which that agent is offline, anybody is asked. */
  keepAgentMinutes: z.number().int().min(0).max(1440).default(10),
  /** Variables that the helper, classification and rules share. When any is declared, rules may name no other. */
  contextVariables: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "letters, digits and _, at most 100"),
        type: z.enum(["text", "number"]),
      }),
    )
    .max(100)
    .default([]),
  /** off: straight to routing; first: helper, then people on hand-off; only: never people. */
  helper: z.enum(["off", "first", "only"]).default("off"),
  flow: settingId.optional(),
  /**
   * What a customer writes, as the whole message, to get a person while the helper (`first`) has the conversation. A
   * language's words replace our own of that language; [] leaves none.
   */
  personWords: wordsByLanguage.default({}),
  /** The same, to leave the queue and return to the helper while nobody has the conversation. */
  helperWords: wordsByLanguage.default({}),
  /** The helper's last message of a turn offers a person as its last choice, in our words or in these (20 characters). */
  personChoice: z.union([z.boolean(), choiceByLanguage]).default(false),
  fallbackQueue: settingId,
  /** Read in order before the rules; each adds what it finds out. */
  classification: z.array(rulesetSchema).max(10).default([]),
  rules: z.array(ruleSchema).max(1000).default([]),
  /** Waiting conversations close after this long without a message; SMS at least 8. */
  autoCloseHours: z
    .number()
    .min(1)
    .max(24 * 60)
    .default(28 * 24),
  /** An offer not answered in this time goes back to the queue. */
  offerSeconds: z.number().int().min(5).max(600).default(120),
  /** How an offer looks and what follows when it is missed. */
  notification: z
    .strictObject({
      title: z.string().min(1).max(100).optional(),
      /** A desktop notification beside the card. */
      desktop: z.enum(["never", "background", "always"]).default("background"),
      /** false: the agent may only accept or let it run out. */
      reject: z.boolean().default(true),
      /** The agent has it without being asked. */
      autoAccept: z.boolean().default(false),
      /** Lines about the customer, with slugs: {CustomerName}, {Language}, {Channel}, {QueueName}, {$Variable$}. */
      fields: z.array(z.string().min(1).max(100)).max(10).default([]),
    })
    .prefault({}),
  /** After so many refusals and missed offers an agent is not asked again for that conversation. */
  maxDeclines: z.number().int().min(1).max(5).default(3),
  /** An agent who misses an offer becomes inactive, one who rejects it "do not disturb", until they say otherwise. */
  missedOfferInactive: z.boolean().default(false),
  rejectedOfferDoNotDisturb: z.boolean().default(false),
  /** false: nothing automatic is sent to customers of this work stream. */
  automatedMessages: z.boolean().default(true),
  /** Outside of these the customer is told so; queues have hours of their own. */
  operatingHours: settingId.optional(),
  /** Asked when a person ends the work. */
  survey: settingId.optional(),
  /** Privacy notice that customers are sent at first contact. */
  notice: settingId.optional(),
  /**
   * What a customer writes, as the whole message, to get nothing automatic any more; and to take that back. A language's
   * words replace our own of that language; [] leaves none.
   */
  stopWords: wordsByLanguage.default({}),
  startWords: wordsByLanguage.default({}),
  /** Agents say what came of it before they close a conversation. */
  dispositionRequired: z.boolean().default(false),
});
export type WorkstreamSettings = z.infer<typeof workstreamSchema>;

/** What the custom method orders agents by; the first that tells them apart counts. */
export const AGENT_ORDERS = [
  "freeCapacity",
  "roundRobin",
  "leastActive",
  "proficiency",
  "skillCount",
] as const;

export const queueSchema = z
  .strictObject({
    id: settingId,
    name: settingName,
    /** Smaller first. */
    priority: z.number().int().min(0).max(999).default(100),
    assignment: z.enum(["highestCapacity", "roundRobin", "leastActive", "custom"]).default("highestCapacity"),
    /** Of the custom method: the first rule that finds anybody decides; strict first, then looser. */
    assignmentRules: z
      .array(
        z.strictObject({
          name: settingName,
          /** About `agent.*` and `conversation.*`. */
          if: expressionText,
          orderBy: z.array(z.enum(AGENT_ORDERS)).min(1).max(5).default(["freeCapacity", "roundRobin"]),
        }),
      )
      .max(20)
      .default([]),
    members: z.array(settingId).max(10_000).default([]),
    /** Left out: open all day. */
    operatingHours: settingId.optional(),
    overflow: z.array(overflowSchema).max(10).default([]),
    /** Accepted within so many seconds counts as in time; more than one may be reported. */
    serviceLevelSeconds: z.number().int().min(1).max(86_400).default(60),
    /** A customer who leaves sooner is not counted as lost. */
    shortAbandonSeconds: z.number().int().min(0).max(3600).default(5),
  })
  .refine(({ assignment, assignmentRules }) => assignment !== "custom" || assignmentRules.length > 0, {
    path: ["assignmentRules"],
    message: "the custom method needs at least one rule",
  });
export type QueueSettings = z.infer<typeof queueSchema>;

/** How many conversations of one kind an agent may have, instead of units. */
export const capacityProfileSchema = z.strictObject({
  id: settingId,
  name: settingName,
  /** An agent may have another limit of their own. */
  limit: z.number().int().min(1).max(1000),
  /** When a place is free again: at the end of the work, or only on the next day (UTC). */
  reset: z.enum(["immediate", "endOfDay"]).default("immediate"),
});

const weekday = z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

/**
 * When people are there, in local time of `timeZone`: 09:00 stays 09:00 when the clocks change. A span that does not end
 * after it begins goes past midnight; "00:00" to "00:00" is the whole day. What one field cannot tell (unknown zone,
 * overlaps, …) `checkHours` of routing tells.
 */
export const operatingHoursSchema = z.strictObject({
  id: settingId,
  name: settingName.optional(),
  /** IANA name: "Europe/Lisbon". */
  timeZone: z.string().min(1).max(64),
  /** None: open only on holidays with hours of their own. */
  weekly: z
    .array(z.strictObject({ days: z.array(weekday).min(1).max(7), from: clock, to: clock }))
    .max(50)
    .default([]),
  /** Instead of the spans that begin on these days; what the day before leaves open past midnight is cut. */
  holidays: z
    .array(
      z.strictObject({
        /** What customers are told. */
        name: settingName,
        /** The (first) day. */
        date: z.iso.date(),
        /** The last day, when it is more than one. */
        until: z.iso.date().optional(),
        /**
         * Comes again with the same length: "yearly" on that date (29 February: in leap years), or as an iCalendar rule of
         * days says, which must fall on `date` ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH").
         */
        repeat: z.string().min(1).max(200).optional(),
        /** Open after all, in these hours; none: closed. */
        open: z
          .array(z.strictObject({ from: clock, to: clock }))
          .max(5)
          .default([]),
      }),
    )
    .max(200)
    .default([]),
  /** After this day nobody is there any more. */
  endDate: z.iso.date().optional(),
});
export type OperatingHoursSettings = z.infer<typeof operatingHoursSchema>;
