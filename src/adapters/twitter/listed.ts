import type { PlatformRequest, SendContext } from "../../core/channel";
import { toList, toObject, toText, toTimeMs } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { isVersion1 } from "./definition";
import { idOf, toXId } from "./ids";
import { decodeEntities } from "./text";

/** Our clock and X's may differ, but not by so much that an equal earlier message is taken for this one. */
const CLOCK_SKEW_MS = 2_000;

/** Where X lists what was said, newest first in both versions. */
export function toListPath({ account, customerId }: SendContext): string {
  if (isVersion1(account.values.apiFlavor)) return "/1.1/direct_messages/events/list.json?count=50";
  const fields =
    "dm_event.fields=id,text,sender_id,created_at,attachments&event_types=MessageCreate&max_results=50";
  return `/2/dm_conversations/with/${encodeURIComponent(customerId)}/dm_events?${fields}`;
}

/** X's id of the message that `request`, begun at `sentAt`, made; undefined when the list does not have it. */
export function findSent(
  list: string,
  request: PlatformRequest,
  context: SendContext,
  sentAt: number,
): string | undefined {
  const sent = toSent(request.body);
  const found = toListed(list).find(
    (event) =>
      context.knownIds?.has(event.id) !== true &&
      event.senderId === context.instance.externalId &&
      // Version 1.1 lists all conversations of the handle.
      (event.recipientId ?? context.customerId) === context.customerId &&
      event.at >= sentAt - CLOCK_SKEW_MS &&
      isSame(sent, event),
  );
  return found?.id;
}

interface Said {
  text: string;
  hasFile: boolean;
}

interface Listed extends Said {
  id: string;
  senderId: string;
  recipientId: string | undefined;
  at: number;
}

/** A file puts a link behind the text; so does one that X refused and that went as a link. */
function isSame(sent: Said, listed: Said): boolean {
  const text = comparable(listed.text);
  const wanted = comparable(sent.text);
  if (!sent.hasFile) return !listed.hasFile && text === wanted;
  return text === wanted || text.replace(/ ?link$/, "") === wanted;
}

function toListed(body: string): Listed[] {
  const answer = readJsonAnswer(body);
  return [...toList(answer.data), ...toList(answer.events)].flatMap((value) => {
    const event = toObject(value);
    const created = toObject(event?.message_create);
    const data = toObject(created?.message_data);
    const id = idOf(event);
    const senderId = toXId(event?.sender_id) ?? toXId(created?.sender_id);
    const at = toTimeMs(Date.parse(toText(event?.created_at) ?? "")) ?? toTimeMs(event?.created_timestamp);
    const hasFile = toObject(event?.attachments) !== undefined || toObject(data?.attachment) !== undefined;
    const text = toText(event?.text) ?? toText(data?.text) ?? (hasFile ? "" : undefined);
    if (id === undefined || senderId === undefined || text === undefined || at === undefined) return [];
    const recipientId = toXId(toObject(created?.target)?.recipient_id);
    return [{ id, senderId, recipientId, at, text, hasFile }];
  });
}

function toSent(body: string): Said {
  const sent = readJsonAnswer(body);
  const data = toObject(toObject(toObject(sent.event)?.message_create)?.message_data);
  return {
    text: toText(sent.text) ?? toText(data?.text) ?? "",
    hasFile: toList(sent.attachments).length > 0 || data?.attachment !== undefined,
  };
}

/** X returns texts escaped and with its own links in place of ours. */
function comparable(text: string): string {
  return decodeEntities(text)
    .replace(/https?:\/\/\S+/g, "link")
    .replace(/\s+/g, " ")
    .trim();
}
