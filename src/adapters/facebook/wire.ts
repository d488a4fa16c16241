/** What Meta sends and takes (Messenger Platform: webhooks and Send API reference). Only this folder knows it. */

/** Body of `POST /{version}/{page id}/messages`. */
export interface SendBody {
  recipient: { id: string } | { user_ref: string };
  messaging_type: "RESPONSE" | "MESSAGE_TAG";
  tag?: "HUMAN_AGENT";
  message: { text: string; metadata: string };
}

/** Keys of a webhook item that say what happened, with the words an agent sees while we cannot show the thing. */
export const ITEM_REASONS: Readonly<Record<string, string>> = {
  reaction: "reaction",
  message_edit: "edited message",
  referral: "referral",
  optin: "opt-in",
  account_linking: "account linking",
  pass_thread_control: "thread passed to another application",
  take_thread_control: "thread taken by another application",
  request_thread_control: "thread requested by another application",
  app_roles: "application roles",
  policy_enforcement: "policy enforcement",
  "policy-enforcement": "policy enforcement",
  response_feedback: "response feedback",
  postback: "postback",
  delivery: "delivery",
  read: "read",
  message: "message",
};

/** Attachment types in words; others are shown as Meta names them. */
export const ATTACHMENT_REASONS: Readonly<Record<string, string>> = {
  image: "image",
  video: "video",
  audio: "voice or audio message",
  file: "file",
  sticker: "sticker",
  location: "location",
  fallback: "shared link",
  template: "template",
  reel: "reel",
  ig_reel: "reel",
  post: "post",
  ig_post: "post",
  appointment_booking: "appointment",
};

/** People who wrote through a plugin have no page-scoped id: the customer's id is then this and their `user_ref`. */
export const USER_REF_PREFIX = "ref:";
