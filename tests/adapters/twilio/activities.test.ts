import assert from "node:assert/strict";
import { sms } from "../../../src/adapters/sms";
import { whatsapp } from "../../../src/adapters/whatsapp";
import type { Activity } from "../../../src/core/activity";
import type { Inbound } from "../../../src/core/channel";
import { buildAccount, buildInstance, buildRequest, CUSTOMER, OUR_NUMBER, readFixture } from "./account";

type Changes = Readonly<Record<string, string | undefined>>;
type ActivityItem = Extract<Inbound, { kind: "activity" }>;

function receiveAll(over: Changes, channel: "sms" | "whatsapp" = "whatsapp"): ActivityItem[] {
  const request = buildRequest(readFixture(`${channel}/fixtures/text.json`, over));
  const items = (channel === "sms" ? sms : whatsapp).toInbound(request, buildAccount());
  return items.map((item) => {
    assert.ok(item.kind === "activity", JSON.stringify(item));
    return item;
  });
}
function receive(over: Changes, channel: "sms" | "whatsapp" = "whatsapp"): Activity {
  const [item, ...others] = receiveAll(over, channel);
  assert.ok(item !== undefined && others.length === 0);
  return item.activity;
}
const MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME";

describe("Twilio files", () => {
  it("come as attachments beside the text, in order", () => {
    for (const channel of ["sms", "whatsapp"] as const) {
      const activity = receive(
        {
          Body: "Look",
          NumMedia: "2",
          MediaUrl0: `${MEDIA}0`,
          MediaContentType0: "image/jpeg",
          MediaUrl1: `${MEDIA}1`,
          MediaContentType1: "video/mp4",
        },
        channel,
      );
      assert.equal(activity.type, "message");
      assert.equal(activity.text, "Look");
      assert.deepEqual(activity.attachments, [
        { contentType: "image/jpeg", contentUrl: `${MEDIA}0` },
        { contentType: "video/mp4", contentUrl: `${MEDIA}1` },
      ]);
    }
  });
  const kinds: [string, string | undefined, { contentType: string; name?: string }][] = [
    ["a voice note", "audio/ogg; codecs=opus", { contentType: "audio/ogg" }],
    ["a sticker", "image/webp", { contentType: "image/webp", name: "sticker" }],
    ["a contact card", "text/x-vCard", { contentType: "text/vcard" }],
    ["an older contact card", "text/directory", { contentType: "text/vcard" }],
    ["a document", "application/pdf", { contentType: "application/pdf" }],
    ["a type that is none", "json", { contentType: "application/octet-stream" }],
    ["no type", undefined, { contentType: "application/octet-stream" }],
  ];
  for (const [name, MediaContentType0, expected] of kinds) {
    it(`know ${name}, without any text`, () => {
      const activity = receive({ Body: "", NumMedia: "1", MediaUrl0: MEDIA, MediaContentType0 });
      assert.equal(activity.text, undefined);
      assert.deepEqual(activity.attachments, [{ ...expected, contentUrl: MEDIA }]);
    });
  }
  it("are no stickers by MMS", () => {
    const activity = receive(
      { Body: "", NumMedia: "1", MediaUrl0: MEDIA, MediaContentType0: "image/webp" },
      "sms",
    );
    assert.deepEqual(activity.attachments, [{ contentType: "image/webp", contentUrl: MEDIA }]);
  });
  it("are found whatever NumMedia says", () => {
    const urls = (over: Changes) => receive({ Body: "x", ...over }).attachments?.map((one) => one.contentUrl);
    assert.deepEqual(urls({ NumMedia: "0", MediaUrl0: "a", MediaUrl1: "b" }), ["a", "b"]);
    assert.deepEqual(urls({ NumMedia: undefined, MediaUrl0: "a" }), ["a"]);
    assert.deepEqual(urls({ NumMedia: "3", MediaUrl0: "a", MediaUrl2: "c" }), ["a", "c"]);
    assert.deepEqual(urls({ NumMedia: "x", MediaUrl0: "a" }), ["a"]);
    assert.equal(urls({ NumMedia: "1e9" }), undefined);
    assert.equal(urls({ NumMedia: "-1" }), undefined);
  });
});

describe("Twilio places", () => {
  it("come with name and address", () => {
    const activity = receive({
      Body: "",
      Latitude: "52.303897857666016",
      Longitude: "-4.75",
      Label: "Office",
      Address: "Main Street 1, Delft",
    });
    assert.equal(activity.text, "Office, Main Street 1, Delft");
    assert.deepEqual(activity.entities, [
      {
        type: "GeoCoordinates",
        latitude: 52.303897857666016,
        longitude: -4.75,
        name: "Office, Main Street 1, Delft",
      },
    ]);
  });
  it("need neither name nor text", () => {
    const activity = receive({ Body: "", Latitude: "0", Longitude: "0" });
    assert.equal(activity.text, undefined);
    assert.deepEqual(activity.entities, [{ type: "GeoCoordinates", latitude: 0, longitude: 0 }]);
  });
  it("leave the customer's own words", () => {
    assert.equal(receive({ Body: "Here!", Latitude: "1", Longitude: "2", Label: "X" }).text, "Here!");
  });
  it("are none outside of the Earth", () => {
    for (const [Latitude, Longitude] of [
      ["91", "0"],
      ["0", "181"],
      ["north", "0"],
      ["NaN", "0"],
      ["1e1", "0"],
      ["1", undefined],
    ]) {
      assert.equal(receive({ Body: "x", Latitude, Longitude }).entities, undefined);
    }
  });
});

describe("Twilio choices", () => {
  it("have the title as text and the payload as value", () => {
    const button = receive({
      Body: "Track my order",
      ButtonText: "Track my order",
      ButtonPayload: "not {json",
    });
    assert.deepEqual([button.text, button.value], ["Track my order", "not {json"]);
    const list = receive({ Body: "Returns\nSend it back", ListTitle: "Returns", ListId: "ret" });
    assert.deepEqual([list.text, list.value], ["Returns", "ret"]);
    const mixed = receive({ Body: "Returns", ButtonPayload: "ret" });
    assert.deepEqual([mixed.text, mixed.value], ["Returns", "ret"]);
    const bare = receive({ Body: "", ListId: "ret" });
    assert.deepEqual([bare.text, bare.value], ["ret", "ret"]);
  });
  it("include what was filled into a form", () => {
    const InteractiveData = JSON.stringify({
      nfm_reply: { response_json: '{"name":"Tom","flow_token":"t"}' },
    });
    const activity = receive({ Body: "Sent", MessageType: "interactive", InteractiveData });
    assert.equal(activity.type, "message");
    assert.equal(activity.text, "Sent\nname: Tom");
    assert.deepEqual(activity.value, { name: "Tom", flow_token: "t" });
    assert.equal(receive({ Body: "", FlowData: '{"size":"M"}' }).text, "size: M");
    const broken = receive({ Body: "Hi", FlowData: "{" });
    assert.deepEqual([broken.text, broken.value], ["Hi", undefined]);
  });
});

describe("Twilio message context", () => {
  it("names the message that is answered", () => {
    assert.equal(receive({ OriginalRepliedMessageSid: "SM9" }).replyToId, "SM9");
  });
  it("tells what was forwarded, and how often", () => {
    assert.deepEqual(receive({ Forwarded: "true" }).entities, [
      { type: "forwarded", text: "Forwarded", often: false },
    ]);
    assert.deepEqual(receive({ FrequentlyForwarded: "true" }).entities, [
      { type: "forwarded", text: "Forwarded many times", often: true },
    ]);
    assert.equal(receive({ Forwarded: "false", FrequentlyForwarded: "false" }).entities, undefined);
  });
  const ad = {
    ReferralSourceId: "1203",
    ReferralSourceType: "ad",
    ReferralSourceUrl: "https://fb.me/x",
    ReferralHeadline: "Summer sale",
    ReferralCtwaClid: "Ab",
  };
  it("keeps the ad on the message and says it in a notice behind", () => {
    const [message, notice, ...others] = receiveAll({ Body: "Is it still there?", ...ad });
    assert.ok(message !== undefined && notice !== undefined && others.length === 0);
    const text = "Came from the ad “Summer sale”: https://fb.me/x";
    const entity = {
      type: "referral",
      text,
      sourceId: "1203",
      sourceType: "ad",
      sourceUrl: "https://fb.me/x",
      headline: "Summer sale",
      ctwaClid: "Ab",
    };
    assert.equal(message.activity.text, "Is it still there?");
    assert.deepEqual(message.activity.entities, [entity]);
    assert.equal(notice.activity.type, "event");
    assert.equal(notice.activity.name, "switchboard.notice");
    assert.equal(notice.activity.text, text);
    assert.deepEqual(notice.activity.value, entity);
    assert.equal(notice.key, `${message.key}.1`);
  });
  it("is a referral event when nothing was written", () => {
    const activity = receive({ Body: "", ...ad });
    assert.equal(`${activity.type} ${activity.name}`, "event switchboard.referral");
  });
  it("takes no ordinary message for one from an ad", () => {
    assert.equal(receive({ ReferralNumMedia: "0" }).entities, undefined);
  });
  it("reads a reaction if one ever comes so", () => {
    const activity = receive({ Body: "❤️", MessageType: "reaction", OriginalRepliedMessageSid: "SM9" });
    assert.equal(activity.type, "messageReaction");
    assert.deepEqual(activity.reactionsAdded, [{ type: "❤️" }]);
    assert.deepEqual([activity.replyToId, activity.text], ["SM9", "Reacted ❤️"]);
  });
});

describe("Twilio profiles", () => {
  const profileOf = (over: Changes, channel: "sms" | "whatsapp" = "whatsapp") =>
    receiveAll(over, channel)[0]?.profile;

  it("have name, telephone and the other ids", () => {
    assert.deepEqual(
      profileOf({
        ExternalUserId: "whatsapp:NL.123",
        ParentExternalUserId: "NL.ENT.9",
        ProfileUsername: "@zoe",
      }),
      { name: "Zoë van Dam", screenName: "zoe", phone: CUSTOMER, aliases: ["NL.123", "NL.ENT.9"] },
    );
  });
  it("have no telephone when the customer hides it", () => {
    assert.deepEqual(
      profileOf({ From: "whatsapp:NL.123", ExternalUserId: "NL.123", WaId: undefined, ProfileName: " \0" }),
      undefined,
    );
  });
  it("keep the hidden id beside the number that Twilio gives", () => {
    const profile = profileOf({ From: "whatsapp:NL.123", ExternalUserId: "NL.123" });
    assert.deepEqual(profile, { name: "Zoë van Dam", phone: CUSTOMER, aliases: ["NL.123"] });
  });
  it("have the telephone on SMS, and no short code for one", () => {
    assert.deepEqual(profileOf({ FromCity: "DELFT" }, "sms"), { phone: CUSTOMER });
    assert.equal(profileOf({ From: "2222" }, "sms"), undefined);
  });
});

describe("Twilio messages through a service", () => {
  const service = { To: undefined, MessagingServiceSid: "MG1" };
  it("find our number by the service, or the only one there is", () => {
    assert.equal(receive(service).recipient.id, OUR_NUMBER);
    const instances = [
      buildInstance("whatsapp"),
      buildInstance("whatsapp", { externalId: "+19995550000", values: { messagingServiceSid: "MG1" } }),
    ];
    const request = buildRequest(readFixture("whatsapp/fixtures/text.json", service));
    const [item] = whatsapp.toInbound(request, buildAccount({ instances }));
    assert.ok(item?.kind === "activity" && item.instanceExternalId === "+19995550000");
  });
  it("are a dead letter when several numbers may be meant", () => {
    const instances = ["+19995550000", "+19995550001"].map((externalId) =>
      buildInstance("whatsapp", { externalId }),
    );
    const request = buildRequest(readFixture("whatsapp/fixtures/text.json", service));
    const [item] = whatsapp.toInbound(request, buildAccount({ instances }));
    assert.ok(item?.kind === "unsupported" && item.instanceExternalId === undefined);
  });
});
