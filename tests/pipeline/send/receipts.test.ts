import assert from "node:assert/strict";
import type { Inbound } from "../../../src/core/channel";
import { ChannelError } from "../../../src/core/errors";
import { createBench, say, WITH_HELPER } from "../bench";

type Receipt = Extract<Inbound, { kind: "receipt" }>;
const receipt = (more: Partial<Receipt>): Receipt => ({
  kind: "receipt",
  channel: "facebook",
  instanceExternalId: "2000",
  customerId: "1",
  status: "delivered",
  ...more,
});

describe("receipts", () => {
  it("by our own id may come before the send has returned", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      async send(_text, messageId) {
        await bench.webhook(receipt({ ourMessageId: messageId, providerIds: ["pX"] }));
        return { providerId: "pX" };
      },
    });
    await bench.say("1", "hi");
    const [message] = bench.outbound("1");
    assert.equal(message?.status, "delivered");
    assert.deepEqual(message.providerIds, ["pX"]);
    assert.equal(bench.sent.length, 1);
  });

  it("by the platform's id find their message, and leave others", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a", "b");
    await bench.webhook(receipt({ providerIds: ["p2"] }));
    assert.deepEqual(
      bench.outbound("1").map(({ status }) => status),
      ["accepted", "delivered"],
    );
  });

  it("up to a time are for all accepted until then", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a");
    const upTo = bench.clock.now();
    await bench.pass(1000);
    await bench.say("1", "b");
    await bench.webhook(receipt({ status: "read", upTo }));
    assert.deepEqual(
      bench.outbound("1").map(({ status }) => status),
      ["read", "accepted"],
    );
  });

  it("repeated or late change nothing", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a");
    await bench.webhook(receipt({ status: "read", providerIds: ["p1"] }));
    const before = bench.outbound("1");
    for (const status of ["read", "delivered", "failed"] as const)
      await bench.webhook(receipt({ status, providerIds: ["p1"], ourMessageId: before[0]?.id ?? "" }));
    assert.deepEqual(bench.outbound("1"), before);
  });

  it("that tell of a failure after acceptance show it with the platform's code", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a");
    await bench.webhook(
      receipt({
        status: "failed",
        providerIds: ["p1"],
        error: { platformCode: "30003", message: "The telephone is off." },
      }),
    );
    const [message] = bench.outbound("1");
    assert.equal(message?.status, "failed");
    assert.deepEqual(message.error, {
      code: "CHANNEL_REFUSED",
      platformCode: "30003",
      message: "The telephone is off.",
    });
  });

  it("of another customer's message, or of nothing we know, change nothing", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a");
    await bench.webhook(
      receipt({ customerId: "2", providerIds: ["p1"] }),
      receipt({ ourMessageId: "out~none" }),
      receipt({ providerIds: ["p9"] }),
    );
    assert.deepEqual(
      bench.outbound("1").map(({ status }) => status),
      ["accepted"],
    );
  });

  it("end an ambiguous send without sending again", async () => {
    let fail = true;
    const bench = createBench({
      ...WITH_HELPER,
      bot: () => ({ sends: [say("hello")] }),
      send: () => {
        if (!fail) return {};
        fail = false;
        throw new ChannelError("CHANNEL_AMBIGUOUS", "The connection broke.", {
          retryable: true,
          ambiguous: true,
        });
      },
    });
    await bench.say("1", "a");
    const [message] = bench.outbound("1");
    await bench.webhook(receipt({ ourMessageId: message?.id ?? "", providerIds: ["pX"] }));
    await bench.pass(120_000);
    assert.deepEqual(bench.sent, []);
    assert.equal(bench.outbound("1")[0]?.status, "delivered");
  });
});
