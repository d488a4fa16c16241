import type { ConversationView } from "../../desk/contract";
import type { ConversationAction } from "../api";
import type { texts } from "./texts";

type Reason = keyof typeof texts.composer.notYours;

/** Why this agent cannot write here now; null when they can. */
export function whyNotWriting(view: ConversationView, me: string): Reason | null {
  if (view.state === "closed") return "closed";
  if (view.holder === "bot") return "bot";
  if (view.offeredTo !== null) return view.offeredTo === me ? "offered" : "offeredElsewhere";
  if (view.holder === "queue") return "queue";
  if (view.agentId !== me) return "other";
  if (view.state === "waiting") return "waiting";
  return view.state === "wrapUp" ? "wrapUp" : null;
}

/** Whether this agent may give it back to the helper. */
export function mayGiveBack(view: ConversationView, me: string): boolean {
  const reason = whyNotWriting(view, me);
  return view.helper !== "off" && (reason === null || reason === "waiting");
}

/** What this agent can do with the conversation, the likeliest first. */
export function possibleActions(view: ConversationView, me: string): ConversationAction[] {
  const reason = whyNotWriting(view, me);
  switch (reason) {
    case null:
      return ["end", "close", "release"];
    case "queue":
    case "bot":
      return ["pick"];
    case "waiting":
      return ["open"];
    case "wrapUp":
      return ["close"];
    case "offered":
    case "offeredElsewhere":
    case "other":
    case "closed":
      return [];
    default:
      return reason satisfies never;
  }
}
