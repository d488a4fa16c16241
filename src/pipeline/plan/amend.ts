import type { InboundMessage } from "../../core/conversation";
import { hashId } from "../../core/ids";

/** The document of the message that an edit or deletion is about; undefined for anything else. */
export function amendedId({ activity, channel, instanceExternalId }: InboundMessage): string | undefined {
  const { type, replyToId } = activity;
  if (replyToId === undefined || (type !== "messageUpdate" && type !== "messageDelete")) return undefined;
  return inboundId(channel, instanceExternalId, replyToId);
}

/** Id of the inbox document of a message, from the platform's id of it. */
export function inboundId(channel: string, instanceExternalId: string, key: string): string {
  return hashId("in", channel, instanceExternalId, key);
}

/**
 * The message as it reads after the customer's edit or deletion. What was deleted is gone from it for good, with what
 * the platform sent; undefined when it was not the customer's, or is deleted already.
 */
export function amend(target: InboundMessage, by: InboundMessage): InboundMessage | undefined {
  if (target.author.kind !== "customer" || target.deletedAt !== undefined) return undefined;
  const { activity } = target;
  if (by.activity.type === "messageUpdate") {
    if ((target.editedAt ?? 0) > by.occurredAt) return undefined;
    return { ...target, activity: { ...activity, text: by.activity.text ?? "" }, editedAt: by.occurredAt };
  }
  const {
    text: _text,
    attachments: _files,
    entities: _entities,
    value: _value,
    channelData: _raw,
    ...rest
  } = activity;
  const { files: _states, understood: _understood, ...bare } = target;
  return { ...bare, activity: { ...rest, text: "" }, deletedAt: by.occurredAt };
}
