import assert from "node:assert/strict";
import { type Meter, silentMeter } from "../../src/core/metricTable";
import { storeDown } from "../support/memoryStore";
import { createBench, message, WITH_HELPER } from "./bench";

describe("inbox", () => {
  it("stores a repeated item once and works it once", async () => {
    const bench = createBench(WITH_HELPER);
    await Promise.all(Array.from({ length: 50 }, () => bench.webhook(message("1", "hi", { key: "same" }))));
    await bench.quiet();
    assert.equal(bench.inbound("1").length, 1);
    assert.equal(bench.turns.length, 1);
    assert.equal(bench.sent.length, 1);
  });

  it("tells how late a message was when it was stored, and nothing of repeats", async () => {
    const lags: number[] = [];
    const meter: Meter = {
      ...silentMeter,
      time: (name, _labels, ms) => void (name === "switchboard_webhook_lag_seconds" && lags.push(ms)),
    };
    const bench = createBench({ meter });
    const sent = { ...message("1", "hello", { key: "same" }), occurredAt: bench.clock.now() - 3_000 };
    await bench.webhook(sent);
    bench.clock.advance(60_000);
    await bench.webhook(sent);
    assert.deepEqual(lags, [3_000]);
  });

  it("keeps what nobody configured as a dead letter that says why", async () => {
    const bench = createBench();
    assert.deepEqual(await bench.webhook(message("1", "hi", { page: "9999" })), { status: 200 });
    await bench.quiet();
    const { items } = await bench.pipeline.deadLetters.list({});
    assert.equal(items.length, 1);
    assert.equal(items[0]?.doc.status, "dead");
    assert.equal(items[0].doc.deadReason?.code, "INSTANCE_UNKNOWN");
    assert.match(items[0].doc.deadReason.message, /facebook 9999/);
    assert.equal(items[0].doc.due, undefined);
    assert.equal(bench.store.all("routing").length, 0);
  });

  it("keeps a body that cannot be read, whole, and answers 200", async () => {
    const bench = createBench();
    const body = Buffer.from('{"not":"a list"}');
    const reply = await bench.pipeline.receiver.receive("facebook", "shop", {
      method: "POST",
      url: "/",
      headers: { signed: "yes" },
      body,
    });
    assert.equal(reply.status, 200);
    const [dead] = (await bench.pipeline.deadLetters.list({})).items;
    assert.equal(dead?.doc.activity.channelData, '{"not":"a list"}');
    assert.equal(dead?.doc.deadReason?.code, "CHANNEL_UNSUPPORTED");
  });

  it("stores nothing that is not signed", async () => {
    const bench = createBench();
    await assert.rejects(
      bench.pipeline.receiver.receive("facebook", "shop", {
        method: "POST",
        url: "/",
        headers: {},
        body: Buffer.from("[]"),
      }),
      { code: "WEBHOOK_BAD_SIGNATURE" },
    );
    await assert.rejects(
      bench.pipeline.receiver.receive("facebook", "other", {
        method: "POST",
        url: "/",
        headers: {},
        body: Buffer.from("[]"),
      }),
      { code: "NOT_FOUND" },
    );
    assert.deepEqual(bench.store.purposes, []);
  });

  it("throws when one item of a batch could not be stored, after the others were; sent again, all is there once", async () => {
    const bench = createBench(WITH_HELPER);
    let calls = 0;
    bench.store.before = ({ purpose }) => {
      if (purpose === "receive" && ++calls === 1) throw storeDown();
    };
    const batch = ["a", "b", "c"].map((text) => message("1", text, { key: text }));
    await assert.rejects(bench.webhook(...batch), { code: "STORE_UNAVAILABLE" });
    assert.equal(calls, 3);
    await bench.webhook(...batch);
    await bench.pipeline.sweep.run();
    await bench.pass(11_000);
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.deepEqual(
      bench.inbound("1").map(({ status }) => status),
      ["worked", "worked", "worked"],
    );
    assert.equal(bench.sent.length, 3);
  });

  it("and receipts that fail together reject the webhook and nothing else", async () => {
    const bench = createBench();
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", listen);
    bench.store.before = () => {
      throw storeDown();
    };
    const receipt = {
      kind: "receipt",
      channel: "facebook",
      instanceExternalId: "2000",
      customerId: "1",
      status: "read",
      upTo: 5,
    } as const;
    await assert.rejects(bench.webhook(receipt, receipt, message("1", "hi")), { code: "STORE_UNAVAILABLE" });
    await bench.pass(0);
    process.off("unhandledRejection", listen);
    assert.deepEqual(unhandled, []);
  });
});
