import { z } from "zod";

/**
 * What an admin sets, as stored in the `settings` container: one document an object, `kind` the partition.
 * The schemas check the configuration file and the admin API alike. Unknown keys are refused.
 */
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "use letters, digits, dot, dash and underscore, at most 64");
const text = z.string().min(1).max(200);

/** `env:NAME`, `file:NAME` or `keyvault:NAME`: where a secret lives, never the secret. */
export const secretReference = z
  .string()
  .regex(
    /^(env|file|keyvault):[A-Za-z0-9_.-]{1,127}$/,
    "a secret is a reference: env:NAME, file:NAME or keyvault:NAME",
  );

export const accountSchema = z.strictObject({
  id,
  provider: z.enum(["facebook", "twitter", "twilio", "azure"]),
  name: text,
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

export const instanceSchema = z.strictObject({
  /** `<channel>~<external id>`. */
  id: z.string().min(1).max(150),
  channel: z.enum(["facebook", "twitter", "sms", "whatsapp", "azure"]),
  account: id,
  externalId: text,
  name: text,
  workstream: id,
  values: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), secretReference),
  language: z.string().max(35).optional(),
  /** Overrides the work stream's. */
  helper: z.enum(["off", "first", "only"]).optional(),
});
export type InstanceSettings = z.infer<typeof instanceSchema>;

export const ruleSchema = z.strictObject({
  name: text,
  /** adaptive-expressions text; a match sends the conversation to `queue`. */
  if: z.string().min(1).max(1000),
  queue: id,
});
export type RuleSettings = z.infer<typeof ruleSchema>;

export const workstreamSchema = z.strictObject({
  id,
  name: text.optional(),
  channel: z.enum(["facebook", "twitter", "sms", "whatsapp", "azure"]),
  distribution: z.enum(["push", "pick"]).default("push"),
  /** Units of an agent's capacity that one conversation costs. */
  capacity: z.number().int().min(1).max(100).default(1),
  /** off: straight to routing; first: helper, then people on hand-off; only: never people. */
  helper: z.enum(["off", "first", "only"]).default("off"),
  flow: id.optional(),
  fallbackQueue: id,
  rules: z.array(ruleSchema).max(1000).default([]),
  /** Waiting conversations close after this long without a message; SMS at least 8. */
  autoCloseHours: z
    .number()
    .min(1)
    .max(24 * 60)
    .default(28 * 24),
  /** An offer not answered in this time goes back to the queue. */
  offerSeconds: z.number().int().min(5).max(600).default(120),
});
export type WorkstreamSettings = z.infer<typeof workstreamSchema>;

export const queueSchema = z.strictObject({
  id,
  name: text,
  /** Smaller first. */
  priority: z.number().int().min(0).max(999).default(100),
  assignment: z.enum(["highestCapacity"]).default("highestCapacity"),
  members: z.array(id).max(10_000).default([]),
});
export type QueueSettings = z.infer<typeof queueSchema>;

export const agentSchema = z.strictObject({
  id,
  name: text,
  roles: z
    .array(z.enum(["agent", "supervisor", "admin"]))
    .min(1)
    .default(["agent"]),
  /** Capacity units in all. */
  capacity: z.number().int().min(0).max(1000).default(3),
  /** Skill name -> rating 1 to 10. */
  skills: z.record(z.string().max(64), z.number().int().min(1).max(10)).default({}),
  /** Bearer token for the API, as a reference. */
  token: secretReference.optional(),
});
export type AgentSettings = z.infer<typeof agentSchema>;

/** A helper flow: the steps are checked by dialogs/, which owns their meaning. */
export const flowSchema = z.strictObject({
  id,
  name: text.optional(),
  start: z.string().min(1).max(64),
  steps: z.record(z.string().min(1).max(64), z.record(z.string(), z.unknown())),
});
export type FlowSettings = z.infer<typeof flowSchema>;

export const SETTINGS = {
  accounts: accountSchema,
  instances: instanceSchema,
  workstreams: workstreamSchema,
  queues: queueSchema,
  agents: agentSchema,
  flows: flowSchema,
} as const;
export type SettingsKind = keyof typeof SETTINGS;
export const SETTINGS_KINDS = Object.keys(SETTINGS) as SettingsKind[];

export interface SettingsByKind {
  accounts: AccountSettings;
  instances: InstanceSettings;
  workstreams: WorkstreamSettings;
  queues: QueueSettings;
  agents: AgentSettings;
  flows: FlowSettings;
}

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
