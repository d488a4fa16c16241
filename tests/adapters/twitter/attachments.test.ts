import assert from "node:assert/strict";
import { twitter } from "../../../src/adapters/twitter";
import type { Inbound } from "../../../src/core/channel";
import { buildAccount, toRequest } from "./account";

function receive(data: object): Inbound[] {
  const event = {
    type: "message_create",
    id: "1700000000000000009",
    created_timestamp: "1763700000456",
    message_create: { target: { recipient_id: "900" }, sender_id: "555", message_data: data },
  };
  const body = { for_user_id: "900", direct_message_events: [event] };
  return twitter.toInbound(toRequest(JSON.stringify(body)), buildAccount());
}
function read(data: object) {
  const [item, ...others] = receive(data);
  assert.ok(item?.kind === "activity", JSON.stringify(item));
  assert.equal(others.length, 0);
  return item.activity;
}
const TON = "https://ton.twitter.com/1.1/ton/data/dm/1/2";
const withLink = (text: string, expanded_url: string) => ({
  text,
  entities: { urls: [{ url: "https://t.co/m1", expanded_url }] },
});
const toMedia = (media: object) => ({
  ...withLink(" https://t.co/m1", "https://twitter.com/messages/media/1"),
  attachment: { type: "media", media: { url: "https://t.co/m1", ...media } },
});

describe("twitter attachments", () => {
  it("gives a photo by its protected address, without its link", () => {
    const activity = read(toMedia({ type: "photo", media_url_https: `${TON}/a-B_c.png` }));
    assert.equal(activity.type, "message");
    assert.equal(activity.text, "");
    assert.deepEqual(activity.attachments, [
      { contentType: "image/png", contentUrl: `${TON}/a-B_c.png`, name: "a-B_c.png" },
    ]);
  });

  it("keeps the text beside the file, and drops the link by the page it opens", () => {
    const data = toMedia({ type: "photo", url: undefined, media_url_https: `${TON}/a` });
    assert.equal(read({ ...data, text: "look here https://t.co/m1" }).text, "look here");
    assert.equal(read({ ...data, text: "look" }).attachments?.[0]?.contentType, "image/*");
  });

  it("takes the mp4 with the most bits of a video, not the still", () => {
    const variants = [
      { content_type: "application/x-mpegURL", url: "https://video.twimg.com/dm_video/1/p.m3u8" },
      { bitrate: 320000, content_type: "video/mp4", url: "https://video.twimg.com/dm_video/1/small.mp4" },
      {
        bitrate: 2176000,
        content_type: "video/mp4",
        url: "https://video.twimg.com/dm_video/1/big.mp4?tag=1",
      },
      { bitrate: 9000000, content_type: "video/webm", url: "https://video.twimg.com/dm_video/1/big.webm" },
      { bitrate: 9000000, content_type: "video/mp4", url: "ftp://video.twimg.com/x.mp4" },
      null,
    ];
    const still = `${TON}/still.jpg`;
    const activity = read(toMedia({ type: "video", media_url_https: still, video_info: { variants } }));
    assert.deepEqual(activity.attachments, [
      {
        contentType: "video/mp4",
        contentUrl: "https://video.twimg.com/dm_video/1/big.mp4?tag=1",
        name: "big.mp4",
      },
    ]);
  });

  it("takes the film of an animated GIF", () => {
    const variants = [
      { bitrate: 0, content_type: "video/mp4", url: "https://video.twimg.com/dm_gif/1/x.mp4" },
    ];
    const media = { type: "animated_gif", media_url_https: `${TON}/still.jpg`, video_info: { variants } };
    assert.deepEqual(read(toMedia(media)).attachments, [
      {
        contentType: "video/mp4",
        contentUrl: "https://video.twimg.com/dm_gif/1/x.mp4",
        name: "animated GIF",
      },
    ]);
  });

  it("reads version 2's media and falls back on the still", () => {
    const v2 = { type: "video", variants: [{ bit_rate: 5, content_type: "video/mp4", url: `${TON}/v.mp4` }] };
    assert.equal(read(toMedia(v2)).attachments?.[0]?.contentUrl, `${TON}/v.mp4`);
    assert.equal(
      read(toMedia({ type: "photo", url: `${TON}/p.jpg` })).attachments?.[0]?.contentType,
      "image/jpeg",
    );
    const still = read(toMedia({ type: "video", media_url_https: `${TON}/still.jpg` }));
    assert.equal(still.attachments?.[0]?.contentUrl, `${TON}/still.jpg`);
  });

  it("names a shared place and finds its middle", () => {
    const box = {
      coordinates: [
        [
          [-74.03, 40.68],
          [-73.91, 40.68],
          [-73.91, 40.88],
          [-74.03, 40.88],
        ],
      ],
    };
    const place = {
      name: "Manhattan",
      full_name: "Manhattan, NY",
      country: "United States",
      bounding_box: box,
    };
    const location = { type: "shared_place", shared_place: { place } };
    const link = "https://twitter.com/i/location?place_id=01a9a39529b27f36";
    const activity = read({
      ...withLink(" https://t.co/m1", link),
      attachment: { type: "location", location },
    });
    assert.equal(activity.text, "Manhattan, NY, United States");
    const [entity] = activity.entities as { latitude: number; longitude: number; name: string }[];
    assert.ok(
      entity && Math.abs(entity.latitude - 40.78) < 0.001 && Math.abs(entity.longitude + 73.97) < 0.001,
    );
    assert.equal(entity.name, "Manhattan, NY, United States");
    const { bounding_box: _box, ...nowhere } = place;
    const named = read({
      text: "",
      attachment: { type: "location", location: { type: "shared_place", shared_place: { place: nowhere } } },
    });
    assert.equal(named.text, "Manhattan, NY, United States");
    assert.equal(named.entities, undefined);
  });

  it("keeps what it does not know whole, and the text beside it readable", () => {
    const attachment = { type: "hologram", hologram: {} };
    const [alone] = receive({ text: "", attachment });
    assert.ok(alone?.kind === "unsupported");
    assert.match(alone.reason, /hologram/);
    assert.equal(alone.customerId, "555");
    const [message, rest] = receive({ text: "see this", attachment });
    assert.ok(message?.kind === "activity" && rest?.kind === "unsupported");
    assert.equal(message.activity.text, "see this");
    assert.equal(rest.customerId, "555");
    assert.notEqual(message.key, rest.key);
  });

  it("survives hostile attachments", () => {
    for (const attachment of [
      [],
      "x",
      5,
      { type: "media", media: null },
      { type: "media", media: { type: "constructor", media_url_https: "javascript:1" } },
      { type: "media", media: { type: "video", video_info: { variants: { length: 9 } } } },
      { type: "location", location: { shared_coordinate: { coordinates: { coordinates: ["1", 2] } } } },
      { type: "location", location: { shared_coordinate: { coordinates: { coordinates: [500, 500] } } } },
      { type: "location", location: null },
      Array(200).fill({
        type: "media",
        media: { type: "photo", media_url_https: "https://x.example/a.jpg" },
      }),
    ]) {
      const items = receive({ text: "still here", attachment });
      assert.ok(items[0]?.kind === "activity", JSON.stringify(attachment));
      assert.equal(items[0].activity.text, "still here");
      assert.ok((items[0].activity.attachments ?? []).length <= 10);
    }
  });
});
