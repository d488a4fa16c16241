import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import { FAULT } from "../../../src/adapters/facebook/inbound";
import { hmac } from "../../../src/adapters/shared/signature";
import type { Channel } from "../../../src/core/channel";
import { fuzzWebhook } from "../shared/fuzz";
import { buildAccount, toRequest } from "./account";

/** One of each further shape. */
const MORE: object[] = [
  {
    message: {
      mid: "m_9",
      reply_to: { mid: "m_1" },
      attachments: [
        { type: "sticker", payload: { url: "https://a.example/s.png", sticker_id: 9 } },
        { type: "location", title: "Here", payload: { coordinates: { lat: 1, long: 2 } } },
        { type: "fallback", payload: { url: "https://l.facebook.com/l.php?u=x", title: "T" } },
        { type: "template", payload: { elements: [{ title: "A", buttons: [{ title: "B", url: "u" }] }] } },
      ],
    },
  },
  {
    message: {
      mid: "m",
      attachments: [
        {
          type: "appointment_booking",
          payload: { status: "ok", start_time: 1763700000, timezone: "Europe/Vienna" },
        },
      ],
    },
  },
  { reaction: { mid: "m", action: "react", emoji: "x", reaction: "love" } },
  { message_edit: { mid: "m", text: "t", num_edit: 1 } },
  { message: { mid: "m", is_deleted: true } },
  { referral: { ref: "r", source: "ADS", ads_context_data: { ad_title: "A" }, product: { id: "1" } } },
  { optin: { type: "notification_messages", title: "T", notification_messages_token: "t" } },
  { account_linking: { status: "linked", authorization_code: "c" } },
  { response_feedback: { mid: "m", feedback: "Good" } },
  { pass_thread_control: { new_owner_app_id: 1, previous_owner_app_id: 2 } },
  { take_thread_control: { previous_owner_app_id: 2 } },
  { request_thread_control: { requested_owner_app_id: 2 } },
  { app_roles: { "777": ["primary_receiver"] } },
  { policy_enforcement: { action: "block", reason: "spam" } },
];

const SEED = JSON.stringify({
  object: "page",
  entry: [
    {
      id: "101",
      time: 1763700000500,
      messaging: [
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          timestamp: 1763700000002,
          message: { mid: "m_2", text: "Zoë" },
        },
        {
          sender: { id: "101" },
          recipient: { id: "5" },
          message: { mid: "m", is_echo: true, app_id: 7, metadata: "out~1" },
        },
        { sender: { id: "555" }, recipient: { id: "101" }, postback: { title: "Go", payload: "P" } },
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          delivery: { mids: ["a"], watermark: 1763700000001 },
        },
        {
          sender: { id: "555" },
          recipient: { id: "101" },
          message: { attachments: [{ type: "image", payload: {} }] },
        },
        ...MORE.map((what) => ({
          sender: { id: "555" },
          recipient: { id: "101" },
          timestamp: 1763700000002,
          ...what,
        })),
      ],
      standby: [{ sender: { id: "5" }, recipient: { id: "101" }, message: { mid: "m_4", text: "x" } }],
      changes: [{ field: "feed" }],
    },
  ],
});

/** The net under the parser hides its faults from the fuzz: here they count. */
const strict: Channel = {
  ...facebook,
  toInbound(request, account) {
    const items = facebook.toInbound(request, account);
    assert.ok(!items.some((item) => item.kind === "unsupported" && item.reason === FAULT));
    return items;
  },
};

describe("facebook under mutated bodies", () => {
  fuzzWebhook({
    channel: strict,
    account: buildAccount(),
    seed: SEED,
    toRequest,
    sign: (body) => ({ "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", body).toString("hex")}` }),
  });
});
