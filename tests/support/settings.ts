import {
  type AgentSettings,
  agentSchema,
  type FlowSettings,
  type InstanceSettings,
  instanceSchema,
  type QueueSettings,
  queueSchema,
  type SettingsReader,
  type SettingsSnapshot,
  toInstanceId,
  type WorkstreamSettings,
  workstreamSchema,
} from "../../src/core/settings";

type Named<T> = Partial<T> & { id: string };

/** What a test wants to have configured; what it leaves out has the schema's defaults. */
export interface TestSettings {
  queues?: Named<QueueSettings>[];
  agents?: Named<AgentSettings>[];
  workstreams?: Named<WorkstreamSettings>[];
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
    queues: byId(queues.map((queue) => queueSchema.parse({ name: queue.id, ...queue }))),
    agents: byId(agents.map((agent) => agentSchema.parse({ name: agent.id, ...agent }))),
    workstreams: byId(
      workstreams.map((each) =>
        workstreamSchema.parse({ channel: "facebook", fallbackQueue: "general", ...each }),
      ),
    ),
    instances: byId(instances.map(toInstance)),
    flows: byId(settings.flows ?? []),
    version,
  };
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
