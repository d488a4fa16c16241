import type { SettingsReader } from "../core/settings";
import { SESSION_VALUES, type WorkItem } from "../core/workItem";

/** The instance's settings that a session keeps as they are when it opens (S46); {} when it has none of them. */
export function sessionValuesOf(
  settings: SettingsReader,
  item: Pick<WorkItem, "instanceId">,
): Pick<WorkItem, "sessionValues"> {
  const values = settings.current().instances.get(item.instanceId)?.values ?? {};
  const kept = SESSION_VALUES.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]));
  return { sessionValues: Object.fromEntries(kept) };
}
