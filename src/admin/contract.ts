import { z } from "zod";
import { channelId } from "../core/settingFields";
import { SETTINGS, type SettingsKind } from "../core/settings";
import { MESSAGE_TRIGGERS } from "../core/texts";

/** What the admin API takes and gives: `/api/admin`. The web pages import only these types. */

/** What the server adds to an object; ignored when the object is put back. */
export const metaView = z.object({
  /** For `If-Match`, without quotes. */
  etag: z.string(),
  revision: z.number(),
  editedAt: z.string(),
  editedBy: z.string(),
  /** It came from a configuration file. */
  fromFile: z.boolean(),
  /** It came from a file and was edited since: the next file will ask before it overwrites the edit. */
  editedSinceFile: z.boolean(),
});

/** What the server adds to an account. */
export const accountExtras = z.object({
  /** The URL to paste into the provider's console. */
  callbackUrl: z.string(),
  /** Where the provider reports what became of messages; null where that is the same URL. */
  statusUrl: z.string().nullable(),
  /** Why the account cannot be used at present; null when it can. */
  problem: z.string().nullable(),
});
export type AccountExtras = z.infer<typeof accountExtras>;

/** Keys that a reply carries besides the object's own. */
export const READ_ONLY_KEYS: readonly string[] = [
  ...Object.keys(metaView.shape),
  ...Object.keys(accountExtras.shape),
];

/** The schema of one object of a kind. */
export function objectView(kind: SettingsKind): z.ZodType {
  const shape: z.ZodRawShape = SETTINGS[kind].shape;
  const own = z.object({ ...shape, ...metaView.shape });
  return kind === "accounts" ? own.extend(accountExtras.shape) : own;
}

/** A page of a list; `next` is the `cursor` of the next one. */
export function listView(item: z.ZodType): z.ZodType {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const auditView = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  action: z.enum(["create", "change", "delete", "export", "erase"]),
  source: z.enum(["console", "file"]),
  kind: z.string(),
  objectId: z.string(),
  revision: z.number(),
  /** The object before and after; null where it did not exist. Secrets are references. */
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditView = z.infer<typeof auditView>;

/** Query of every list. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().max(2000).optional(),
});

export const auditQuery = listQuery.extend({
  /** UTC; today when left out. */
  day: z.iso.date().optional(),
});

/** One instance in one hour: what came to the door, what is stored, what became of it. */
export const countView = z.object({
  instanceId: z.string(),
  /** UTC: "2026-11-21T14". */
  hour: z.string(),
  received: z.number(),
  repeated: z.number(),
  /** Receipts and items that are not for us. */
  notKept: z.number(),
  stored: z.number(),
  worked: z.number(),
  waiting: z.number(),
  dead: z.number(),
  /** Inbound messages that stand in a transcript. */
  shown: z.number(),
  /** Messages of ours that were written. */
  written: z.number(),
  answered: z.number(),
  sending: z.number(),
  failed: z.number(),
  /** In words, each thing that does not add up; [] is the proof. */
  problems: z.array(z.string()),
});
export type CountView = z.infer<typeof countView>;

export const countsQuery = z.object({
  /** UTC; today when left out. */
  day: z.iso.date().optional(),
});

export const statusView = z.object({
  id: z.string(),
  channel: z.string(),
  account: z.string(),
  name: z.string(),
  /** Null when nothing has come in since the server started. */
  lastInboundAt: z.string().nullable(),
  /** Why the account cannot be used at present; null when it can. */
  problem: z.string().nullable(),
});
export type StatusView = z.infer<typeof statusView>;

export const deadLetterView = z.object({
  threadId: z.string(),
  messageId: z.string(),
  channel: z.string(),
  instanceId: z.string(),
  /** The page, handle or number as the platform names it; it may be configured nowhere. */
  instance: z.string(),
  customerId: z.string(),
  text: z.string(),
  storedAt: z.string(),
  deadAt: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  /** The platform's item, whole. */
  raw: z.unknown(),
});
export type DeadLetterView = z.infer<typeof deadLetterView>;

/** One look at a connection: POST /api/admin/accounts/{id}/validate and …/register, and \`switchboard doctor\`. */
export const checkView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(["ok", "warning", "failed", "skipped"]),
  text: z.string(),
  cure: z.string().nullable(),
  instanceId: z.string().nullable(),
});
export type CheckView = z.infer<typeof checkView>;

/** Health of one page, handle or number: GET /api/admin/health. */
export const healthView = z.object({
  instanceId: z.string(),
  accountId: z.string(),
  channel: z.string(),
  name: z.string(),
  /** "error": it cannot send; what waits is held and goes out when mended. "warning": works, but look at it. */
  state: z.enum(["ok", "warning", "error"]),
  /** What is wrong and the cure; null when ok. */
  text: z.string().nullable(),
  since: z.string().nullable(),
  lastInboundAt: z.string().nullable(),
  /** It fell silent against its own habit. */
  silent: z.boolean(),
});
export type HealthView = z.infer<typeof healthView>;

const shareView = z.number().min(0).max(1).nullable();
const millisecondsView = z.number().nullable();

/** What a report says of one group: docs/reports.md defines each figure. Null where there is nothing to divide by. */
export const figuresView = z.object({
  opened: z.number(),
  /** People were asked to take it. */
  handed: z.number(),
  /** Taken by a person for the first time. */
  accepted: z.number(),
  closed: z.number(),
  /** Every time that somebody took one. */
  sessions: z.number(),
  reopened: z.number(),
  /** Now; only when the period includes today. */
  waiting: z.number(),
  longestWaitMs: z.number(),
  /** From escalation to the first acceptance; median and p90 within 1 %. */
  speedToAnswer: z.object({
    count: z.number(),
    averageMs: millisecondsView,
    medianMs: millisecondsView,
    p90Ms: millisecondsView,
  }),
  serviceLevel: z.object({
    /** Within the queue's own serviceLevelSeconds. */
    inTime: shareView,
    within: z.array(z.object({ seconds: z.number(), share: shareView })),
  }),
  /** Per ended session, wrap-up included. */
  handleTime: z.object({
    count: z.number(),
    averageMs: millisecondsView,
    activeMs: millisecondsView,
    wrapUpMs: millisecondsView,
  }),
  abandons: z.object({
    abandoned: z.number(),
    abandonedBySystem: z.number(),
    short: z.number(),
    /** Without what the system ended. */
    rate: shareView,
    rateWithSystem: shareView,
  }),
  offers: z.object({
    made: z.number(),
    accepted: z.number(),
    rejected: z.number(),
    timedOut: z.number(),
    withdrawn: z.number(),
    acceptedRate: shareView,
    rejectedRate: shareView,
    timedOutRate: shareView,
  }),
  transfers: z.object({ in: z.number(), out: z.number() }),
  overflows: z.object({ in: z.number(), out: z.number() }),
  surveys: z.object({ answered: z.number(), ratings: z.number(), averageRating: z.number().nullable() }),
});

/** GET /api/admin/reports. */
export const reportView = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(["queue", "agent", "channel", "workstream", "day", "none"]),
  /** `key`: an id or a day; null for what belongs to no queue or nobody. */
  items: z.array(z.object({ key: z.string().nullable(), figures: figuresView })),
  total: figuresView,
});
export type ReportView = z.infer<typeof reportView>;

export const reportQuery = z.object({
  /** First and last day, UTC: `to` alone is that day, `from` alone goes on until today, none is today. */
  from: z.iso.date("a day as in 2026-11-21").optional(),
  to: z.iso.date("a day as in 2026-11-21").optional(),
  by: reportView.shape.by.default("queue"),
  /** Only what happened in this queue. */
  queue: z.string().min(1).max(100).optional(),
  channel: z.string().min(1).max(100).optional(),
});

export const pluginView = z.object({
  name: z.string(),
  /** Where it was found: npm name, path, or what stands under plugins/. */
  from: z.string(),
  /** "off": a part of it failed too often and rests. */
  state: z.enum(["on", "off"]),
  /** Of all parts, since the start. */
  failures: z.number(),
  /** Threads that ended because of it: hung, out of memory, crashed. */
  restarts: z.number(),
  dialogs: z.array(z.string()),
  channels: z.array(z.string()),
  parts: z.array(
    z.object({
      /** "hooks.beforeTurn", "actions.refund", "fields.tier", "functions.isVip". */
      part: z.string(),
      state: z.enum(["on", "off"]),
      failures: z.number(),
      /** When it is tried again. */
      offUntil: z.string().nullable(),
      lastError: z.object({ at: z.string(), message: z.string() }).nullable(),
    }),
  ),
});
export type PluginView = z.infer<typeof pluginView>;

const attemptView = z.object({ at: z.string(), status: z.number().nullable(), text: z.string() });

/** How a webhook, or a plugin that keeps records elsewhere, is doing. */
export const receiverView = z.object({
  /** A webhook's id, or "plugin~<name>". */
  id: z.string(),
  kind: z.enum(["webhook", "plugin"]),
  /** "failing": it has failed five times or more in a row and rests in between; "off": it answered 410. */
  state: z.enum(["ok", "failing", "off"]),
  /** Why, when it is off. */
  reason: z.string().nullable(),
  lastSuccessAt: z.string().nullable(),
  lastFailure: attemptView.nullable(),
  /** Deliveries that wait; 1000: that many or more. */
  waiting: z.number(),
  /** Nothing is sent before. */
  restUntil: z.string().nullable(),
});
export type ReceiverView = z.infer<typeof receiverView>;

/** One event on its way to a webhook. */
export const deliveryView = z.object({
  id: z.string(),
  state: z.enum(["waiting", "done", "dead"]),
  /** Holds ids only: what is sent is read from the record when it is sent. */
  event: z.object({
    id: z.string(),
    type: z.string(),
    at: z.string(),
    contactId: z.string().nullable(),
    number: z.string().nullable(),
    threadId: z.string().nullable(),
    conversationId: z.string().nullable(),
  }),
  attempts: z.number(),
  createdAt: z.string(),
  /** Of one that waits. */
  nextAttemptAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  last: attemptView.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

/** What a test event came to. */
export const webhookTestView = z.object({
  ok: z.boolean(),
  /** HTTP; null: no answer. */
  status: z.number().nullable(),
  text: z.string(),
});
export type WebhookTestView = z.infer<typeof webhookTestView>;

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
