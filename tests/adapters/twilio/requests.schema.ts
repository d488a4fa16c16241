import assert from "node:assert/strict";
import { z } from "zod";
import type { PlatformRequest } from "../../../src/core/channel";

/**
 * The documented calls as schemas: required, enumerated, lengths, and nothing that Twilio does not document
 * (Twilio: Message, IncomingPhoneNumber, Service, Senders, Typing indicators).
 */
const SID = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`));
const url = z.url({ protocol: /^https?$/ }).max(2048);
const callback = url.refine((text) => !new URL(text).hostname.includes("_"), "host name with an underscore");
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/);
const smsSender = z.union([
  phone,
  z.string().regex(/^\d{3,6}$/),
  z.string().regex(/^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/),
]);
const whatsAppAddress = z.string().regex(/^whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})$/);
const variables = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), z.string().min(1)).parse(JSON.parse(text));
  } catch {
    context.addIssue("no JSON object of texts");
    return z.NEVER;
  }
});

const common = {
  MessagingServiceSid: SID("MG").optional(),
  StatusCallback: callback.optional(),
};
const content = {
  Body: z.string().min(1).max(1600).optional(),
  PersistentAction: z
    .array(z.string().regex(/^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(\|[^|]+)?$/))
    .max(1)
    .optional(),
  ContentSid: SID("HX").optional(),
  ContentVariables: variables.optional(),
};
type Content = { Body?: unknown; MediaUrl?: unknown; ContentSid?: unknown; ContentVariables?: unknown };
const isSaying = ({ Body, MediaUrl, ContentSid, ContentVariables }: Content): boolean =>
  ContentSid === undefined
    ? (Body !== undefined || MediaUrl !== undefined) && ContentVariables === undefined
    : Body === undefined && MediaUrl === undefined;

const sms = z
  .strictObject({
    ...common,
    ...content,
    To: phone.or(z.string().regex(/^\d{3,6}$/)),
    From: smsSender,
    MediaUrl: z.array(url).min(1).max(10).optional(),
  })
  .refine(isSaying, "says nothing, or a template and more");
const whatsApp = z
  .strictObject({
    ...common,
    ...content,
    To: whatsAppAddress,
    From: whatsAppAddress,
    MediaUrl: z.array(url).length(1).optional(),
  })
  .refine(isSaying, "says nothing, or a template and more");

/** The calls besides messages, by path. */
const FORMS: readonly (readonly [RegExp, z.ZodType])[] = [
  [
    /^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/(IncomingPhoneNumbers\/PN|SMS\/ShortCodes\/SC)[0-9a-f]{32}\.json$/,
    z.strictObject({
      SmsUrl: url,
      SmsMethod: z.enum(["GET", "POST"]),
      SmsFallbackUrl: url,
      SmsFallbackMethod: z.enum(["GET", "POST"]),
    }),
  ],
  [
    /^\/v1\/Services\/MG[0-9a-f]{32}$/,
    z.strictObject({
      InboundRequestUrl: url,
      InboundMethod: z.enum(["GET", "POST"]),
      FallbackUrl: url,
      FallbackMethod: z.enum(["GET", "POST"]),
      UseInboundWebhookOnNumber: z.enum(["true", "false"]),
    }),
  ],
  [
    /^\/v2\/Indicators\/Typing\.json$/,
    z.strictObject({ channel: z.literal("whatsapp"), messageId: SID("(SM|MM)") }),
  ],
];
const method = z.enum(["GET", "POST", "PUT"]);
const sender = z.strictObject({
  webhook: z.strictObject({
    callback_url: url,
    callback_method: method,
    fallback_url: url,
    fallback_method: method,
    status_callback_url: url,
    status_callback_method: method,
  }),
});

/** Throws unless this is a call that Twilio documents. */
export function checkTwilioRequest(
  request: Pick<PlatformRequest, "method" | "path" | "contentType" | "body">,
): void {
  assert.equal(request.method, "POST");
  if (/^\/v2\/Channels\/Senders\/XE[0-9a-f]{32}$/.test(request.path)) {
    assert.match(request.contentType, /^application\/json/);
    sender.parse(JSON.parse(request.body));
    return;
  }
  assert.match(request.contentType, /^application\/x-www-form-urlencoded/);
  const form = new URLSearchParams(request.body);
  if (/^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\.json$/.test(request.path)) {
    (form.get("To")?.startsWith("whatsapp:") ? whatsApp : sms).parse(toObject(form));
    return;
  }
  const known = FORMS.find(([path]) => path.test(request.path));
  assert.ok(known, `undocumented path ${request.path}`);
  known[1].parse(toObject(form));
}

/** Names that may be repeated as lists, others as text; a repeated other one fails as a list. */
function toObject(form: URLSearchParams): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    const isList = name === "MediaUrl" || name === "PersistentAction" || values.length > 1;
    object[name] = isList ? values : values[0];
  }
  return object;
}
