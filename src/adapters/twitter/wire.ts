/** What X sends and takes (X API: Account Activity, X Activity, Direct Messages). Only this folder knows it. */

/** `POST /2/dm_conversations/with/{participant id}/messages`: text, a file, or both; X refuses any other property. */
export interface Version2Body {
  text?: string;
  attachments?: [{ media_id: string }];
}

/** `POST /1.1/direct_messages/events/new.json`. */
export interface Version1Body {
  event: {
    type: "message_create";
    message_create: { target: { recipient_id: string }; message_data: Version1Data };
  };
}

export interface Version1Data {
  text: string;
  quick_reply?: { type: "options"; options: { label: string; metadata: string }[] };
  ctas?: { type: "web_url"; label: string; url: string }[];
  attachment?: { type: "media"; media: { id: string } };
}

/** Lists of a webhook that are known and not for us. */
export const IGNORED_LISTS: Readonly<Record<string, string>> = {
  tweet_create_events: "post",
  tweet_delete_events: "post",
  favorite_events: "like",
  follow_events: "follow",
  unfollow_events: "follow",
  block_events: "block",
  unblock_events: "block",
  mute_events: "mute",
  unmute_events: "mute",
};
