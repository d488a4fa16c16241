import assert from "node:assert/strict";
import type { Channel } from "../../src/core/channel";
import type { Masking } from "../../src/desk/masking";
import { type Surroundings, toConversationView } from "../../src/desk/present";
import { toMessageViews } from "../../src/desk/presentMessage";
import { conversationOf, createBench, message, WITH_HELPER } from "../pipeline/bench";
import { buildSeed } from "../routing/bench";

const PLAIN: Masking = { mask: (text) => text };

const around = (channel: Channel | undefined): Surroundings => ({
  channel,
  values: undefined,
  health: { state: "ok" },
  masking: PLAIN,
  helper: "off",
  now: 0,
});

describe("presenters", () => {
  it("show a conversation's facts and nothing of the machinery", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    const item = await bench.item("1");
    assert.ok(item);
    const channel = { definition: { window: { hours: 24, closedText: "shut" } } } as Channel;
    const view = toConversationView(item, around(channel));
    assert.equal(view.id, conversationOf("1"));
    assert.equal(view.windowClosesAt, "2026-11-22T09:00:00.000Z");
    assert.equal(toConversationView(item, around(undefined)).windowClosesAt, null);
    for (const hidden of ["sk", "due", "epoch", "units", "declined", "threadId", "routed"])
      assert.equal(hidden in view, false, hidden);
    const { id, ...facts } = view.customer;
    assert.equal(id, "1");
    assert.deepEqual(new Set(Object.values(facts)), new Set([null]));
  });

  it("show what the customer answered, comments masked as their other words", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    const item = await bench.item("1");
    assert.ok(item);
    const survey = { surveyId: "after", answers: { stars: 4, comment: "call 123" }, complete: true, at: 0 };
    const masking: Masking = {
      mask: (text, whose) => (whose === "customer" ? text.replace(/\d/g, "#") : text),
    };
    assert.deepEqual(toConversationView({ ...item, survey }, { ...around(undefined), masking }).survey, {
      surveyId: "after",
      answers: { stars: 4, comment: "call ###" },
      complete: true,
      at: "1970-01-01T00:00:00.000Z",
    });
    assert.equal(toConversationView(item, around(undefined)).survey, null);
  });

  it("show no end of a window that never began", async () => {
    const { lastInboundAt: _gone, ...seed } = buildSeed(1);
    const bench = createBench();
    await bench.say("1", "hi");
    const item = await bench.item("1");
    assert.ok(item);
    const { lastInboundAt: _at, ...rest } = { ...item, ...seed };
    assert.equal(
      toConversationView(rest, around({ definition: { window: { hours: 24, closedText: "" } } } as Channel))
        .windowClosesAt,
      null,
    );
  });

  it("show messages with author and status, never the platform's raw data", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.webhook(message("1", "hi", { name: "Gilda" }));
    await bench.webhook({
      kind: "unsupported",
      channel: "facebook",
      instanceExternalId: "2000",
      customerId: "1",
      key: "s",
      reason: "a sticker",
      raw: { token: "secret" },
    });
    await bench.webhook({ ...(message("1", "from the inbox") as object), kind: "echo" } as never);
    await bench.quiet();
    const views = toMessageViews(bench.messages("1"), PLAIN);
    assert.deepEqual(
      views.map(({ direction, author, status }) => [direction, author.kind, status]),
      [
        ["in", "customer", "worked"],
        ["out", "bot", "accepted"],
        ["in", "customer", "worked"],
        ["out", "bot", "accepted"],
        ["out", "external", "accepted"],
      ],
    );
    assert.equal(views[0]?.author.name, "Gilda");
    assert.deepEqual(
      [views[2]?.kind, views[2]?.event, views[2]?.text],
      ["event", "unsupported", "Sent something that cannot be shown here: a sticker."],
    );
    assert.doesNotMatch(JSON.stringify(views), /secret|channelData|providerIds/);
  });
});
