import assert from "node:assert/strict";
import type { Principal } from "../../src/core/route";
import { toUploadId } from "../../src/core/uploadId";
import type { MessageView } from "../../src/desk/contract";
import { createMediaAccess } from "../../src/desk/mediaAccess";
import { conversationOf } from "../pipeline/bench";
import { createDesk, principal, SAM } from "./bench";

const ONE = conversationOf("1");
const TWO = conversationOf("2");
const ANA = principal("ana");
const BEN = principal("ben");

describe("media access", () => {
  /** Ana has customer 1 and sent a file; Ben has customer 2. Neither is in the queue. */
  async function open() {
    const desk = createDesk();
    for (const [n, who] of [
      ["1", "ana"],
      ["2", "ben"],
    ] as const) {
      await desk.say(n, "hi");
      await desk.call(who, "POST", `/conversations/${conversationOf(n)}/pick`);
    }
    const mediaId = toUploadId("ana");
    await desk.media.store.put({ id: mediaId, contentType: "image/png", content: Buffer.from("x") });
    const sent = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, {
      attachments: [{ mediaId }],
    });
    const { closing } = desk.pipeline;
    const mayRead = createMediaAccess({
      store: desk.store,
      settings: desk.ports.settings,
      contacts: desk.book,
      closing,
    });
    const address = new URL(sent.body.attachments[0]?.url ?? "", "https://desk.example");
    const judge = (who: Principal, query: URLSearchParams | Record<string, string> = {}, id = mediaId) =>
      mayRead(who, id, new URLSearchParams(query));
    const leaveQueue = (...ids: string[]) => {
      const queue = desk.ports.settings.current().queues.get("general");
      assert.ok(queue !== undefined);
      Object.assign(queue, { members: queue.members.filter((member) => !ids.includes(member)) });
    };
    return { desk, mediaId, messageId: sent.body.id, query: address.searchParams, judge, leaveQueue };
  }

  it("lets who sees the conversation read what came with its messages, by the address in the message", async () => {
    const { query, judge, leaveQueue } = await open();
    assert.equal(await judge(BEN, query), true);
    leaveQueue("ana", "ben");
    assert.equal(await judge(BEN, query), false);
    assert.equal(await judge(SAM, query), true);
  });

  it("opens nothing to an id alone, nor by a conversation of one's own", async () => {
    const { mediaId, messageId, query, judge, leaveQueue } = await open();
    leaveQueue("ana", "ben");
    for (const forged of [
      {},
      { conversation: TWO, message: messageId },
      { conversation: TWO, message: "in~1" },
      { conversation: ONE, message: "" },
      { conversation: "t~x.1", message: messageId },
      { conversation: `${TWO}/..`, message: messageId },
      { conversation: TWO, message: "../x" },
      { conversation: TWO, message: "head" },
      { message: messageId },
    ])
      assert.equal(await judge(BEN, forged as Record<string, string>), false, JSON.stringify(forged));
    // Whose conversation it is reads that message's files, and no others by it.
    const own = { conversation: query.get("conversation") ?? "", message: messageId };
    assert.equal(await judge(ANA, own, toUploadId("ben")), false);
    assert.equal(await judge(ANA, own, mediaId), true);
  });

  it("lets agents read what they uploaded before it is sent, and nobody else", async () => {
    const { judge } = await open();
    assert.equal(await judge(ANA), true);
    assert.equal(await judge(BEN), false);
    assert.equal(await judge(principal("an")), false);
    assert.equal(await judge(SAM), true);
  });

  it("goes on when the conversation is closed", async () => {
    const { desk, query, judge } = await open();
    await desk.call("ana", "POST", `/conversations/${ONE}/end`);
    await desk.call("ana", "POST", `/conversations/${ONE}/close`);
    assert.equal(await judge(BEN, query), true);
  });
});
