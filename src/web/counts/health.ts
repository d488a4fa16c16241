import type { HealthView, StatusView } from "../../admin/operationsContract";

/** A page, handle or number: what is configured of it, and how it is. */
export interface InstanceHealth {
  instanceId: string;
  accountId: string;
  channel: string;
  name: string;
  /** "unknown" while its health has not been read. */
  state: HealthView["state"] | "unknown";
  text: string | null;
  since: string | null;
  lastInboundAt: string | null;
  silent: boolean;
}

/** Brings configuration and health together; an account that cannot be used is an error whatever else is known. */
export function joinHealth(
  instances: readonly StatusView[],
  health: readonly HealthView[] | undefined,
): InstanceHealth[] {
  const byId = new Map(health?.map((one) => [one.instanceId, one]));
  const known = instances.map(({ id, account, channel, name, lastInboundAt, problem }): InstanceHealth => {
    const found = byId.get(id);
    byId.delete(id);
    return {
      instanceId: id,
      accountId: found?.accountId ?? account,
      channel,
      name,
      state: problem === null ? (found?.state ?? "unknown") : "error",
      text: found?.text ?? problem,
      since: found?.since ?? null,
      lastInboundAt: found?.lastInboundAt ?? lastInboundAt,
      silent: found?.silent ?? false,
    };
  });
  return [...known, ...byId.values()];
}

/** The accounts of the instances, each once, in their order. */
export function accountsOf(instances: readonly InstanceHealth[]): { id: string; names: string[] }[] {
  const names = new Map<string, string[]>();
  for (const { accountId, name } of instances) names.set(accountId, [...(names.get(accountId) ?? []), name]);
  return [...names].map(([id, its]) => ({ id, names: its }));
}
