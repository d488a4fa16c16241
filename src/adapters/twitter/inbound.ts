import type { Account, Inbound, RawRequest } from "../../core/channel";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { readJsonBody } from "../shared/readJson";
import { toEncrypted, toReadReceipt, toReplayStatus, toRevoked, toTyping, toUserEvent } from "./events";
import { toXId } from "./ids";
import { toMessages } from "./message";
import { CHANNEL, type Envelope, toIgnored, toUnsupported } from "./origin";
import { IGNORED_LISTS } from "./wire";

/** Every item of a body of any flavour: X Activity API, Account Activity API v2 and v1.1. Pure. */
export function toInbound(request: RawRequest, account: Account): Inbound[] {
  const body = readJsonBody(request.body);
  const ownIds = account.instances
    .filter(({ channel }) => channel === CHANNEL)
    .map(({ externalId }) => externalId);
  // One event an envelope, as documented; a list of them costs nothing to read.
  const wrapped = (Array.isArray(body.data) ? toList(body.data) : [body.data]).map(toObject);
  const events = wrapped.filter((data) => data?.event_type !== undefined) as Json[];
  if (events.length > 0) return events.flatMap((data) => readActivityEvent(data, ownIds));
  const handleId = toXId(body.for_user_id);
  const items = readLists(body, { handleId, ownIds, users: body.users, apps: toObject(body.apps) });
  if (items.length > 0) return items;
  // An account's body with lists that we do not know is one of the many events that X always sends.
  return handleId === undefined
    ? [toUnsupported("unknown webhook", body, undefined)]
    : [toIgnored("other event")];
}

/** The X Activity API wraps the same lists. */
function readActivityEvent(data: Json, ownIds: readonly string[]): Inbound[] {
  const type = toText(data.event_type) ?? "";
  const payload = toObject(data.payload);
  const envelope: Envelope = {
    handleId: toXId(toObject(data.filter)?.user_id),
    ownIds,
    users: payload?.users ?? toObject(data.includes)?.users,
    apps: toObject(payload?.apps),
  };
  if (type.startsWith("chat.")) return toEncrypted(type, data, envelope);
  if (type === "oauth.revoke") {
    // Its filter may be empty.
    const source = toObject(payload?.source)?.user_id;
    return [toRevoked(payload ?? data, toXId(payload?.user_id) ?? toXId(source), envelope)];
  }
  const items = payload === undefined ? [] : readLists(payload, envelope);
  if (items.length > 0) return items;
  // No sample of these two is published: the lists of the Account Activity API, or one of their entries.
  if (type === "dm.indicate_typing" && payload?.sender_id !== undefined) return [toTyping(payload, envelope)];
  if (type === "dm.read" && payload?.sender_id !== undefined) return [toReadReceipt(payload, envelope)];
  if (type === "dm.received" || type === "dm.sent")
    return [toUnsupported(`${type} without a message`, data, envelope.handleId)];
  return [toIgnored(type.slice(0, 60))];
}

/** What becomes of each known list. */
const LISTS: Readonly<Record<string, (value: unknown, envelope: Envelope) => Inbound[]>> = {
  direct_message_events: toMessages,
  direct_message_mark_read_events: (value, envelope) => [toReadReceipt(value, envelope)],
  direct_message_indicate_typing_events: (value, envelope) => [toTyping(value, envelope)],
};

function readLists(body: Json, envelope: Envelope): Inbound[] {
  const items: Inbound[] = [];
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (Object.hasOwn(LISTS, name)) {
      const read = LISTS[name] as (typeof LISTS)[string];
      if (Array.isArray(value)) for (const event of value) items.push(...read(event, envelope));
      else if (name === "direct_message_events")
        items.push(toUnsupported("unreadable list of messages", value, envelope.handleId));
    } else if (name === "user_event") {
      items.push(toUserEvent(value, envelope));
    } else if (name === "replay_job_status") {
      items.push(toReplayStatus(value, envelope));
    } else if (Object.hasOwn(IGNORED_LISTS, name)) {
      items.push(toIgnored(IGNORED_LISTS[name] as string));
    }
  }
  return items;
}
