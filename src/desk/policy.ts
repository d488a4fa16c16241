import { Conflict, NotAllowed, NotFound } from "../core/errors";
import { hasRole, type Principal } from "../core/route";
import type { SettingsSnapshot } from "../core/settings";
import type { ItemFacts } from "./present";

/** Supervisors see all; an agent what is theirs, offered to them, in their queues, or with the helper. */
export function canSee(principal: Principal, item: ItemFacts, settings: SettingsSnapshot): boolean {
  if (hasRole(principal, "supervisor")) return true;
  if (item.agentId === principal.id || item.offeredTo === principal.id || item.holder === "bot") return true;
  return settings.queues.get(item.queueId ?? "")?.members.includes(principal.id) ?? false;
}

/** Not telling apart "is not yours" from "does not exist" gives nothing away. */
export function needSee(
  principal: Principal,
  item: ItemFacts | undefined,
  settings: SettingsSnapshot,
): ItemFacts {
  if (item !== undefined && canSee(principal, item, settings)) return item;
  throw new NotFound("NOT_FOUND", "There is no such conversation, or it is not yours to see.");
}

/** Only who has the conversation speaks in it. */
export function needSpeaker(principal: Principal, item: ItemFacts): void {
  if (item.holder !== "agent" || item.agentId !== principal.id) {
    const who = item.holder === "agent" ? item.agentId : `the ${item.holder}`;
    throw new Conflict("ALREADY_TAKEN", `You do not have this conversation; ${who} has it.`, {
      details: { holder: item.holder, agentId: item.agentId },
    });
  }
  if (item.state === "waiting")
    throw new Conflict("WRONG_STATE", "Open the conversation before you write in it.", {
      details: { state: item.state },
    });
}

/** The agent whose session it is, or a supervisor in their place. */
export function actorFor(principal: Principal, item: ItemFacts): string {
  if (item.agentId !== undefined && item.agentId !== principal.id && hasRole(principal, "supervisor"))
    return item.agentId;
  return principal.id;
}

export function needSupervisor(principal: Principal): void {
  if (!hasRole(principal, "supervisor"))
    throw new NotAllowed("NOT_ALLOWED", "Only a supervisor may do that.");
}
