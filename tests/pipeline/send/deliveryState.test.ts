import assert from "node:assert/strict";
import fc from "fast-check";
import type { OutboundMessage } from "../../../src/core/conversation";
import { toOutboundMessage } from "../../../src/pipeline/messages";
import { advance, isSettled, type Progress } from "../../../src/pipeline/send/deliveryState";
import { say } from "../bench";

const queued = (): OutboundMessage =>
  toOutboundMessage({
    id: "out~1",
    threadId: "t",
    conversationId: "t.1",
    seq: 1,
    instanceId: "i",
    channel: "facebook",
    author: { kind: "bot" },
    activity: say("hi"),
    now: 5,
  });
const news = (more: Partial<Progress>): Progress => ({ status: "accepted", now: 10, last: "read", ...more });
const RANK = ["queued", "sending", "accepted", "delivered", "read"];

describe("advance", () => {
  it("takes the message out of the outbox and waits for more", () => {
    const message = advance(
      { ...queued(), status: "sending", sending: { server: "s", since: 9, until: 20 }, ambiguousAt: 9 },
      news({ providerIds: ["p1"], sentParts: 1 }),
    );
    assert.equal(message?.status, "accepted");
    assert.deepEqual(message.providerIds, ["p1"]);
    assert.equal(message.awaitingAt, 9, "since the call: the platform's own time lies behind it");
    for (const gone of ["open", "due", "sending", "ambiguousAt"] as const)
      assert.equal(message[gone], undefined, gone);
    assert.equal(isSettled(message), true);
  });

  it("is not over with the news of one part of several", () => {
    const sending: OutboundMessage = { ...queued(), status: "sending" };
    const message = advance(
      sending,
      news({ status: "delivered", providerIds: ["p1"], part: { n: 1, of: 2 } }),
    );
    assert.deepEqual(message, { ...sending, providerIds: ["p1"], sentParts: 1 });
    assert.equal(
      advance(message as OutboundMessage, news({ status: "read", part: { n: 1, of: 2 } })),
      undefined,
    );
    assert.equal(advance(sending, news({ status: "delivered", part: { n: 2, of: 2 } }))?.status, "delivered");
    assert.equal(advance(sending, news({ status: "failed", part: { n: 1, of: 2 } }))?.status, "failed");
  });

  it("waits for nothing after the last status that the channel reports", () => {
    assert.equal(advance(queued(), news({ last: "accepted" }))?.awaitingAt, undefined);
    assert.equal(advance(queued(), news({ status: "delivered", last: "delivered" }))?.awaitingAt, undefined);
  });

  it("keeps the platform's ids that come after the receipt", () => {
    const delivered = advance(queued(), news({ status: "delivered" })) as OutboundMessage;
    const message = advance(delivered, news({ status: "accepted", providerIds: ["p1"], sentParts: 1 }));
    assert.equal(message?.status, "delivered");
    assert.deepEqual(message.providerIds, ["p1"]);
    assert.equal(message.sentParts, 1);
  });

  it("tells why it failed, in the platform's words or ours", () => {
    const error = { code: "CHANNEL_REFUSED", message: "Blocked.", platformCode: "551" };
    assert.deepEqual(advance(queued(), news({ status: "failed", error }))?.error, error);
    assert.equal(advance(queued(), news({ status: "failed" }))?.error?.code, "CHANNEL_REFUSED");
    const accepted = advance({ ...queued(), error }, news({ status: "accepted" }));
    assert.equal(accepted?.error, undefined, "an error of an earlier try is over");
  });

  it("does not believe a failure once the customer has it", () => {
    const delivered = advance(queued(), news({ status: "delivered" })) as OutboundMessage;
    assert.equal(advance(delivered, news({ status: "failed" })), undefined);
  });

  it("moves a status only forward, whatever comes in whatever order", () => {
    const step = fc.record({
      status: fc.constantFrom("accepted", "delivered", "read", "failed" as const),
      providerIds: fc.array(fc.constantFrom("p1", "p2"), { maxLength: 2 }),
      sentParts: fc.nat({ max: 3 }),
      last: fc.constantFrom("accepted", "delivered", "read" as const),
      now: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (all) => {
        let message = queued();
        for (const each of all) {
          const before = message;
          message = advance(message, each) ?? message;
          if (before.status === "failed") assert.equal(message.status, "failed");
          else if (message.status === "failed")
            assert.ok(RANK.indexOf(before.status) < RANK.indexOf("delivered"));
          else assert.ok(RANK.indexOf(message.status) >= RANK.indexOf(before.status));
          assert.ok(message.sentParts >= before.sentParts);
          for (const id of before.providerIds) assert.ok(message.providerIds.includes(id));
          assert.equal(new Set(message.providerIds).size, message.providerIds.length);
          assert.equal(advance(message, each), undefined, "the same news again is no news");
        }
      }),
    );
  });
});
