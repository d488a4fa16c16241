import type { Activity, Place } from "../core/activity";
import type { Author } from "../core/channel";
import { isoTime } from "../core/clock";
import type { FileState, Message } from "../core/conversation";
import { inboundId } from "../pipeline/plan/amend";
import { isPlace, textOf } from "../pipeline/plan/meaning";
import type { AttachmentView, MessageView } from "./contract";
import type { Masking } from "./masking";
import { toDeskAddress } from "./mediaAccess";

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : isoTime(ms));

/** Messages of one thread, in the order given: replies and reactions find their targets among them. */
export function toMessageViews(messages: readonly Message[], masking: Masking): MessageView[] {
  const byPlatformId = new Map<string, string>();
  for (const message of messages)
    if (message.direction === "out") for (const id of message.providerIds) byPlatformId.set(id, message.id);
  return messages.map((message) => toMessageView(message, masking, byPlatformId));
}

/** One message with its words as an agent may see them; names of files and places stay as they are. */
export function toMessageView(
  message: Message,
  masking: Masking,
  byPlatformId?: ReadonlyMap<string, string>,
): MessageView {
  const { author, activity } = message;
  const mask = (text: string): string => masking.mask(text, whoseWords(author));
  const isText = activity.type === "message";
  const error = message.direction === "out" ? message.error : message.deadReason;
  return {
    id: message.id,
    seq: message.seq ?? 0,
    conversationId: message.conversationId ?? "",
    direction: author.kind === "customer" ? "in" : "out",
    author: { kind: author.kind, id: author.id ?? null, name: author.name ?? null },
    text: mask(isText ? textBeside(activity) : eventText(message)),
    kind: isText ? "message" : "event",
    event: isText ? null : eventOf(activity),
    attachments: toAttachmentViews(message),
    place: toPlaceView(activity),
    choices: toChoices(message).map(mask),
    replyToId: toReplyId(message, byPlatformId),
    reaction: toReaction(activity),
    editedAt: iso(message.editedAt),
    deletedAt: iso(message.deletedAt),
    occurredAt: isoTime(message.occurredAt),
    storedAt: isoTime(message.storedAt),
    // What was said from another tool came in by webhook: the platform has it.
    status: author.kind === "external" ? "accepted" : message.status,
    error:
      error === undefined
        ? null
        : { code: error.code, message: error.message, platformCode: platformCodeOf(error) },
    clientId: message.direction === "out" ? (message.clientId ?? null) : null,
  };
}

/** The helper and automatic messages repeat what the customer wrote; people answer for their own words. */
const whoseWords = ({ kind }: Author): "customer" | "agent" =>
  kind === "agent" || kind === "external" ? "agent" : "customer";

/** What was written; a place that came with its name alone says nothing twice. */
function textBeside(activity: Activity): string {
  const { text = "" } = activity;
  return text !== "" && toPlaceView(activity)?.name === text ? "" : text;
}

/** The contract's word for an event. */
function eventOf({ type, name }: Activity): string {
  if (type === "messageUpdate") return "edit";
  if (type === "messageDelete") return "delete";
  if (type === "messageReaction") return "reaction";
  return (name ?? type).replace(/^switchboard\./, "");
}

function toAttachmentViews(message: Message): AttachmentView[] {
  const { activity, files } = message;
  if (files !== undefined)
    return files.map((file) => ({
      ...toAttachmentView(file),
      url: file.mediaId === undefined ? null : toDeskAddress(file.mediaId, message),
    }));
  // A helper's public links, and what came before files were kept.
  return (activity.attachments ?? []).flatMap(({ contentType, name, contentUrl }) =>
    contentUrl === undefined
      ? []
      : [toAttachmentView({ state: "stored", contentType, name: name ?? contentUrl })],
  );
}

function toAttachmentView(file: Omit<FileState, "name"> & { name?: string | undefined }): AttachmentView {
  const [family] = file.contentType.split("/");
  return {
    kind: family === "image" || family === "video" || family === "audio" ? family : "file",
    contentType: file.contentType,
    name: file.name ?? null,
    bytes: file.bytes ?? null,
    state: file.state,
    reason: file.reason ?? null,
    url: null,
  };
}

function toPlaceView({ entities = [] }: Activity): MessageView["place"] {
  const place = entities.find(isPlace) as Place | undefined;
  if (place === undefined) return null;
  return { latitude: place.latitude, longitude: place.longitude, name: place.name ?? null };
}

/** Of what we sent: the choices; of an answer by number: what it was taken for. */
function toChoices(message: Message): string[] {
  if (message.direction === "in") {
    const { understood, activity } = message;
    // The title itself, typed or tapped, says it already.
    const says = understood?.trim().toLowerCase() === (activity.text ?? "").trim().toLowerCase();
    return understood === undefined || says ? [] : [understood];
  }
  return (message.activity.suggestedActions?.actions ?? []).map(({ title }) => title);
}

function toReplyId(message: Message, byPlatformId: ReadonlyMap<string, string> | undefined): string | null {
  const { replyToId } = message.activity;
  if (replyToId === undefined) return null;
  const ours = byPlatformId?.get(replyToId);
  if (ours !== undefined) return ours;
  // A customer's message is stored under an id made of the platform's.
  const [channel, instance] = [message.activity.channelId, instanceOf(message)];
  return instance === undefined ? null : inboundId(channel, instance, replyToId);
}

function instanceOf(message: Message): string | undefined {
  return message.direction === "in" ? message.instanceExternalId : message.activity.from?.id;
}

function toReaction({ reactionsAdded, reactionsRemoved }: Activity): MessageView["reaction"] {
  const [added] = reactionsAdded ?? [];
  if (added !== undefined) return { emoji: added.type, removed: false };
  const [removed] = reactionsRemoved ?? [];
  return removed === undefined ? null : { emoji: removed.type, removed: true };
}

function platformCodeOf(error: { platformCode?: string } | { code: string }): string | null {
  return "platformCode" in error ? (error.platformCode ?? null) : null;
}

function eventText(message: Message): string {
  const { activity } = message;
  if (activity.text !== undefined && activity.text !== "") return activity.text;
  const reason = textOf(message).slice(1, -1);
  return activity.name === "switchboard.unsupported"
    ? `Sent something that cannot be shown here: ${reason}.`
    : reason;
}
