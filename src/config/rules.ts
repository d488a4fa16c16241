import { DEFAULT_QUEUE } from "../core/builtIns";
import type { ChannelDefinition, Field } from "../core/channel";
import type {
  ClassificationOutputs,
  OverflowSettings,
  QueueSettings,
  WorkstreamSettings,
} from "../core/distribution";
import { nearest } from "../core/nearest";
import type { RetentionSettings } from "../core/retention";
import { secretReference } from "../core/settingFields";
import {
  type FlowSettings,
  type InstanceSettings,
  type SettingsByKind,
  type SettingsKind,
  toInstanceId,
} from "../core/settings";
import { accountFields, instanceFields } from "./fields";
import { noticeFaults } from "./noticeRules";
import { developmentFaults } from "./productionRules";
import { automatedMessageFaults, maskingRuleFaults, quickReplyFaults, surveyFaults } from "./textRules";
import { webhookFaults } from "./webhookRules";
import type { Path } from "./yamlSource";

/** One object's mention of another: `path` inside the object names `kind`/`id`. */
export interface Reference {
  path: Path;
  kind: SettingsKind;
  id: string;
}

/** What is wrong, and where inside the object. */
export interface Fault {
  path: Path;
  message: string;
}

/** All objects that an object may point at. */
export interface SettingsLookup {
  has(kind: SettingsKind, id: string): boolean;
  /** Undefined also for one that exists but could not be read. */
  get<K extends SettingsKind>(kind: K, id: string): SettingsByKind[K] | undefined;
  ids(kind: SettingsKind): string[];
}

/** What makes settings fit together: one set of rules for the configuration file and the admin API. */
export interface SettingsRules {
  referencesOf<K extends SettingsKind>(kind: K, value: SettingsByKind[K]): Reference[];
  /** Faults that the schemas cannot see; [] when there are none. */
  faultsOf<K extends SettingsKind>(kind: K, value: SettingsByKind[K], all: SettingsLookup): Fault[];
  /** Names of the secrets that we make ourselves when an object leaves them out. */
  generatedFields<K extends SettingsKind>(kind: K, value: SettingsByKind[K]): string[];
}

const NOUNS: Record<SettingsKind, string> = {
  accounts: "account",
  instances: "instance",
  workstreams: "work stream",
  queues: "queue",
  agents: "agent",
  flows: "flow",
  capacityProfiles: "capacity profile",
  operatingHours: "operating hours",
  surveys: "survey",
  notices: "notice",
  automatedMessages: "automated message",
  quickReplies: "quick reply",
  dispositions: "disposition",
  maskingRules: "masking rule",
  retention: "retention",
  webhooks: "webhook",
  units: "unit",
  groups: "group",
  activities: "activity",
};

/** Where an installation declares none of such a kind, any word may stand in its place. */
const OPEN_KINDS: readonly SettingsKind[] = ["units", "groups", "activities"];

const MIN_SMS_AUTO_CLOSE_HOURS = 8;

type ByKind<R> = { [K in SettingsKind]?: (value: SettingsByKind[K], all: SettingsLookup) => R };

/** Rules over the channels that `definitions` describe. `production` refuses simulated accounts, the demo's secrets and plain http. */
export function createSettingsRules(
  definitions: readonly ChannelDefinition[],
  options: { production?: boolean } = {},
): SettingsRules {
  const fieldsOf: ByKind<readonly Field[]> = {
    accounts: (account) => accountFields(definitions, account.provider),
    instances: (instance) => definitions.filter((d) => d.id === instance.channel).flatMap(instanceFields),
  };
  const ownFaults: ByKind<Fault[]> = {
    accounts: (account) => [
      ...unknownFaults(["provider"], "provider", account.provider, providersOf(definitions)),
    ],
    instances: (instance, all) => instanceFaults(definitions, instance, all),
    workstreams: (stream) => [...channelFaults(definitions, stream.channel), ...workstreamFaults(stream)],
    queues: queueFaults,
    quickReplies: quickReplyFaults,
    automatedMessages: (message) => [
      ...(message.channel === undefined ? [] : channelFaults(definitions, message.channel)),
      ...automatedMessageFaults(message),
    ],
    surveys: surveyFaults,
    notices: noticeFaults,
    maskingRules: maskingRuleFaults,
    retention: retentionFaults,
    webhooks: (webhook) => webhookFaults(webhook, options),
  };
  return {
    referencesOf: (kind, value) => REFERENCES[kind]?.(value, NOTHING) ?? [],
    faultsOf(kind, value, all) {
      const fields = fieldsOf[kind]?.(value, all);
      return [
        ...(fields === undefined ? [] : fieldFaults(value as Holder, fields)),
        ...danglingFaults(REFERENCES[kind]?.(value, all) ?? [], all),
        ...(ownFaults[kind]?.(value, all) ?? []),
        ...(options.production ? developmentFaults(kind, value) : []),
      ];
    },
    generatedFields(kind, value) {
      const fields = fieldsOf[kind]?.(value, NOTHING) ?? [];
      return fields.filter((field) => field.kind === "generated").map((field) => field.name);
    },
  };
}

/** The rows of closed conversations lead to their messages: without them nothing would find these any more. */
function retentionFaults({ transcripts, history }: RetentionSettings): Fault[] {
  if (history === undefined || (transcripts !== undefined && transcripts <= history)) return [];
  const message = "must not be shorter than transcripts: messages are found by these rows";
  return [{ path: ["history"], message }];
}

const NOTHING: SettingsLookup = { has: () => false, get: () => undefined, ids: () => [] };

const REFERENCES: ByKind<Reference[]> = {
  instances: (instance) => [
    { path: ["account"], kind: "accounts", id: instance.account },
    { path: ["workstream"], kind: "workstreams", id: instance.workstream },
    ...one(["survey"], "surveys", instance.survey),
    ...one(["notice"], "notices", instance.notice),
    ...one(["operatingHours"], "operatingHours", instance.operatingHours),
    ...filedUnder(["records"], instance.records ?? {}),
  ],
  activities: ({ group }) => one(["group"], "groups", group),
  workstreams: workstreamReferences,
  queues: (queue) => [
    // Everybody is in the default queue, and may leave.
    ...(queue.id === DEFAULT_QUEUE ? [] : each(["members"], "agents", queue.members)),
    ...one(["operatingHours"], "operatingHours", queue.operatingHours),
    ...overflowReferences(["overflow"], queue.overflow),
  ],
  flows: flowReferences,
  agents: (agent) =>
    Object.keys(agent.capacityProfiles).map((id) => ({
      path: ["capacityProfiles", id],
      kind: "capacityProfiles" as const,
      id,
    })),
  automatedMessages: (message) => one(["instance"], "instances", message.instance),
  quickReplies: (reply) => each(["workstreams"], "workstreams", reply.workstreams),
  dispositions: (disposition) => each(["workstreams"], "workstreams", disposition.workstreams),
};

const one = (path: Path, kind: SettingsKind, id: string | undefined): Reference[] =>
  id === undefined ? [] : [{ path, kind, id }];

const each = (path: Path, kind: SettingsKind, ids: readonly string[]): Reference[] =>
  ids.map((id, i) => ({ path: [...path, i], kind, id }));

/** What records and tickets are filed under. */
export const filedUnder = (
  path: Path,
  named: { unit?: unknown; group?: unknown; activity?: unknown },
): Reference[] => {
  const mention = (key: "unit" | "group" | "activity", kind: SettingsKind): Reference[] => {
    const id = named[key];
    return typeof id === "string" ? [{ path: [...path, key], kind, id }] : [];
  };
  return [...mention("unit", "units"), ...mention("group", "groups"), ...mention("activity", "activities")];
};

const overflowReferences = (path: Path, overflow: readonly OverflowSettings[] = []): Reference[] =>
  overflow.flatMap(({ queue }, i) => one([...path, i, "queue"], "queues", queue));

/** Steps keep their meaning to themselves: only the names of other settings are read here. */
function flowReferences(flow: FlowSettings): Reference[] {
  const named = {
    handoff: ["queue", "queues"],
    flow: ["flow", "flows"],
    hours: ["hours", "operatingHours"],
  } as const;
  return Object.entries(flow.steps).flatMap(([id, step]) => {
    if (step.do === "ticket") return filedUnder(["steps", id], step);
    const [key, kind] = named[step.do as keyof typeof named] ?? [];
    const name = key === undefined ? undefined : step[key];
    return key === undefined || kind === undefined || typeof name !== "string"
      ? []
      : [{ path: ["steps", id, key], kind, id: name }];
  });
}

function workstreamReferences(stream: WorkstreamSettings): Reference[] {
  return [
    { path: ["fallbackQueue"], kind: "queues", id: stream.fallbackQueue },
    ...one(["flow"], "flows", stream.flow),
    ...one(["operatingHours"], "operatingHours", stream.operatingHours),
    ...one(["survey"], "surveys", stream.survey),
    ...one(["notice"], "notices", stream.notice),
    ...each(["capacityProfiles"], "capacityProfiles", stream.capacityProfiles),
    ...stream.classification.flatMap(({ rules }, at) =>
      rules.flatMap(({ set }, i) => classificationReferences(["classification", at, "rules", i, "set"], set)),
    ),
    ...stream.rules.flatMap((rule, i) => [
      ...one(["rules", i, "queue"], "queues", rule.queue),
      ...(rule.split ?? []).flatMap(({ queue }, at) =>
        one(["rules", i, "split", at, "queue"], "queues", queue),
      ),
      ...overflowReferences(["rules", i, "overflow"], rule.overflow),
    ]),
  ];
}

const classificationReferences = (
  path: Path,
  { capacityProfiles, ticket }: ClassificationOutputs,
): Reference[] => [
  ...each([...path, "capacityProfiles"], "capacityProfiles", capacityProfiles ?? []),
  ...filedUnder([...path, "ticket"], ticket ?? {}),
];

/** Names of settings that do not exist; of kinds that may stay undeclared, where any is declared. */
export function danglingFaults(references: readonly Reference[], all: SettingsLookup): Fault[] {
  const dangling = references.filter(({ kind, id }) => !all.has(kind, id) && !isOpen(kind, all));
  return dangling.map(({ path, kind, id }) => {
    const meant = nearest(id, all.ids(kind));
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    return { path, message: `no ${NOUNS[kind]} "${id}"${hint}` };
  });
}

const isOpen = (kind: SettingsKind, all: SettingsLookup): boolean =>
  OPEN_KINDS.includes(kind) && all.ids(kind).length === 0;

interface Holder {
  values: Record<string, string>;
  secrets: Record<string, string>;
}

function fieldFaults(holder: Holder, fields: readonly Field[]): Fault[] {
  const texts = fields.filter((field) => field.kind === "text");
  const secrets = fields.filter((field) => field.kind !== "text");
  return [
    ...texts.flatMap((field) => textFaults(field, holder.values[field.name])),
    ...secrets
      .filter((f) => f.kind === "secret" && f.required && holder.secrets[f.name] === undefined)
      .map(missingSecret),
    ...strangers("values", holder.values, texts),
    ...strangers("secrets", holder.secrets, secrets),
  ];
}

function missingSecret(field: Field): Fault {
  return { path: ["secrets", field.name], message: `is missing (${field.title})` };
}

function textFaults(field: Field, value: string | undefined): Fault[] {
  const path = ["values", field.name];
  if (value === undefined || value === "") {
    return field.required && field.default === undefined
      ? [{ path, message: `is missing (${field.title})` }]
      : [];
  }
  // A text may be kept out of the file like a secret; then it is known only at run time.
  if (secretReference.safeParse(value).success) return [];
  if (field.options !== undefined && !field.options.includes(value)) {
    return [{ path, message: `must be one of ${field.options.join(", ")}` }];
  }
  const fits = field.pattern === undefined || new RegExp(`^(?:${field.pattern})$`).test(value);
  return fits ? [] : [{ path, message: `is no valid ${field.title}. ${field.help}` }];
}

function strangers(
  part: "values" | "secrets",
  given: Record<string, string>,
  fields: readonly Field[],
): Fault[] {
  const unknown = Object.keys(given).filter((name) => !fields.some((field) => field.name === name));
  return unknown.map((name) => ({ path: [part, name], message: "unknown field" }));
}

const providersOf = (definitions: readonly ChannelDefinition[]): string[] => [
  ...new Set(definitions.map(({ provider }) => provider)),
];

const channelFaults = (definitions: readonly ChannelDefinition[], id: string): Fault[] =>
  unknownFaults(
    ["channel"],
    "channel",
    id,
    definitions.map((definition) => definition.id),
  );

/** Plugins bring channels: one that is named and not there is a slip of the pen, or its plugin is not loaded. */
function unknownFaults(path: Path, noun: string, name: string, known: readonly string[]): Fault[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const hint = meant === undefined ? `; there are ${known.join(", ")}` : `; did you mean "${meant}"?`;
  return [{ path, message: `no ${noun} "${name}" is installed${hint}` }];
}

function instanceFaults(
  definitions: readonly ChannelDefinition[],
  instance: InstanceSettings,
  all: SettingsLookup,
): Fault[] {
  const faults: Fault[] = [];
  const definition = definitions.find((d) => d.id === instance.channel);
  const account = all.get("accounts", instance.account);
  const stream = all.get("workstreams", instance.workstream);
  faults.push(...channelFaults(definitions, instance.channel));
  if (definition === undefined) return faults;
  if (account !== undefined && account.provider !== definition.provider) {
    faults.push({
      path: ["account"],
      message: `"${account.id}" is an account at ${account.provider}, not at ${definition.provider}`,
    });
  }
  if (stream !== undefined && stream.channel !== instance.channel) {
    faults.push({
      path: ["workstream"],
      message: `"${stream.id}" is a work stream of channel ${stream.channel}, not ${instance.channel}`,
    });
  }
  return [...faults, ...idFaults(definition, instance)];
}

function idFaults(definition: ChannelDefinition | undefined, instance: InstanceSettings): Fault[] {
  const normal = definition?.instance.normaliseId(instance.externalId) ?? instance.externalId;
  if (normal !== instance.externalId) return [{ path: ["externalId"], message: `write it as "${normal}"` }];
  const id = toInstanceId(instance.channel, instance.externalId);
  // The id is made from the platform's, so a page, handle or number belongs to one account only.
  return instance.id === id ? [] : [{ path: ["id"], message: `must be "${id}"` }];
}

function workstreamFaults(stream: WorkstreamSettings): Fault[] {
  const short = stream.channel === "sms" && stream.autoCloseHours < MIN_SMS_AUTO_CLOSE_HOURS;
  return short
    ? [
        {
          path: ["autoCloseHours"],
          message: `SMS conversations stay open at least ${MIN_SMS_AUTO_CLOSE_HOURS} hours`,
        },
      ]
    : [];
}

function queueFaults(queue: QueueSettings, all: SettingsLookup): Fault[] {
  return [
    ...repeated(queue.members).map((i) => ({ path: ["members", i], message: "is listed twice" })),
    ...ringFaults(queue, all),
  ];
}

/** Queues that overflow into one another would send a conversation round for ever. */
function ringFaults(queue: QueueSettings, all: SettingsLookup): Fault[] {
  const ringFrom = (id: string, way: readonly string[]): readonly string[] | undefined => {
    if (id === queue.id) return way;
    if (way.includes(id)) return undefined;
    const next = all.get("queues", id)?.overflow ?? [];
    for (const { queue: target } of next) {
      const ring = target === undefined ? undefined : ringFrom(target, [...way, id]);
      if (ring !== undefined) return ring;
    }
    return undefined;
  };
  return queue.overflow.flatMap(({ queue: target }, i) => {
    const ring = target === undefined ? undefined : ringFrom(target, []);
    if (ring === undefined) return [];
    const way = [queue.id, ...ring, queue.id].join(" -> ");
    return [{ path: ["overflow", i, "queue"], message: `makes a ring: ${way}; send it somewhere else` }];
  });
}

/** Where an item stands that stood before. */
function repeated(items: readonly string[]): number[] {
  const first = new Map<string, number>();
  items.forEach((item, i) => {
    if (!first.has(item)) first.set(item, i);
  });
  return items.flatMap((item, i) => (first.get(item) === i ? [] : [i]));
}
