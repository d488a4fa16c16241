import { z } from "zod";

/**
 * What X documents of the calls that this channel makes: required and allowed properties, values, lengths. Sources: X's
 * OpenAPI file (v2) and the Direct Messages and Media reference (v1.1).
 */
const id = z.string().regex(/^\d{1,19}$/);
const text = z.string().min(1).max(10_000);
const label = z
  .string()
  .min(1)
  .max(36)
  .refine((value) => !/https?:\/\//.test(value), "no URLs");
/** Stands for the id until the file is uploaded. */
const mediaId = z.union([id, z.literal("switchboard-uploaded-media-id")]);

const sendV2 = z
  .strictObject({
    text: text.optional(),
    attachments: z
      .array(z.strictObject({ media_id: mediaId }))
      .length(1)
      .optional(),
  })
  .refine((body) => body.text !== undefined || body.attachments !== undefined, "text or attachments");

const option = z.strictObject({
  label,
  description: z.string().min(1).max(72).optional(),
  metadata: z.string().max(1_000).optional(),
});
const sendV1 = z.strictObject({
  event: z.strictObject({
    type: z.literal("message_create"),
    message_create: z.strictObject({
      target: z.strictObject({ recipient_id: id }),
      message_data: z
        .strictObject({
          text: z.string().max(10_000),
          quick_reply: z
            .strictObject({ type: z.literal("options"), options: z.array(option).min(1).max(20) })
            .optional(),
          ctas: z
            .array(z.strictObject({ type: z.literal("web_url"), label, url: z.url() }))
            .min(1)
            .max(3)
            .optional(),
          attachment: z
            .strictObject({ type: z.literal("media"), media: z.strictObject({ id: mediaId }) })
            .optional(),
        })
        .refine((data) => data.text !== "" || data.attachment !== undefined, "text or attachment"),
    }),
  }),
});

const initialize = z.strictObject({
  media_type: z.enum(["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime"]),
  media_category: z.enum(["dm_image", "dm_gif", "dm_video"]),
  total_bytes: z.int().min(1),
});
const webhook = z.strictObject({ url: z.url({ protocol: /^https$/ }).max(200) });
const subscription = z.strictObject({
  event_type: z.enum(["dm.received", "dm.sent", "dm.read", "dm.indicate_typing", "chat.received"]),
  filter: z.strictObject({ user_id: id }),
  tag: z.string().min(1).max(200).optional(),
  webhook_id: id.optional(),
});

/** JSON bodies by method and path. */
export const BODIES: readonly (readonly [call: RegExp, body: z.ZodType])[] = [
  [/^POST \/2\/dm_conversations\/with\/\d{1,19}\/messages$/, sendV2],
  [/^POST \/1\.1\/direct_messages\/events\/new\.json$/, sendV1],
  [/^POST \/2\/media\/upload\/initialize$/, initialize],
  [/^POST \/2\/webhooks$/, webhook],
  [/^POST \/2\/activity\/subscriptions$/, subscription],
  [/^POST \/2\/account_activity\/webhooks\/\d{1,19}\/subscriptions\/all$/, z.strictObject({})],
];

/** Calls without a JSON body. */
export const BARE: readonly RegExp[] = [
  /^POST \/oauth2\/token$/,
  /^POST \/2\/media\/upload(\/\d{1,19}\/(append|finalize))?$/,
  /^GET \/2\/media\/upload\?command=STATUS&media_id=\d{1,19}$/,
  /^GET \/2\/users\/me$/,
  /^GET \/2\/users\/\d{1,19}\?user\.fields=[a-z_,]+$/,
  /^GET \/2\/dm_events\?max_results=([1-9]|\d\d|100)$/,
  /^GET \/2\/dm_conversations\/with\/\d{1,19}\/dm_events\?[\w.=&,]+$/,
  /^GET \/1\.1\/direct_messages\/events\/list\.json\?count=([1-9]|[1-4]\d|50)$/,
  /^POST \/1\.1\/direct_messages\/(indicate_typing|mark_read)\.json$/,
  /^GET \/2\/webhooks$/,
  /^PUT \/2\/webhooks\/\d{1,19}$/,
  /^GET \/2\/activity\/subscriptions(\?pagination_token=\w+)?$/,
  /^GET \/2\/account_activity\/webhooks\/\d{1,19}\/subscriptions\/all$/,
  /^(GET|POST) \/1\.1\/account_activity\/webhooks\.json(\?url=[\w%.-]+)?$/,
  /^PUT \/1\.1\/account_activity\/webhooks\/\d{1,19}\.json$/,
  /^(GET|POST) \/1\.1\/account_activity\/webhooks\/\d{1,19}\/subscriptions\/all\.json$/,
  /^GET \/1\.1\/account_activity\/all\/webhooks\.json$/,
  /^POST \/1\.1\/account_activity\/all\/[\w-]+\/webhooks\.json$/,
  /^PUT \/1\.1\/account_activity\/all\/[\w-]+\/webhooks\/\d{1,19}\.json$/,
  /^(GET|POST) \/1\.1\/account_activity\/all\/[\w-]+\/subscriptions\.json$/,
  /^GET \/1\.1\/ton\/data\/dm\/[\w./-]+$/,
];

/** Throws unless X documents such a call. */
export function checkCall(call: { method: string; path: string; body: string }): void {
  const name = `${call.method} ${call.path}`;
  const known = BODIES.find(([pattern]) => pattern.test(name));
  if (known !== undefined) known[1].parse(JSON.parse(call.body));
  else if (!BARE.some((pattern) => pattern.test(name))) throw new TypeError(`X has no call ${name}`);
}
