import type { WorkstreamSettings } from "../../core/distribution";
import type { SettingsSnapshot } from "../../core/settings";

/** Who answers first: the instance's own setting counts before the work stream's; without either, people do. */
export function helperModeOf(
  settings: SettingsSnapshot,
  { workstreamId, instanceId }: { workstreamId: string; instanceId: string },
): WorkstreamSettings["helper"] {
  return (
    settings.instances.get(instanceId)?.helper ?? settings.workstreams.get(workstreamId)?.helper ?? "off"
  );
}
