/** What X sends and takes (X API: Account Activity, X Activity, Direct Messages). Only this folder knows it. */

/** `POST /2/dm_conversations/with/{participant id}/messages`; X refuses any other property. */
export interface Version2Body {
  text: string;
}

/** `POST /1.1/direct_messages/events/new.json`. */
export interface Version1Body {
  event: {
    type: "message_create";
    message_create: { target: { recipient_id: string }; message_data: { text: string } };
  };
}

/** Lists of a webhook that are known and not for us. */
export const IGNORED_LISTS: Readonly<Record<string, string>> = {
  direct_message_indicate_typing_events: "typing",
  tweet_create_events: "post",
  tweet_delete_events: "post",
  favorite_events: "like",
  follow_events: "follow",
  unfollow_events: "follow",
  block_events: "block",
  unblock_events: "block",
  mute_events: "mute",
  unmute_events: "mute",
  replay_job_status: "replay status",
};

/** Kinds of attachments in words. */
export const ATTACHMENT_REASONS: Readonly<Record<string, string>> = {
  photo: "image",
  image: "image",
  video: "video",
  animated_gif: "animated image",
  media: "media",
  location: "location",
};
