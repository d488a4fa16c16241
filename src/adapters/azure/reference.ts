import { toObject, toText } from "../shared/narrow";

/** Where to answer a customer: what the Bot Framework calls a conversation reference. */
export interface Reference {
  /** "webchat", "directline", "msteams", … */
  channelId: string;
  conversationId: string;
  userId: string;
  /** Our own id on that channel: "28:<app id>" in Teams, "<handle>@<key>" in web chat. */
  botId: string;
  /** Where its connector listens. Only ever from an activity whose token names the same address. */
  serviceUrl: string;
}

/** The order makes the text: the same customer in the same conversation must always get the same id. */
const KEYS = ["channelId", "conversationId", "userId", "botId", "serviceUrl"] as const;

/** The reference as a customer id: the pipeline keeps nothing else of a customer that an answer could need. */
export function toCustomerId(reference: Reference): string {
  return Buffer.from(JSON.stringify(KEYS.map((key) => reference[key]))).toString("base64url");
}

/** undefined when the text is not a customer id of this channel. */
export function readCustomerId(customerId: string): Reference | undefined {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(customerId, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(values) || values.length !== KEYS.length) return undefined;
  return toReference(Object.fromEntries(KEYS.map((key, index) => [key, values[index]])));
}

/** The reference of an inbound activity; undefined when it lacks a part. */
export function referenceOf(activity: unknown): Reference | undefined {
  const given = toObject(activity);
  return toReference({
    channelId: given?.channelId,
    conversationId: toObject(given?.conversation)?.id,
    userId: toObject(given?.from)?.id,
    botId: toObject(given?.recipient)?.id,
    serviceUrl: given?.serviceUrl,
  });
}

function toReference(values: Readonly<Record<string, unknown>>): Reference | undefined {
  const isWhole = KEYS.every((key) => (toText(values[key]) ?? "") !== "");
  return isWhole ? (values as unknown as Reference) : undefined;
}
