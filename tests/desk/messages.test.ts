import assert from "node:assert/strict";
import type { SendContext } from "../../src/core/channel";
import { toUploadId } from "../../src/core/uploadId";
import type { ConversationView, MessageView, TemplateView } from "../../src/desk/contract";
import { conversationOf, deed, message, withFiles } from "../pipeline/bench";
import { createDesk } from "./bench";

const ONE = conversationOf("1");
const FILE = toUploadId("ana");
const MESSAGES = `/conversations/${ONE}/messages`;
type Desk = ReturnType<typeof createDesk>;

async function taken(options: Parameters<typeof createDesk>[0] = {}): Promise<Desk> {
  const desk = createDesk(options);
  await desk.say("1", "hi");
  await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
  return desk;
}

const listed = async (desk: Desk) =>
  (await desk.call<{ items: MessageView[] }>("ana", "GET", MESSAGES)).body.items;

async function settle(desk: Desk): Promise<void> {
  await desk.quiet();
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

describe("desk messages", () => {
  it("carry files, which the platform is given with their public address", async () => {
    const contexts: SendContext[] = [];
    const desk = await taken({
      send(_text, _id, context) {
        contexts.push(context);
        return {};
      },
    });
    const content = Buffer.from("%PDF-");
    await desk.media.store.put({ id: FILE, contentType: "application/pdf", name: "bill.pdf", content });
    const sent = await desk.call<MessageView>("ana", "POST", MESSAGES, {
      text: "Your bill",
      attachments: [{ mediaId: FILE }],
    });
    assert.deepEqual(sent.body.attachments, [
      {
        kind: "file",
        contentType: "application/pdf",
        name: "bill.pdf",
        bytes: 5,
        state: "stored",
        reason: null,
        url: `/api/desk/media/${FILE}?${new URLSearchParams({ conversation: ONE, message: sent.body.id })}`,
      },
    ]);
    await settle(desk);
    const media = contexts[0]?.media?.get(`media:${FILE}`);
    assert.match(media?.url ?? "", /^https:\/\/.*\/media\/u~.*\?/);
    assert.deepEqual(await media?.read(), content);
  });

  it("are refused with a file that is not there, or that agents may not send here", async () => {
    const desk = await taken();
    const body = { attachments: [{ mediaId: "m~none" }] };
    await assert.rejects(desk.call("ana", "POST", MESSAGES, body), { code: "INPUT_INVALID" });
    const foreign = toUploadId("ben");
    await desk.media.store.put({ id: foreign, contentType: "image/png", content: Buffer.from("x") });
    await assert.rejects(desk.call("ana", "POST", MESSAGES, { attachments: [{ mediaId: foreign }] }), {
      code: "INPUT_INVALID",
    });
    const off = await taken({ instances: [{ externalId: "2000", values: { agentAttachments: "off" } }] });
    await off.media.store.put({ id: FILE, contentType: "image/png", content: Buffer.from("x") });
    await assert.rejects(off.call("ana", "POST", MESSAGES, { attachments: [{ mediaId: FILE }] }), {
      code: "CHANNEL_ATTACHMENTS_OFF",
    });
    const { body: view } = await off.call<ConversationView>("ana", "GET", `/conversations/${ONE}`);
    assert.equal(view.abilities.attachments, false);
  });

  it("offer choices and show what the customer's number was taken for", async () => {
    const desk = await taken();
    await desk.call("ana", "POST", MESSAGES, { text: "Which?", choices: ["Red", "Blue"] });
    await desk.say("1", "2");
    const views = await listed(desk);
    assert.deepEqual(
      views.map(({ text, choices }) => [text, choices]),
      [
        ["hi", []],
        ["Which?", ["Red", "Blue"]],
        ["2", ["Blue"]],
      ],
    );
  });

  it("answer a message of the customer by the platform's id of it", async () => {
    const contexts: string[] = [];
    const desk = createDesk();
    await desk.webhook(withFiles("1", [], { key: "mid.1", text: "Where is it?" }));
    await desk.quiet();
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    const [asked] = await listed(desk);
    const { body } = await desk.call<MessageView>("ana", "POST", MESSAGES, {
      text: "Here",
      replyToId: asked?.id,
    });
    await settle(desk);
    assert.equal(body.replyToId, asked?.id);
    assert.equal(desk.outbound("1")[0]?.activity.replyToId, "mid.1");
    assert.deepEqual(contexts, []);
  });

  it("show reactions, edits, deletions and places as what they are", async () => {
    const desk = await taken();
    await desk.webhook(message("1", "helo", { key: "m1" }));
    await desk.webhook(deed("1", "messageUpdate", { replyToId: "m1", text: "hello", key: "e1" }));
    const { id: target } = desk.inbound("1").at(-1) ?? {};
    await desk.webhook(
      deed("1", "messageReaction", {
        replyToId: "p1",
        reactionsAdded: [{ type: "❤️" }],
        text: "Reacted ❤️",
        key: "r1",
      }),
    );
    await desk.webhook(
      deed("1", "message", {
        entities: [{ type: "GeoCoordinates", latitude: 48.2, longitude: 16.37, name: "Café" }],
        key: "g1",
      }),
    );
    await desk.webhook(deed("1", "messageDelete", { replyToId: "g1", text: "Deleted a message", key: "d1" }));
    await desk.quiet();
    await desk.call("ana", "POST", MESSAGES, { text: "Hi!" });
    await settle(desk);
    const views = await listed(desk);
    assert.deepEqual(
      views.map(({ kind, event, text }) => [kind, event, text]),
      [
        ["message", null, "hi"],
        ["message", null, "hello"],
        ["event", "edit", "hello"],
        ["event", "reaction", "Reacted ❤️"],
        ["message", null, ""],
        ["event", "delete", "Deleted a message"],
        ["message", null, "Hi!"],
      ],
    );
    assert.ok(views[1]?.editedAt);
    assert.equal(views[2]?.replyToId, views[1]?.id);
    assert.ok(target);
    assert.deepEqual(views[3]?.reaction, { emoji: "❤️", removed: false });
    // Our message that the platform calls p1.
    assert.equal(views[3]?.replyToId, views[6]?.id);
    assert.ok(views[4]?.deletedAt);
    assert.equal(views[4]?.place, null, "what was deleted is gone");
  });

  it("go out as a template with the words that the customer reads", async () => {
    const template = {
      id: "HX1",
      name: "ready",
      language: "en",
      text: "Order {{1}} is ready.",
      variables: [{ name: "1", sample: "17" }],
      approved: true,
    };
    const desk = await taken({ templates: async () => [template] });
    const { body: list } = await desk.call<{ items: TemplateView[] }>(
      "ana",
      "GET",
      `/conversations/${ONE}/templates`,
    );
    assert.deepEqual(list.items, [{ ...template, reason: null }]);
    const use = { id: "HX1", variables: { "1": "42" } };
    const { body } = await desk.call<MessageView>("ana", "POST", MESSAGES, { template: use });
    assert.equal(body.text, "Order 42 is ready.");
    assert.deepEqual(desk.outbound("1")[0]?.activity.channelData, { template: use });
    await settle(desk);
  });

  it("go by the Human Agent setting that the session opened with", async () => {
    const seen: (string | undefined)[] = [];
    const desk = await taken({
      instances: [{ externalId: "2000", values: { humanAgentTag: "off" } }],
      send(_text, _id, context) {
        seen.push(context.instance.values.humanAgentTag);
        return {};
      },
    });
    const write = async (text: string) => {
      await desk.call("ana", "POST", MESSAGES, { text });
      await settle(desk);
    };
    await write("before");
    desk.settings.change({ instances: [{ externalId: "2000", values: { humanAgentTag: "on" } }] });
    await write("switched on meanwhile");
    await desk.call("ana", "POST", `/conversations/${ONE}/close`);
    await desk.call("ana", "POST", `/conversations/${ONE}/open`);
    await write("in a new session");
    assert.deepEqual(seen, ["off", "off", "on"]);
  });

  it("pass typing and read marks on, once each, and say nothing when the platform fails", async () => {
    const signals: string[] = [];
    const desk = await taken({
      async signal(signal, { lastInboundId }) {
        signals.push(`${signal} ${lastInboundId}`);
        throw new TypeError("down");
      },
    });
    await desk.webhook(withFiles("1", [], { key: "mid.7", text: "still there?" }));
    await desk.quiet();
    assert.equal((await desk.call("ana", "POST", `/conversations/${ONE}/typing`)).status, 204);
    assert.equal((await desk.call("ana", "POST", `/conversations/${ONE}/read`)).status, 204);
    assert.deepEqual(signals, ["typing mid.7", "read mid.7"]);
    await assert.rejects(desk.call("ben", "POST", `/conversations/${ONE}/typing`), { code: "ALREADY_TAKEN" });
  });
});
