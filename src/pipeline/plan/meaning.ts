import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type { InboundMessage } from "../../core/conversation";

const LINE = 200;

/** One line for lists; the full text stays in the message. */
export function textOf(message: { activity: Activity }): string {
  const { activity } = message;
  if (activity.type === "message") {
    const text = activity.text?.trim() ?? "";
    return text === "" ? contentOf(activity) : text.slice(0, LINE);
  }
  if (activity.text !== undefined && activity.text !== "") return activity.text.slice(0, LINE);
  const reason = (activity.value as { reason?: string } | undefined)?.reason;
  return `(${reason ?? activity.name ?? activity.type})`;
}

/** What a message without text holds: "(2 pictures)". */
function contentOf({ attachments = [], entities = [] }: Activity): string {
  if (attachments.length === 0) return entities.some(isPlace) ? "(place)" : "";
  const kinds = new Set(attachments.map(({ contentType }) => kindOf(contentType)));
  const [kind = "file"] = kinds;
  const noun = kinds.size === 1 ? kind : "file";
  return attachments.length === 1 ? `(${noun})` : `(${attachments.length} ${noun}s)`;
}

/** What a person calls a file of this type. */
export function kindOf(contentType: string): "picture" | "video" | "sound" | "contact card" | "file" {
  if (contentType.includes("vcard")) return "contact card";
  const [family] = contentType.split("/");
  if (family === "image") return "picture";
  if (family === "video") return "video";
  return family === "audio" ? "sound" : "file";
}

export function isPlace(entity: unknown): boolean {
  return (entity as { type?: unknown } | null | undefined)?.type === "GeoCoordinates";
}

/** Only shown: it starts no conversation, the helper does not hear it, and it asks for no answer. */
export function isQuiet(inbound: InboundMessage): boolean {
  if (inbound.author.kind !== "customer") return true;
  const { type, name, text } = inbound.activity;
  if (type === "message" || name === ACTIVITY_EVENTS.unsupported) return false;
  // Events of ours (opt-outs, referrals, …), edits and reactions; an unknown event that says something is heard.
  return type !== "event" || name?.startsWith("switchboard.") === true || text === undefined;
}

/** What the customer said, as the reply window counts it. */
export function isContent(inbound: InboundMessage): boolean {
  return (
    inbound.author.kind === "customer" &&
    (inbound.activity.type === "message" || inbound.activity.name === ACTIVITY_EVENTS.unsupported)
  );
}
