import { ACTIVITY_EVENTS } from "../../core/activity";
import type { Inbound } from "../../core/channel";
import { type Json, toId, toList, toObject } from "../shared/narrow";
import { type Entry, type Origin, toActivity, toItemOf, toKey } from "./origin";

/** Facebook's own inbox of a page, as an application (Meta: Conversation Routing). */
const PAGE_INBOX = "263902037430900";

interface Turn {
  action: "pass" | "take" | "request" | "roles";
  ours: boolean;
  /** The application that this is about; undefined where Meta does not say. */
  other: string | undefined;
  text: string;
}

/** Another application took, gave or wants the conversation (Meta: messaging_handovers, Conversation Routing). */
export function threadControl(item: Json, origin: Origin, entry: Entry): Inbound | undefined {
  const turn = toTurn(item, entry.applicationId);
  if (turn === undefined) return undefined;
  const { text, ...value } = turn;
  // Not the customer's doing, but theirs is the conversation: an echo would be taken for something said.
  const theirs: Origin = { ...origin, byPage: false };
  const activity = toActivity(item, theirs, undefined);
  activity.type = "event";
  activity.name = ACTIVITY_EVENTS.threadControl;
  activity.text = text;
  activity.value = value;
  return toItemOf(activity, theirs, toKey(origin, ["thread", turn.action, item]));
}

/** Does this item name the application that gets a page's new conversations? */
export function isPrimary(roles: Json, applicationId: string): boolean {
  if (!Object.hasOwn(roles, applicationId)) return false;
  return toList(roles[applicationId]).includes("primary_receiver");
}

function toTurn(item: Json, applicationId: string): Turn | undefined {
  const pass = toObject(item.pass_thread_control);
  if (pass !== undefined) return toPass(pass, applicationId);
  const take = toObject(item.take_thread_control);
  if (take !== undefined) return toTake(take, applicationId);
  const request = toObject(item.request_thread_control);
  if (request !== undefined) {
    const other = toId(request.requested_owner_app_id);
    // Asked is who has the conversation: we may go on until we hand it over.
    const text = `${nameOf(other)} asks to take over this conversation. Until it is handed over it can be answered here.`;
    return { action: "request", ours: true, other, text };
  }
  const roles = toObject(item.app_roles);
  if (roles === undefined) return undefined;
  const ours = isPrimary(roles, applicationId);
  const text = ours
    ? "This application is now first for new conversations."
    : "Another application is now first for new conversations.";
  return { action: "roles", ours, other: undefined, text };
}

function toPass({ new_owner_app_id, previous_owner_app_id }: Json, applicationId: string): Turn {
  const owner = toId(new_owner_app_id);
  // It is delivered to the application that gets the conversation; alone, an adapter may not know its own id.
  const ours = owner === applicationId || (applicationId === "" && owner !== PAGE_INBOX);
  const other = ours ? toId(previous_owner_app_id) : owner;
  const text = ours
    ? `${nameOf(other)} handed this conversation over. It can be answered here.`
    : `This conversation was handed to ${nameOf(owner, "another application")}. It cannot be answered here until it comes back.`;
  return { action: "pass", ours, other, text };
}

/** Without a new owner it was delivered to the one who lost the conversation: to us. */
function toTake({ new_owner_app_id, previous_owner_app_id }: Json, applicationId: string): Turn {
  const owner = toId(new_owner_app_id);
  const ours = owner !== undefined && owner === applicationId;
  const other = ours ? toId(previous_owner_app_id) : owner;
  const text = ours
    ? `This conversation was taken back from ${nameOf(other, "another application")}. It can be answered here.`
    : `${nameOf(other)} took this conversation. It cannot be answered here until it comes back.`;
  return { action: "take", ours, other, text };
}

function nameOf(applicationId: string | undefined, otherwise = "Another application"): string {
  if (applicationId === PAGE_INBOX) return "Facebook's own inbox";
  return applicationId === undefined ? otherwise : `${otherwise} (${applicationId})`;
}
