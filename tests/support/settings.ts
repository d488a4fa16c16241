import type { z } from "zod";
import {
  type AgentSettings,
  type FlowSettings,
  type InstanceSettings,
  instanceSchema,
  SETTINGS,
  type SettingsByKind,
  type SettingsKind,
  type SettingsReader,
  type SettingsSnapshot,
  toInstanceId,
} from "../../src/core/settings";

type Named<K extends SettingsKind> = Partial<z.input<(typeof SETTINGS)[K]>> & { id: string };

/** What a test wants to have configured; what it leaves out has the schema's defaults. */
export interface TestSettings {
  queues?: Named<"queues">[];
  agents?: (Omit<Named<"agents">, "roles"> & { roles?: readonly AgentSettings["roles"][number][] })[];
  workstreams?: Named<"workstreams">[];
  /** Kinds that most tests have none of. */
  more?: {
    [K in Exclude<
      SettingsKind,
      "queues" | "agents" | "workstreams" | "flows" | "instances" | "accounts"
    >]?: z.input<(typeof SETTINGS)[K]>[];
  };
  flows?: FlowSettings[];
  /** By channel and external id; default: one page "2000" of work stream "messenger". */
  instances?: (Partial<InstanceSettings> & { externalId: string })[];
  sendRate?: number | "unlimited";
}

/** Settings without a store; `change` replaces the snapshot as a save would. */
export interface TestSettingsReader extends SettingsReader {
  change(settings: TestSettings): void;
}

export function createSettings(initial: TestSettings = {}): TestSettingsReader {
  const listeners = new Set<(snapshot: SettingsSnapshot) => void>();
  let current = buildSnapshot(initial, 1);
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change(settings) {
      current = buildSnapshot(settings, current.version + 1);
      for (const listener of listeners) listener(current);
    },
  };
}

const MEMBERS = ["ana", "ben"];

/** Queues general and vip, agents Ana and Ben (capacity 3) and supervisor Sam, one work stream for Messenger. */
function buildSnapshot(settings: TestSettings, version: number): SettingsSnapshot {
  const queues = settings.queues ?? [
    { id: "general", members: MEMBERS },
    { id: "vip", priority: 1, members: ["ana"] },
  ];
  const agents = settings.agents ?? [
    { id: "ana" },
    { id: "ben" },
    { id: "sam", roles: ["supervisor"] as const },
  ];
  const workstreams = settings.workstreams ?? [{ id: "messenger" }];
  const instances = settings.instances ?? [{ externalId: "2000" }];
  return {
    accounts: new Map([
      [
        "shop",
        {
          id: "shop",
          provider: "facebook",
          name: "Shop",
          values: {},
          secrets: {},
          publicUrls: [],
          sendRate: settings.sendRate ?? "unlimited",
          simulated: false,
        },
      ],
    ]),
    queues: parsed(
      "queues",
      queues.map((queue) => ({ name: queue.id, ...queue })),
    ),
    agents: parsed(
      "agents",
      agents.map((agent) => ({ name: agent.id, ...agent })),
    ),
    workstreams: parsed(
      "workstreams",
      workstreams.map((each) => ({ channel: "facebook", fallbackQueue: "general", ...each })),
    ),
    capacityProfiles: parsed("capacityProfiles", settings.more?.capacityProfiles),
    operatingHours: parsed("operatingHours", settings.more?.operatingHours),
    surveys: parsed("surveys", settings.more?.surveys),
    notices: parsed("notices", settings.more?.notices),
    automatedMessages: parsed("automatedMessages", settings.more?.automatedMessages),
    quickReplies: parsed("quickReplies", settings.more?.quickReplies),
    dispositions: parsed("dispositions", settings.more?.dispositions),
    maskingRules: parsed("maskingRules", settings.more?.maskingRules),
    retention: parsed("retention", settings.more?.retention),
    webhooks: parsed("webhooks", settings.more?.webhooks),
    units: parsed("units", settings.more?.units),
    groups: parsed("groups", settings.more?.groups),
    activities: parsed("activities", settings.more?.activities),
    instances: byId(instances.map(toInstance)),
    flows: byId(settings.flows ?? []),
    version,
  };
}

function parsed<K extends SettingsKind>(
  kind: K,
  values: readonly unknown[] = [],
): ReadonlyMap<string, SettingsByKind[K]> {
  return byId(values.map((value) => SETTINGS[kind].parse(value) as SettingsByKind[K]));
}

function toInstance(instance: Partial<InstanceSettings> & { externalId: string }): InstanceSettings {
  const channel = instance.channel ?? "facebook";
  return instanceSchema.parse({
    id: toInstanceId(channel, instance.externalId),
    channel,
    account: "shop",
    name: "Shop",
    workstream: "messenger",
    values: {},
    secrets: {},
    ...instance,
  });
}

const byId = <T extends { id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));
