import assert from "node:assert/strict";
import * as z from "zod";
import type { PlatformRequest } from "../../../src/core/channel";

/** What Meta documents of our calls (Send API reference, Quick replies, Button template, Sender actions), 2026-09. */
const recipient = z.union([
  z.strictObject({ id: z.string().min(1) }),
  z.strictObject({ user_ref: z.string().min(1) }),
]);
const title = z.string().min(1).max(20);
const payload = z.string().min(1).max(1000);
const button = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("postback"), title, payload }),
  z.strictObject({ type: z.literal("web_url"), title, url: z.url({ protocol: /^https?$/ }) }),
]);
const media = z.strictObject({
  type: z.enum(["image", "video", "audio", "file"]),
  payload: z.strictObject({ url: z.url({ protocol: /^https?$/ }), is_reusable: z.boolean() }),
});
const template = z.strictObject({
  type: z.literal("template"),
  payload: z.strictObject({
    template_type: z.literal("button"),
    text: z.string().min(1).max(640),
    buttons: z.array(button).min(1).max(3),
  }),
});
const message = z
  .strictObject({
    // "under 2000 characters".
    text: z.string().min(1).max(1999).optional(),
    attachment: z.union([media, template]).optional(),
    sticker_id: z.int().positive().optional(),
    quick_replies: z
      .array(z.strictObject({ content_type: z.literal("text"), title, payload }))
      .min(1)
      .max(13)
      .optional(),
    metadata: z.string().max(999),
  })
  .refine(
    ({ text, attachment, sticker_id }) =>
      [text, attachment, sticker_id].filter((part) => part !== undefined).length === 1,
    "text, attachment or sticker: exactly one",
  );
const send = z
  .strictObject({
    recipient,
    messaging_type: z.enum(["RESPONSE", "MESSAGE_TAG"]),
    tag: z.literal("HUMAN_AGENT").optional(),
    reply_to: z.strictObject({ mid: z.string().min(1) }).optional(),
    message,
  })
  .refine(({ messaging_type, tag }) => (messaging_type === "MESSAGE_TAG") === (tag !== undefined), "tag");
const action = z.union([
  z.strictObject({ recipient, sender_action: z.enum(["typing_on", "typing_off", "mark_seen"]) }),
  z.strictObject({
    recipient,
    sender_action: z.literal("react"),
    payload: z.strictObject({ message_id: z.string().min(1), reaction: z.string().min(1) }),
  }),
  z.strictObject({
    recipient,
    sender_action: z.literal("unreact"),
    payload: z.strictObject({ message_id: z.string().min(1) }),
  }),
]);

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that were checked just before
type Body = any;

/** The body of a call of the Send API, once it is as Meta documents it. */
export function assertRequest(request: PlatformRequest): Body {
  assert.equal(request.method, "POST");
  assert.equal(request.contentType, "application/json");
  assert.match(request.path, /^\/v\d+\.\d+\/[^/?]+\/messages$/);
  const body = JSON.parse(request.body);
  const found = (body.sender_action === undefined ? send : action).safeParse(body);
  assert.ok(found.success, `${found.error?.message} ${request.body}`);
  return body;
}
