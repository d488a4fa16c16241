import assert from "node:assert/strict";
import type { Activity } from "../../../src/core/activity";
import { understand } from "../../../src/pipeline/plan/choices";
import { assignTo } from "../../../src/routing/sessions";
import { conversationOf, createBench, say, WITH_HELPER } from "../bench";

const OFFERED = [
  { title: "Billing", value: "billing" },
  { title: "Something else", value: "other" },
];
const typed = (text: string, more: Partial<Activity> = {}): Activity => ({
  type: "message",
  channelId: "sms",
  from: { id: "1" },
  recipient: { id: "2" },
  conversation: { id: "3" },
  text,
  ...more,
});

describe("choices", () => {
  for (const [text, value] of [
    ["2", "other"],
    [" 2. ", "other"],
    ["(1)", "billing"],
    ["#1", "billing"],
    ["something ELSE", "other"],
    ["3", undefined],
    ["0", undefined],
    ["12 months", undefined],
    ["", undefined],
  ] as const) {
    it(`take ${JSON.stringify(text)} for ${value ?? "what it says"}`, () => {
      assert.equal(understand(typed(text), OFFERED)?.value, value);
    });
  }

  it("leave a tap its own value", () => {
    assert.equal(understand(typed("1", { value: "own" }), OFFERED), undefined);
  });

  it("reach the helper as what they stand for, and the transcript as they were typed", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      bot: ({ activity }) => ({
        sends:
          activity.value === undefined
            ? [{ ...say("What is it about?"), suggestedActions: { actions: [...OFFERED] } }]
            : [say(`${activity.text} = ${activity.value}`)],
      }),
    });
    await bench.say("1", "hi");
    await bench.say("1", "2");
    assert.equal(bench.sent.at(-1)?.text, "Something else = other");
    const answer = bench.inbound("1").at(-1);
    assert.equal(answer?.activity.text, "2");
    assert.equal(answer.understood, "Something else");
    assert.equal((await bench.head("1"))?.choices, undefined, "the offer is over");
  });

  it("of an agent are understood for the agent too", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await bench.pipeline.outbox.add({
      conversationId: conversationOf("1"),
      agent: { id: "ana", name: "Ana" },
      text: "Which colour?",
      choices: ["Red", "Blue"],
    });
    await bench.quiet();
    await bench.say("1", "2");
    assert.equal(bench.inbound("1").at(-1)?.understood, "Blue");
  });
});
