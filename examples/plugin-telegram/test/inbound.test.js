const assert = require("node:assert/strict");
const { describe, it } = require("node:test");
const { telegram } = require("../channel");
const { account } = require("./account");

const BOT = "110201543";
const GILDA = {
  id: 555,
  is_bot: false,
  first_name: "Gilda",
  last_name: "Moore",
  username: "gilda",
  language_code: "pt",
};
const CHAT = { id: 555, type: "private" };
const base = { message_id: 7, from: GILDA, chat: CHAT, date: 1_795_262_400 };

const request = (update, token = `${BOT}-a-webhook-secret`) => ({
  method: "POST",
  url: "/webhooks/telegram/shop",
  headers: { "x-telegram-bot-api-secret-token": token },
  body: Buffer.from(JSON.stringify({ update_id: 1, ...update })),
});
const receive = (update) => telegram.toInbound(request(update), account)[0];

describe("updates of Telegram", () => {
  it("tell who writes, to which bot, when and in which language", () => {
    const item = receive({ message: { ...base, text: "Olá" } });
    assert.deepEqual(
      [item.kind, item.instanceExternalId, item.customerId, item.key],
      ["activity", BOT, "555", "555.7"],
    );
    assert.equal(item.occurredAt, 1_795_262_400_000);
    assert.deepEqual(item.profile, {
      name: "Gilda Moore",
      firstName: "Gilda",
      lastName: "Moore",
      screenName: "gilda",
      locale: "pt",
    });
  });

  it("bring the largest of a photo's sizes", () => {
    const photo = [{ file_id: "small" }, { file_id: "large" }];
    const { activity } = receive({ message: { ...base, photo, caption: "Broken" } });
    assert.equal(activity.text, "Broken");
    assert.deepEqual(activity.attachments, [
      { contentType: "image/jpeg", contentUrl: "telegram:file/large" },
    ]);
  });

  it("bring documents, voices and places", () => {
    const document = { file_id: "d", mime_type: "application/pdf", file_name: "bill.pdf" };
    assert.deepEqual(receive({ message: { ...base, document } }).activity.attachments, [
      { contentType: "application/pdf", contentUrl: "telegram:file/d", name: "bill.pdf" },
    ]);
    const voice = { file_id: "v" };
    assert.equal(receive({ message: { ...base, voice } }).activity.attachments[0].contentType, "audio/ogg");
    const location = { latitude: 38.7, longitude: -9.1 };
    const venue = { location, title: "Café", address: "Rua 1" };
    assert.deepEqual(receive({ message: { ...base, location, venue } }).activity.entities, [
      { type: "GeoCoordinates", ...location, name: "Café, Rua 1" },
    ]);
  });

  it("bring a tap with its title and what it carries, and ask Telegram to end the button's clock", () => {
    const reply_markup = { inline_keyboard: [[{ text: "Sim", callback_data: "yes" }]] };
    const update = {
      callback_query: { id: "42", from: GILDA, data: "yes", message: { ...base, reply_markup } },
    };
    const { key, activity } = receive(update);
    assert.deepEqual([key, activity.text, activity.value], ["tap.42", "Sim", "yes"]);
    const reply = telegram.acknowledge(request(update));
    assert.deepEqual(JSON.parse(reply.body), { method: "answerCallbackQuery", callback_query_id: "42" });
    assert.equal(telegram.acknowledge(request({ message: base })).body, undefined);
  });

  it("tell that a customer blocked the bot and took it back", () => {
    const change = (status) => ({ from: GILDA, chat: CHAT, date: base.date, new_chat_member: { status } });
    assert.equal(receive({ my_chat_member: change("kicked") }).activity.name, "switchboard.optOut");
    assert.equal(receive({ my_chat_member: change("member") }).activity.name, "switchboard.optIn");
  });

  it("of groups are passed over", () => {
    const item = receive({ message: { ...base, chat: { id: -1, type: "group" }, text: "hi all" } });
    assert.deepEqual([item.kind, item.reason], ["ignored", "written in a group"]);
  });

  it("that nobody knows are kept whole, with the customer when there is one", () => {
    const poll = { id: "p", question: "?" };
    assert.deepEqual(receive({ poll }).raw, { update_id: 1, poll });
    const dice = receive({ message: { ...base, dice: { value: 6 } } });
    assert.deepEqual([dice.kind, dice.customerId], ["unsupported", "555"]);
  });

  it("belong to the bot that their secret names", () => {
    const other = { ...account.instances[0], externalId: "222" };
    const both = { ...account, instances: [...account.instances, other] };
    const update = request({ message: { ...base, text: "hi" } }, "222-a-webhook-secret");
    telegram.verify(update, both);
    assert.equal(telegram.toInbound(update, both)[0].instanceExternalId, "222");
    assert.throws(() => telegram.verify(update, account), { code: "WEBHOOK_BAD_TOKEN" });
  });
});
