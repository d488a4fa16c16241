import { readFileSync } from "node:fs";
import path from "node:path";
import { hmac } from "../../../src/adapters/shared/signature";
import { twitter } from "../../../src/adapters/twitter";
import { fuzzWebhook } from "../shared/fuzz";
import { buildAccount, toRequest } from "./account";

const FIXTURE = path.join(process.cwd(), "tests/adapters/twitter/fixtures/accountActivity.json");
const lists = JSON.parse(readFileSync(FIXTURE, "utf8")).body;
const sign = (body: Buffer) => ({
  "x-twitter-webhooks-signature": `sha256=${hmac("sha256", "apiSecret", body).toString("base64")}`,
});

describe("twitter under mutated bodies", () => {
  const given = { channel: twitter, account: buildAccount(), toRequest, sign };
  describe("of the Account Activity API", () => fuzzWebhook({ ...given, seed: JSON.stringify(lists) }));
  const data = { event_type: "dm.received", filter: { user_id: "900" }, payload: lists };
  describe("of the X Activity API", () => fuzzWebhook({ ...given, seed: JSON.stringify({ data }) }));

  const film = { content_type: "video/mp4", bitrate: 5, url: "https://video.twimg.com/dm_video/1/a.mp4" };
  const place = {
    name: "A",
    full_name: "A, B",
    bounding_box: {
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  };
  const toMessage = (id: string, more: object, message_data: object) => ({
    type: "message_create",
    id,
    created_timestamp: "1763700000123",
    ...more,
    message_create: { target: { recipient_id: "900" }, sender_id: "555", source_app_id: "1", message_data },
  });
  const shapes = {
    for_user_id: "900",
    direct_message_events: [
      toMessage(
        "1",
        { initiated_via: { tweet_id: "1", welcome_message_id: "2" } },
        {
          text: "a https://t.co/1",
          attachment: {
            type: "media",
            media: { id_str: "1", type: "video", video_info: { variants: [film] } },
          },
          quick_reply: { type: "options", options: [{ label: "A" }] },
          ctas: [{ label: "B", url: "https://example.com" }],
        },
      ),
      toMessage("2", {}, { attachment: { type: "location", location: { shared_place: { place } } } }),
    ],
    user_event: { revoke: { date_time: "2026-07-23T21:44:05+00:00", source: { user_id: "900" } } },
    replay_job_status: { job_state: "Complete", job_id: "1" },
    apps: { "1": { name: "Web" } },
    users: { "555": { data: { username: "ann", public_metrics: { followers_count: 1 } } } },
  };
  describe("of every shape", () => fuzzWebhook({ ...given, seed: JSON.stringify(shapes) }));
  const payload = {
    id: "e4",
    sender_id: "555",
    conversation_id: "555:900",
    created_at_msec: "1763700000123",
  };
  const chat = {
    data: { event_uuid: "1", event_type: "chat.received", filter: { user_id: "900" }, payload },
  };
  describe("of encrypted messages", () => fuzzWebhook({ ...given, seed: JSON.stringify(chat) }));
});
