import { InputError } from "../core/errors";
import type { SettingsSnapshot } from "../core/settings";
import type { DispositionSettings } from "../core/texts";
import { transact } from "../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../core/workItem";
import type { QueuePorts } from "./ports";
import { needHolder, needItem, putItem } from "./workItems";

/** As many may be chosen for one conversation. */
export const MAX_DISPOSITIONS = 12;

/** What agents of a work stream may say came of a conversation, by name. */
export function dispositionsFor(
  { dispositions }: Pick<SettingsSnapshot, "dispositions">,
  workstreamId: string,
): DispositionSettings[] {
  return [...dispositions.values()]
    .filter(({ workstreams }) => workstreams.length === 0 || workstreams.includes(workstreamId))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * What came of the conversation, in place of what was chosen before; [] takes it back. Only while `agentId` has it.
 * Throws InputError for one that its work stream does not have, or more than 12.
 */
export async function setDispositions(
  ports: QueuePorts,
  choice: { conversationId: string; agentId: string; dispositions: readonly string[] },
): Promise<WorkItem> {
  const chosen = [...new Set(choice.dispositions)];
  return transact(ports.store, "routing", ROUTING_GROUP, "dispositions", async (tx) => {
    const item = await needItem(tx, choice.conversationId);
    needHolder(item, choice.agentId);
    const before = item.dispositions ?? [];
    needKnown(ports, item, chosen, before);
    if (chosen.length === before.length && chosen.every((id, i) => id === before[i])) return item;
    return chosen.length === 0
      ? putItem(tx, item, {}, ["dispositions"])
      : putItem(tx, item, { dispositions: chosen });
  });
}

/** One chosen before may stay, also when an admin has deleted it since. */
function needKnown(
  ports: QueuePorts,
  item: WorkItem,
  chosen: readonly string[],
  before: readonly string[],
): void {
  if (chosen.length > MAX_DISPOSITIONS)
    throw new InputError("INPUT_INVALID", `Choose at most ${MAX_DISPOSITIONS} dispositions.`);
  const known = dispositionsFor(ports.settings.current(), item.workstreamId).map(({ id }) => id);
  const unknown = chosen.filter((id) => !known.includes(id) && !before.includes(id));
  if (unknown.length > 0)
    throw new InputError(
      "INPUT_INVALID",
      `This work stream has no disposition ${unknown.map((id) => `"${id}"`).join(", ")}.`,
    );
}
