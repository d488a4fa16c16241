import { z } from "zod";
import { capacityProfileSchema, operatingHoursSchema, queueSchema, workstreamSchema } from "./distribution";
import { noticeSchema } from "./notices";
import { RECORD_EVENTS } from "./owed";
import { activitySchema, groupSchema, unitSchema } from "./recordSettings";
import { retentionSchema } from "./retention";
import { ROLES } from "./roles";
import { channelId, language, secretReference, settingId, settingName, skillRatings } from "./settingFields";
import {
  automatedMessageSchema,
  dispositionSchema,
  maskingRuleSchema,
  quickReplySchema,
  surveySchema,
} from "./texts";

/**
 * What an admin sets, as stored in the `settings` container: one document an object, `kind` the partition.
 * The schemas check the configuration file and the admin API alike. Unknown keys are refused.
 */
export const accountSchema = z.strictObject({
  id: settingId,
  provider: channelId,
  name: settingName,
  /** Text fields of the provider's definitions. */
  values: z.record(z.string(), z.string()),
  /** Secret fields: references. */
  secrets: z.record(z.string(), secretReference),
  /** Other origins that a platform may have signed, besides PUBLIC_URL. */
  publicUrls: z.array(z.url()).default([]),
  /** Messages a second, or "unlimited" (benches only); left out: the channel's own limit. */
  sendRate: z.union([z.literal("unlimited"), z.number().positive()]).optional(),
  /** Talks to the built-in simulator instead of the platform; refused in production. */
  simulated: z.boolean().default(false),
});
export type AccountSettings = z.infer<typeof accountSchema>;

/** Records made by themselves for customers of an instance (4biz: Default Unit, Group, Activity, Contact Origin). */
export const recordsSchema = z.strictObject({
  /** An unknown customer gets a contact with the first message. */
  createContact: z.boolean().default(false),
  /** Every new conversation gets a ticket. */
  createTicket: z.boolean().default(false),
  unit: settingId.optional(),
  group: settingId.optional(),
  /** Of the tickets. */
  activity: settingId.optional(),
  contactOrigin: z.string().min(1).max(100).optional(),
});
export type RecordsSettings = z.infer<typeof recordsSchema>;

export const instanceSchema = z.strictObject({
  /** `<channel>~<external id>`. */
  id: z.string().min(1).max(150),
  channel: channelId,
  account: settingId,
  externalId: settingName,
  name: settingName,
  workstream: settingId,
  values: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), secretReference),
  /** Of automated messages and surveys, when the customer's is not known. */
  language: language.optional(),
  /** Overrides the work stream's. */
  helper: z.enum(["off", "first", "only"]).optional(),
  /** Instead of the work stream's. */
  survey: settingId.optional(),
  operatingHours: settingId.optional(),
  /** Privacy notice, instead of the work stream's. */
  notice: settingId.optional(),
  /** What is recorded of customers who write here. */
  records: recordsSchema.optional(),
});
export type InstanceSettings = z.infer<typeof instanceSchema>;

export const agentSchema = z.strictObject({
  id: settingId,
  name: settingName,
  roles: z.array(z.enum(ROLES)).min(1).default(["agent"]),
  /** Capacity units in all. */
  capacity: z.number().int().min(0).max(1000).default(3),
  skills: skillRatings.default({}),
  /** Capacity profile -> this agent's own limit. */
  capacityProfiles: z.record(settingId, z.number().int().min(0).max(1000)).default({}),
  /** Bearer token for the API, as a reference. */
  token: secretReference.optional(),
  /** Who it is at the identity provider: `<issuer>|<subject>`; Entra ID: `<tenant id>|<object id>`. */
  identity: z
    .string()
    .max(500)
    .regex(/^[^|\s]+\|\S+$/, "write <issuer>|<subject>, with Entra ID <tenant id>|<object id>")
    .optional(),
});
export type AgentSettings = z.infer<typeof agentSchema>;

/** A helper flow: the steps are checked by dialogs/, which owns their meaning. */
export const flowSchema = z.strictObject({
  id: settingId,
  name: settingName.optional(),
  /** Every text for customers must then be in each of them. */
  languages: z.array(language).min(1).max(20).optional(),
  /** Variables that flows which call this one hand over (`with`). */
  inputs: z
    .array(z.string().regex(/^[A-Za-z_]\w{0,63}$/))
    .max(50)
    .optional(),
  start: z.string().min(1).max(64),
  /** Where it begins when people have given the customer back to it; `start` when left out. */
  onReturn: z.string().min(1).max(64).optional(),
  steps: z.record(z.string().min(1).max(64), z.record(z.string(), z.unknown())),
});
export type FlowSettings = z.infer<typeof flowSchema>;

/** Where a company's own system hears of contacts, tickets and consent. */
export const webhookSchema = z.strictObject({
  id: settingId,
  name: settingName.optional(),
  /** https; plain http to this machine in development. */
  url: z.url({ protocol: /^https?$/, error: "an https address" }).max(2000),
  /** What it is signed with: base64 of 24 to 64 bytes, "whsec_" may stand before it. */
  secret: secretReference,
  events: z.union([z.literal("all"), z.array(z.enum(RECORD_EVENTS)).min(1)]).default("all"),
  /** Events that happen while it is off are never told. */
  enabled: z.boolean().default(true),
});
export type WebhookSettings = z.infer<typeof webhookSchema>;

/** Every kind, what others point at first. */
export const SETTINGS = {
  units: unitSchema,
  groups: groupSchema,
  activities: activitySchema,
  agents: agentSchema,
  capacityProfiles: capacityProfileSchema,
  operatingHours: operatingHoursSchema,
  surveys: surveySchema,
  notices: noticeSchema,
  queues: queueSchema,
  flows: flowSchema,
  workstreams: workstreamSchema,
  accounts: accountSchema,
  instances: instanceSchema,
  automatedMessages: automatedMessageSchema,
  quickReplies: quickReplySchema,
  dispositions: dispositionSchema,
  maskingRules: maskingRuleSchema,
  retention: retentionSchema,
  webhooks: webhookSchema,
} as const;
export type SettingsKind = keyof typeof SETTINGS;
export const SETTINGS_KINDS = Object.keys(SETTINGS) as SettingsKind[];
export type SettingsByKind = { [K in SettingsKind]: z.infer<(typeof SETTINGS)[K]> };

/** Kinds that are sections of the configuration file; instances stand inside their account, which is read apart. */
export const FILE_SECTIONS = SETTINGS_KINDS.filter(
  (kind): kind is Exclude<SettingsKind, "accounts" | "instances"> =>
    kind !== "accounts" && kind !== "instances",
);

/** All settings at one moment; replaced as a whole when something changes, so holders may compare by identity. */
export type SettingsSnapshot = { readonly [K in SettingsKind]: ReadonlyMap<string, SettingsByKind[K]> } & {
  /** Grows with every change this process has seen. */
  readonly version: number;
};

/** Read side of the settings, for everybody. */
export interface SettingsReader {
  current(): SettingsSnapshot;
  /** Called after every change. Returns the way to stop. */
  onChange(listener: (snapshot: SettingsSnapshot) => void): () => void;
}

/** The settings id of an instance: unsafe characters of the platform's id become "_". */
export function toInstanceId(channel: string, externalId: string): string {
  return `${channel}~${externalId.replace(/[^A-Za-z0-9+_.@-]/g, "_")}`;
}
