import { z } from "zod";
import { channelId, language } from "../../core/settingFields";
import { flowSchema } from "../../core/settings";
import { metaView } from "../contract";
import { sampleContact } from "../ruleContract";

/** What the admin API takes and gives around flows: revisions, drafts, trials, figures. */

export const flowFaultView = z.object({
  /** Inside the flow: "steps.topic.choices[0].next"; "" for the flow as a whole. */
  path: z.string(),
  /** The step that it is in, and the property of the step (else of the flow). */
  step: z.string().nullable(),
  property: z.string().nullable(),
  message: z.string(),
  /** The name that was probably meant. */
  nearest: z.string().nullable(),
});
export type FlowFaultView = z.infer<typeof flowFaultView>;

export const revisionRow = z.object({
  revision: z.number(),
  at: z.string(),
  by: z.string(),
  source: z.enum(["console", "file"]),
  /** It says the same as the published one. */
  same: z.boolean(),
});
export type RevisionRow = z.infer<typeof revisionRow>;
export const revisionView = revisionRow.extend({ flow: flowSchema });
export type RevisionView = z.infer<typeof revisionView>;

export const rollbackBody = z.strictObject({ revision: z.number().int().min(1) });
export const publishBody = z.strictObject({
  /** The revision that the draft may replace; the one that it is based on when left out. */
  over: z.number().int().min(0).optional(),
});

export const draftBody = z.record(z.string(), z.unknown());
export const draftView = z.object({
  /** As it was saved. */
  flow: z.record(z.string(), z.unknown()),
  /** What keeps it from being published. */
  faults: z.array(flowFaultView),
  /** Revision that was published when it was begun; 0: none. */
  basedOn: z.number(),
  /** Revision that is published now; null: none. */
  published: z.number().nullable(),
  /** Somebody has published since it was begun. */
  outdated: z.boolean(),
  ...metaView.pick({ etag: true, editedAt: true, editedBy: true }).shape,
});
export type DraftView = z.infer<typeof draftView>;

export const checkFlowBody = z.strictObject({ flow: z.unknown() });
export const checkFlowView = z.object({ faults: z.array(flowFaultView) });

const text = z.string().max(4000);

/** What the customer says: a text, or what a tap or a file brings. */
export const saySchema = z.union([
  text,
  z.strictObject({
    text: text.optional(),
    /** Value of a tapped choice. */
    value: text.optional(),
    attachments: z
      .array(
        z.strictObject({ contentType: z.string().min(1).max(100), name: z.string().max(200).optional() }),
      )
      .max(10)
      .optional(),
  }),
]);

/** Around a trial: who talks, where, when. What is left out is as with a customer of whom nothing is known. */
export const trialSettings = {
  channel: channelId.default("facebook"),
  customer: z
    .strictObject({
      id: z.string().min(1).max(200).optional(),
      name: text.optional(),
      firstName: text.optional(),
      lastName: text.optional(),
      screenName: text.optional(),
      phone: text.optional(),
      locale: text.optional(),
      timezone: z.number().optional(),
    })
    .optional(),
  /** Behind the customer; left out: nobody is linked. */
  contact: sampleContact.optional(),
  /** Context variables that are there before the first message. */
  context: z.record(z.string().max(100), z.union([text, z.number()])).optional(),
  /**
   * Step -> what it gets instead of asking: of `http` { status, body }, of `action` its result; { error: "…" } fails. A
   * step without one goes its `error` way.
   */
  mocks: z.record(z.string(), z.unknown()).optional(),
  language: language.optional(),
  /** Left out: now. */
  at: z.iso.datetime({ offset: true, error: "a time as in 2026-11-21T14:30:00Z" }).optional(),
};

/** POST /api/admin/flows/try. */
export const tryFlowBody = z.strictObject({
  /** Id of a flow, or a whole one. */
  flow: z.union([z.string(), z.record(z.string(), z.unknown())]),
  /** Of an id: its draft instead of what is published. */
  draft: z.boolean().default(false),
  says: z.array(saySchema).min(1).max(100),
  ...trialSettings,
});

const stepPassedView = z.object({
  flow: z.string(),
  step: z.string(),
  what: z.enum(["asked", "passed", "retried", "gaveUp", "failed"]),
});

export const trialTurnView = z.object({
  said: z.array(
    z.object({
      text: z.string(),
      choices: z.array(z.string()),
      media: z.array(z.object({ url: z.string(), type: z.string() })),
    }),
  ),
  path: z.array(stepPassedView),
  /** The step that waits for the customer; null when the flow is at its end. */
  step: z.object({ flow: z.string(), step: z.string() }).nullable(),
  vars: z.record(z.string(), z.unknown()),
  context: z.record(z.string(), z.union([z.string(), z.number()])),
  handoff: z
    .object({
      queue: z.string().nullable(),
      summary: z.string().nullable(),
      skills: z.record(z.string(), z.number()),
    })
    .nullable(),
  /** The conversation is over. */
  ended: z.boolean(),
  fault: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What would have been done and was not. */
  notes: z.array(z.string()),
});
export const trialView = z.object({ turns: z.array(trialTurnView) });

export const figuresQuery = z.object({
  /** First and last day, UTC; the last 7 days when left out. */
  from: z.iso.date("a day as in 2026-11-21").optional(),
  to: z.iso.date("a day as in 2026-11-21").optional(),
});

/** GET /api/admin/flows/{id}/figures; docs/flows.md says what each counts. */
export const flowFiguresView = z.object({
  flow: z.string(),
  from: z.string(),
  to: z.string(),
  /** Newest first. */
  revisions: z.array(
    z.object({
      revision: z.number(),
      conversations: z.object({
        started: z.number(),
        ended: z.number(),
        handedOver: z.number(),
        person: z.number(),
        failed: z.number(),
        askedAgain: z.number(),
      }),
      steps: z.array(
        z.object({
          step: z.string(),
          asked: z.number(),
          passed: z.number(),
          retried: z.number(),
          gaveUp: z.number(),
          failed: z.number(),
          person: z.number(),
        }),
      ),
    }),
  ),
});
export type FlowFiguresView = z.infer<typeof flowFiguresView>;
