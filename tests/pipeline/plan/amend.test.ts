import assert from "node:assert/strict";
import { createBench, deed, message, WITH_HELPER } from "../bench";

const said = (key: string, text: string) => message("1", text, { key });

describe("edits and deletions", () => {
  it("change the message where it stands, and are events of their own", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.webhook(said("m1", "helo"));
    await bench.quiet();
    const at = bench.clock.now() + 5_000;
    await bench.webhook(deed("1", "messageUpdate", { replyToId: "m1", text: "hello", key: "e1", at }));
    await bench.quiet();
    const [first, edit] = bench.inbound("1");
    assert.equal(first?.activity.text, "hello");
    assert.equal(first.editedAt, at);
    assert.equal(edit?.activity.type, "messageUpdate");
    assert.equal(bench.turns.length, 1, "the helper hears the first text only");
  });

  it("that come out of order leave the newest text", async () => {
    const bench = createBench();
    await bench.webhook(said("m1", "one"));
    await bench.quiet();
    const at = bench.clock.now();
    await bench.webhook(
      deed("1", "messageUpdate", { replyToId: "m1", text: "three", key: "e2", at: at + 2 }),
    );
    await bench.quiet();
    await bench.webhook(deed("1", "messageUpdate", { replyToId: "m1", text: "two", key: "e1", at: at + 1 }));
    await bench.quiet();
    assert.equal(bench.inbound("1")[0]?.activity.text, "three");
  });

  it("of a message that was never kept stand in the transcript alone", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await bench.webhook(deed("1", "messageDelete", { replyToId: "gone", text: "Deleted a message" }));
    await bench.quiet();
    assert.deepEqual(
      bench.inbound("1").map(({ activity, status }) => [activity.type, status]),
      [
        ["message", "worked"],
        ["messageDelete", "worked"],
      ],
    );
  });

  it("bring nothing of a deleted message back", async () => {
    const bench = createBench();
    await bench.webhook(said("m1", "secret"));
    await bench.quiet();
    await bench.webhook(deed("1", "messageDelete", { replyToId: "m1", text: "Deleted a message" }));
    await bench.webhook(deed("1", "messageUpdate", { replyToId: "m1", text: "again", key: "e9" }));
    await bench.quiet();
    assert.equal(bench.inbound("1")[0]?.activity.text, "");
  });

  it("repeated by the platform happen once", async () => {
    const bench = createBench();
    await bench.webhook(said("m1", "helo"));
    await bench.quiet();
    for (let i = 0; i < 3; i++)
      await bench.webhook(deed("1", "messageUpdate", { replyToId: "m1", text: "hello", key: "e1" }));
    await bench.quiet();
    assert.equal(bench.inbound("1").length, 2);
  });
});
