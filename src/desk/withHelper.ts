import { Conflict } from "../core/errors";
import type { Principal } from "../core/route";
import type { WorkItem } from "../core/workItem";
import { helperModeOf } from "../pipeline/helper/helperMode";
import type { TakenBy } from "../pipeline/helper/takeOver";
import { assignTo, needAgent, needQueue, transferToQueue } from "../routing/sessions";
import { needSupervisor } from "./policy";
import type { DeskPorts } from "./ports";

/** Conversations between the helper's hands and those of people. */

/** Takes it from the helper; undefined when the helper does not have it (any more). */
export async function fromHelper(
  ports: DeskPorts,
  item: WorkItem,
  to: TakenBy,
): Promise<WorkItem | undefined> {
  return item.holder === "bot" ? ports.pipeline.takeOver.take(item, to) : undefined;
}

/** Straight to an agent, whoever has it. */
export async function toAgent(ports: DeskPorts, item: WorkItem, agentId: string): Promise<WorkItem> {
  needAgent(ports, agentId);
  const taken = await fromHelper(ports, item, { agentId, how: "assign" });
  return taken ?? assignTo(ports, item.conversationId, agentId);
}

/** Into a queue, whoever has it, or only if `from` still has it. */
export async function toQueue(
  ports: DeskPorts,
  item: WorkItem,
  queueId: string,
  from?: string,
): Promise<WorkItem> {
  needQueue(ports, queueId);
  const taken = await fromHelper(ports, item, { queueId });
  return taken ?? transferToQueue(ports, item.conversationId, queueId, from);
}

/** Gives it back to the helper; done already is done. */
export async function toHelper(
  ports: DeskPorts,
  item: WorkItem,
  me: Principal,
  note: string | undefined,
): Promise<WorkItem> {
  if (item.holder === "bot") return item;
  if (item.agentId !== me.id) needSupervisor(me);
  if (item.optedOut !== undefined)
    throw new Conflict(
      "WRONG_STATE",
      "The customer has opted out of automatic messages: the helper would say nothing.",
    );
  if (helperModeOf(ports.settings.current(), item) === "off")
    throw new Conflict("WRONG_STATE", "No helper meets customers here; its work stream has it off.");
  if (item.state === "wrapUp")
    throw new Conflict("WRONG_STATE", "The work is done: close the conversation instead.", {
      details: { state: item.state },
    });
  return ports.pipeline.handBack.give({ item, by: me, note });
}
