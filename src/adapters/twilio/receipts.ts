import type { DeliveryStatus, Inbound, MessagePart, RawRequest } from "../../core/channel";
import { wordsOf } from "./errors";
import { toIncomplete } from "./incomplete";
import {
  CALLBACK_QUERY,
  channelOf,
  type Form,
  firstOf,
  parseForm,
  sidOf,
  type TwilioChannel,
  toBodyKey,
  withoutPrefix,
} from "./wire";

/** Twilio: MessageStatus values. Others are counted and dropped. */
const STATUSES: ReadonlyMap<string, DeliveryStatus> = new Map([
  ["accepted", "accepted"],
  ["scheduled", "accepted"],
  ["queued", "accepted"],
  ["sending", "accepted"],
  ["sent", "accepted"],
  ["partially_delivered", "delivered"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["failed", "failed"],
  ["undelivered", "failed"],
  ["canceled", "failed"],
]);

/** A status callback, when it belongs to `channel` (Twilio: Track outbound message status). Pure. */
export function toReceipt(callback: {
  request: RawRequest;
  form: Form;
  status: string;
  channel: TwilioChannel;
}): Inbound[] {
  const { request, form, channel } = callback;
  const query = queryOf(request.url);
  // What we wrote into the URL comes first: it is the thread's, whatever number of a service sent in the end.
  const from = firstOf(query, CALLBACK_QUERY.instance) ?? firstOf(form, "From");
  const to = firstOf(query, CALLBACK_QUERY.customer) ?? firstOf(form, "To");
  const prefix = firstOf(form, "ChannelPrefix");
  if (channelOf(from ?? `${prefix}:`, to) !== channel) return [];
  const status = STATUSES.get(callback.status.toLowerCase());
  if (status === undefined) {
    return [{ kind: "ignored", channel, reason: `message status ${callback.status.slice(0, 40)}` }];
  }
  const sid = sidOf(form);
  const ourMessageId = firstOf(query, CALLBACK_QUERY.message);
  if (from === undefined || to === undefined || (sid === undefined && ourMessageId === undefined)) {
    const reason = from === undefined || to === undefined ? "addresses" : "MessageSid";
    return [
      toIncomplete({
        form,
        channel,
        customer: to,
        instance: from,
        key: `${sid ?? toBodyKey(request)}.${callback.status}`,
        reason: `status callback without ${reason}`,
      }),
    ];
  }
  return [
    {
      kind: "receipt",
      channel,
      instanceExternalId: withoutPrefix(from),
      customerId: withoutPrefix(to),
      status,
      ...(ourMessageId === undefined ? {} : { ourMessageId, ...partOf(query) }),
      ...(sid === undefined ? {} : { providerIds: [sid] }),
      ...(status === "failed" ? { error: toReceiptError(form, callback.status) } : {}),
    },
  ];
}

function partOf(query: Form): { part?: MessagePart } {
  const found = /^(\d{1,4})\/(\d{1,4})$/.exec(firstOf(query, CALLBACK_QUERY.part) ?? "");
  return found === null ? {} : { part: { n: Number(found[1]), of: Number(found[2]) } };
}

function toReceiptError(form: Form, status: string): { platformCode: string; message: string } {
  const code = firstOf(form, "ErrorCode");
  const words = firstOf(form, "ErrorMessage") ?? firstOf(form, "ChannelStatusMessage");
  return { platformCode: code ?? status, message: wordsOf(code, words) };
}

/** The query of the request line; Twilio signed it. */
function queryOf(url: string): Form {
  const at = url.indexOf("?");
  return parseForm(at < 0 ? "" : (url.slice(at + 1).split("#")[0] ?? ""));
}
