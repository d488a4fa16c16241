import { z } from "zod";
import { channelId, language, settingId, settingName, textByLanguage } from "./settingFields";

/** Settings of what is said: by us without a person, by agents with one click, and what is hidden from them. */

/** What makes us write without a person: docs/messages.md has each with its default text. */
export const MESSAGE_TRIGGERS = [
  "helperFailed",
  "personWanted",
  "noPeople",
  "greeting",
  "agentAssigned",
  "agentJoined",
  "agentLeft",
  "cannotAssign",
  "agentDisconnected",
  "ended",
  "transferred",
  "nextInLine",
  "position",
  "outOfHours",
  "holiday",
  "overflowEnded",
  "optedOut",
  "optedIn",
] as const;
export type MessageTrigger = (typeof MESSAGE_TRIGGERS)[number];

/** Replaces or switches off one automated message: for an instance, a channel, or everywhere; the nearest counts. */
export const automatedMessageSchema = z
  .strictObject({
    id: settingId,
    trigger: z.enum(MESSAGE_TRIGGERS),
    channel: channelId.optional(),
    /** Settings id of a page, handle or number. */
    instance: z.string().min(1).max(150).optional(),
    enabled: z.boolean().default(true),
    /** With slugs: {AgentName}, {QueueName}, {CustomerName}, {Position}, {OpensAt}, {$Variable$}. None: our own. */
    text: textByLanguage.optional(),
  })
  .refine(({ channel, instance }) => channel === undefined || instance === undefined, {
    path: ["instance"],
    message: "name a channel or an instance, not both",
  });
export type AutomatedMessageSettings = z.infer<typeof automatedMessageSchema>;

/** Asked after a person has ended the work. */
export const surveySchema = z
  .strictObject({
    id: settingId,
    name: settingName,
    /** In the channel, one question at a time; or a link to a survey elsewhere. */
    mode: z.enum(["questions", "link"]).default("questions"),
    questions: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,40}$/, "letters, digits and _"),
          /** rating: a whole number; choice: one of `choices`; text: anything. */
          kind: z.enum(["rating", "choice", "text"]),
          text: textByLanguage,
          min: z.number().int().min(0).max(10).default(1),
          max: z.number().int().min(1).max(10).default(5),
          choices: z.array(z.string().min(1).max(100)).max(10).default([]),
        }),
      )
      .max(10)
      .default([]),
    /** Of mode "link": with {ConversationId}, which is filled in. */
    link: z.string().max(2000).optional(),
    /** What is said with the link, with {Link}; or before the first question. */
    intro: textByLanguage.optional(),
    thanks: textByLanguage.optional(),
    /** Without an answer for so long it is over, and what the customer writes is a message again. */
    expiresHours: z.number().min(1).max(168).default(24),
  })
  .refine(({ mode, questions }) => mode !== "questions" || questions.length > 0, {
    path: ["questions"],
    message: "ask at least one question",
  })
  .refine(({ mode, link }) => mode !== "link" || (link !== undefined && /^https:\/\//.test(link)), {
    path: ["link"],
    message: "give the address, beginning with https://",
  });
export type SurveySettings = z.infer<typeof surveySchema>;

/** A ready answer for agents. */
export const quickReplySchema = z.strictObject({
  id: settingId,
  title: settingName,
  language: language.default("en"),
  /** With slugs: {CustomerName}, {AgentName}, {$Variable$}. */
  text: z.string().min(1).max(2000),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
  /** None: all. */
  workstreams: z.array(settingId).max(100).default([]),
});
export type QuickReplySettings = z.infer<typeof quickReplySchema>;

/** What came of a conversation: agents choose before they close it. */
export const dispositionSchema = z.strictObject({
  id: settingId,
  name: settingName,
  /** None: all. */
  workstreams: z.array(settingId).max(100).default([]),
});
export type DispositionSettings = z.infer<typeof dispositionSchema>;

/** Hides what agents need not see, or customers should not be sent. */
export const maskingRuleSchema = z.strictObject({
  id: settingId,
  name: settingName,
  /** Regular expression; ready-made: "card", "email", "ssn". */
  pattern: z.string().min(1).max(500),
  /** Whose words. A customer's are masked on the agent's screen only. */
  appliesTo: z.enum(["customer", "agent", "both"]).default("both"),
  character: z.string().length(1).default("#"),
  enabled: z.boolean().default(true),
});
export type MaskingRuleSettings = z.infer<typeof maskingRuleSchema>;
