import type { StatusView } from "../../admin/operationsContract";

export interface InstanceName {
  channel: string;
  name: string;
  /** It has messages, but nobody configured it (any more). */
  unknown: boolean;
}

/** Gives an instance's name by its id, "facebook~1784": the id's own words where it is not configured. */
export type InstanceNames = (instanceId: string) => InstanceName;

export function toInstanceNames(instances: readonly StatusView[]): InstanceNames {
  const known = new Map(instances.map(({ id, channel, name }) => [id, { channel, name, unknown: false }]));
  return (instanceId) => {
    const [channel = "", ...rest] = instanceId.split("~");
    return known.get(instanceId) ?? { channel, name: rest.join("~"), unknown: true };
  };
}
