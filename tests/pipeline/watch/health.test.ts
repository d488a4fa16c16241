import assert from "node:assert/strict";
import { ChannelError } from "../../../src/core/errors";
import { createBench, message, WITH_HELPER } from "../bench";

const PAGE = "facebook~2000";
const expired = () =>
  new ChannelError("CHANNEL_AUTH", "The page's token has expired.", { retryable: false, scope: "instance" });

describe("health", () => {
  it("turns red when the platform refuses the token, holds what waits, and sends it when mended", async () => {
    let dead = true;
    const bench = createBench({
      ...WITH_HELPER,
      send() {
        if (dead) throw expired();
        return {};
      },
    });
    await bench.say("1", "one");
    await bench.say("2", "two");
    assert.equal(bench.pipeline.health.of(PAGE).state, "error");
    assert.match(bench.pipeline.health.of(PAGE).text ?? "", /expired.*held/);
    assert.equal(bench.sent.length, 0);
    dead = false;
    bench.pipeline.resume(PAGE);
    await bench.quiet();
    assert.deepEqual(bench.sent.map(({ text }) => text).sort(), ["You said: one", "You said: two"]);
    assert.equal(bench.pipeline.health.of(PAGE).state, "ok");
  });

  it("outlives a restart", async () => {
    const first = createBench({
      ...WITH_HELPER,
      send() {
        throw expired();
      },
    });
    await first.say("1", "one");
    await first.pipeline.stop(0);
    const second = createBench({
      ...WITH_HELPER,
      store: first.store,
      clock: first.clock,
      serverId: "server~2",
    });
    await second.pipeline.start();
    await second.quiet();
    assert.equal(second.pipeline.health.of(PAGE).state, "error");
    // The restart tries again, and this time it goes through.
    await second.pass(61_000);
    await second.quiet();
    assert.equal(second.pipeline.health.of(PAGE).state, "ok");
    assert.equal(second.sent.length, 1);
  });

  it("keeps what the platform tells of the account, for each instance of the channel", async () => {
    const bench = createBench();
    await bench.webhook({
      kind: "notice",
      channel: "facebook",
      key: "n1",
      level: "error",
      code: "REVOKED",
      text: "The page took the permission back. Connect it again.",
    });
    assert.deepEqual(
      { ...bench.pipeline.health.of(PAGE), since: undefined },
      { state: "error", text: "The page took the permission back. Connect it again.", since: undefined },
    );
  });

  it("warns when webhooks are refused one after the other, until one is right", async () => {
    const bench = createBench();
    const refuse = () =>
      bench.pipeline.receiver
        .receive("facebook", "shop", { method: "POST", url: "/", headers: {}, body: Buffer.from("[]") })
        .catch(() => {});
    for (let i = 0; i < 3; i++) await refuse();
    assert.equal(bench.pipeline.health.of(PAGE).state, "warning");
    await bench.webhook(message("1", "hi"));
    assert.equal(bench.pipeline.health.of(PAGE).state, "ok");
    await bench.quiet();
  });

  it("lets a warning of the platform fade after a week", async () => {
    const bench = createBench();
    await bench.webhook({
      kind: "notice",
      channel: "facebook",
      instanceExternalId: "2000",
      key: "n1",
      level: "warning",
      code: "POLICY",
      text: "A message broke a rule.",
    });
    assert.equal(bench.pipeline.health.of(PAGE).state, "warning");
    await bench.pass(8 * 24 * 60 * 60 * 1000);
    assert.equal(bench.pipeline.health.of(PAGE).state, "ok");
  });
});

describe("credentials that were renewed at their source", () => {
  const withSecret = (secret: string) => ({
    id: "shop",
    provider: "facebook",
    name: "Shop",
    values: {},
    secrets: { applicationSecret: [secret] },
    publicUrls: [],
    instances: [],
  });

  it("are asked for when the platform refuses ours, and the message goes out at once", async () => {
    let refused = 0;
    const bench = createBench({
      ...WITH_HELPER,
      send() {
        refused += 1;
        if (refused === 1) throw expired();
        return {};
      },
      refresh: async () => withSecret("new"),
    });
    await bench.say("1", "hi");
    await bench.pass(1);
    await bench.quiet();
    assert.equal(bench.sent.length, 1);
    assert.equal(bench.pipeline.health.of(PAGE).state, "ok");
  });

  it("are asked for once when a webhook is not signed with ours", async () => {
    let asked = 0;
    const bench = createBench({
      refresh: async () => {
        asked += 1;
        return withSecret("new");
      },
    });
    await assert.rejects(
      bench.pipeline.receiver.receive("facebook", "shop", {
        method: "POST",
        url: "/",
        headers: {},
        body: Buffer.from("[]"),
      }),
      { code: "WEBHOOK_BAD_SIGNATURE" },
    );
    assert.equal(asked, 1);
  });
});
