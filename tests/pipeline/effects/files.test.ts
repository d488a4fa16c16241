import assert from "node:assert/strict";
import { ChannelError } from "../../../src/core/errors";
import { conversationOf, createBench, deed, type PipelineBench, withFiles } from "../bench";

const missing = () =>
  new ChannelError("CHANNEL_UNAVAILABLE", "It is not there.", { retryable: true, platformCode: "404" });

async function settle(bench: PipelineBench): Promise<void> {
  await bench.quiet();
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

const filesOf = (bench: PipelineBench) => bench.inbound("1")[0]?.files ?? [];

describe("files of customers", () => {
  it("are fetched after the turn and stored under an id of ours", async () => {
    const bench = createBench();
    await bench.webhook(withFiles("1", ["cat.png"], { text: "look" }));
    await settle(bench);
    const [file] = filesOf(bench);
    assert.equal(file?.state, "stored");
    assert.equal(file.contentType, "image/png");
    assert.equal(file.name, "cat.png");
    assert.equal(bench.media.files.get(file.mediaId ?? "")?.content.toString(), "png");
    assert.deepEqual(bench.effects(), []);
  });

  it("never hold the text back: it is at the desk while the platform is silent", async () => {
    const bench = createBench({ fetch: () => new Promise(() => {}) });
    await bench.webhook(withFiles("1", ["cat.png"], { text: "look" }));
    await settle(bench);
    assert.equal((await bench.item("1"))?.lastText, "look");
    assert.equal(filesOf(bench)[0]?.state, "pending");
  });

  it("show in lists what a message without text holds", async () => {
    const bench = createBench();
    await bench.webhook(withFiles("1", ["a.png", "b.png"]));
    await settle(bench);
    assert.equal((await bench.item("1"))?.lastText, "(2 pictures)");
  });

  it("that answer 404 at first are there three seconds later", async () => {
    let tries = 0;
    const bench = createBench({
      async fetch() {
        tries += 1;
        if (tries < 3) throw missing();
        return { contentType: "image/png", content: Buffer.from("late") };
      },
    });
    await bench.webhook(withFiles("1", ["cat.png"]));
    await settle(bench);
    assert.equal(filesOf(bench)[0]?.state, "pending");
    for (let i = 0; i < 3; i++) {
      await bench.pass(1_000);
      await settle(bench);
    }
    assert.equal(filesOf(bench)[0]?.state, "stored");
    assert.equal(tries, 3);
  });

  it("that stay away are given up with words for the agent, the text kept", async () => {
    const bench = createBench({ fetch: () => Promise.reject(missing()) });
    await bench.webhook(withFiles("1", ["cat.png"], { text: "look" }));
    for (let i = 0; i < 12; i++) {
      await settle(bench);
      await bench.pass(60_000);
    }
    await settle(bench);
    assert.deepEqual(filesOf(bench), [
      { contentType: "image/*", name: "cat.png", state: "failed", reason: "It is not there." },
    ]);
    assert.equal(bench.inbound("1")[0]?.activity.text, "look");
    assert.deepEqual(bench.effects(), []);
  });

  it("that the guard refuses are refused, each by itself", async () => {
    const bench = createBench({
      async fetch({ url }) {
        if (url.endsWith("bad.png"))
          throw new ChannelError("CHANNEL_REFUSED", "The file is larger than 25 MB.", { retryable: false });
        return { contentType: "image/png", content: Buffer.from("fine") };
      },
    });
    await bench.webhook(withFiles("1", ["bad.png", "good.png"]));
    await settle(bench);
    assert.deepEqual(
      filesOf(bench).map(({ state, reason }) => [state, reason]),
      [
        ["refused", "The file is larger than 25 MB."],
        ["stored", undefined],
      ],
    );
  });

  it("are not fetched where the instance takes none, and the agent sees why", async () => {
    let asked = 0;
    const bench = createBench({
      instances: [{ externalId: "2000", values: { customerAttachments: "off" } }],
      fetch: async () => {
        asked += 1;
        return { contentType: "image/png", content: Buffer.from("x") };
      },
    });
    await bench.webhook(withFiles("1", ["cat.png"], { text: "look" }));
    await settle(bench);
    assert.equal(asked, 0);
    const [file] = filesOf(bench);
    assert.equal(file?.state, "refused");
    assert.match(file.reason ?? "", /switched off/);
  });

  it("are fetched by the next process when the first died before", async () => {
    const first = createBench({ fetch: () => new Promise(() => {}) });
    await first.webhook(withFiles("1", ["cat.png"]));
    await settle(first);
    const second = createBench({ store: first.store, clock: first.clock, serverId: "server~2" });
    await second.pipeline.start();
    await settle(second);
    assert.equal(filesOf(second)[0]?.state, "stored");
    assert.equal(second.media.files.size, 1);
  });

  it("leave with a message that the customer deletes, before and after they came", async () => {
    const bench = createBench();
    await bench.webhook(withFiles("1", ["cat.png"], { key: "m1", text: "oops" }));
    await settle(bench);
    assert.equal(bench.media.files.size, 1);
    await bench.webhook(deed("1", "messageDelete", { replyToId: "m1", text: "Deleted a message" }));
    await settle(bench);
    assert.equal(bench.media.files.size, 0);
    const [message] = bench.inbound("1");
    assert.equal(message?.activity.text, "");
    assert.equal(message.files, undefined);
    assert.doesNotMatch(JSON.stringify(message), /oops|cat\.png/);
    assert.ok(message.deletedAt);
    assert.equal(bench.inbound("1")[1]?.conversationId, conversationOf("1"));
  });

  it("leave no copy when the customer deletes the message while they are fetched", async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const bench = createBench({
      async fetch() {
        await arrived;
        return { contentType: "image/png", content: Buffer.from("secret") };
      },
    });
    await bench.webhook(withFiles("1", ["cat.png"], { key: "m1" }));
    await settle(bench);
    await bench.webhook(deed("1", "messageDelete", { replyToId: "m1", text: "Deleted a message" }));
    await settle(bench);
    arrive();
    await settle(bench);
    assert.equal(bench.media.files.size, 0);
    assert.deepEqual(bench.effects(), []);
  });

  it("do not pile up in memory while their storage is slow", async () => {
    let fetched = 0;
    const bench = createBench({
      async fetch() {
        fetched += 1;
        return { contentType: "image/png", content: Buffer.from("x") };
      },
    });
    bench.media.store.put = () => new Promise(() => {});
    for (let n = 1; n <= 10; n += 1) await bench.webhook(withFiles(String(n), ["cat.png"]));
    await settle(bench);
    assert.equal(fetched, 4);
  });
});
