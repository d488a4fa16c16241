/** What Meta sends and takes (Messenger Platform: webhooks and Send API reference). Only this folder knows it. */

export const CHANNEL = "facebook";

/** A button of a template (Meta: Buttons). `postback` is heard by us, `web_url` opens a page. */
export type TemplateButton =
  | { type: "postback"; title: string; payload: string }
  | { type: "web_url"; title: string; url: string };

export type MediaType = "image" | "video" | "audio" | "file";

/** A message of the Send API: text, an attachment or a sticker. */
export interface SendMessage {
  text?: string;
  attachment?:
    | { type: MediaType; payload: { url: string; is_reusable: false } }
    | { type: "template"; payload: { template_type: "button"; text: string; buttons: TemplateButton[] } };
  sticker_id?: number;
  quick_replies?: { content_type: "text"; title: string; payload: string }[];
  /** Comes back in the echo, which tells what became of an ambiguous send. */
  metadata: string;
}

export type Recipient = { id: string } | { user_ref: string };

/** Body of `POST /{version}/{page id}/messages`. */
export interface SendBody {
  recipient: Recipient;
  messaging_type: "RESPONSE" | "MESSAGE_TAG";
  tag?: "HUMAN_AGENT";
  reply_to?: { mid: string };
  message: SendMessage;
}

/** The same call without a message (Meta: Sender actions). */
export interface ActionBody {
  recipient: Recipient;
  sender_action: "typing_on" | "mark_seen" | "react" | "unreact";
  payload?: { message_id: string; reaction?: string };
}

/** Keys of a webhook item that say what happened, with the words for an admin or agent where it cannot be shown. */
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
  payment: "payment",
  checkout_update: "checkout",
  pre_checkout: "checkout",
  game_play: "game",
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

/** Members of an item that are credentials: they go neither into the transcript nor to a bot. */
export const SECRET_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  account_linking: ["authorization_code"],
  optin: ["notification_messages_token", "one_time_notif_token"],
};

/** People who wrote through a plugin have no page-scoped id: the customer's id is then this and their `user_ref`. */
export const USER_REF_PREFIX = "ref:";
