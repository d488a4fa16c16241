import assert from "node:assert/strict";
import type { Activity } from "../../src/core/activity";
import { readHandoff } from "../../src/dialogs/handoff";

const activity = (more: Partial<Activity>): Activity => ({
  type: "message",
  channelId: "facebook",
  from: { id: "1" },
  recipient: { id: "2" },
  conversation: { id: "t" },
  ...more,
});

describe("readHandoff", () => {
  it("finds nothing in plain messages and other events", () => {
    for (const plain of [
      activity({ text: "Escalate" }),
      activity({ type: "event", name: "handoff.status" }),
      activity({ channelData: { tags: "Escalate" } }),
      activity({ channelData: { tags: "[1" } }),
      activity({ channelData: null }),
    ]) {
      assert.equal(readHandoff(plain), undefined);
    }
  });

  it("reads tags as JSON text or as an object", () => {
    const wanted = { kind: "escalate", wish: {}, context: { a: 1 }, silent: true };
    for (const tags of [
      { type: "Escalate", context: { a: 1 } },
      JSON.stringify({ type: "Escalate", context: { a: 1 } }),
    ]) {
      assert.deepEqual(readHandoff(activity({ channelData: { tags } })), wanted);
    }
  });

  it("matches the command by case", () => {
    assert.equal(readHandoff(activity({ channelData: { tags: { type: "escalate" } } })), undefined);
  });

  it("takes a bridged text for the customer's, not for a summary", () => {
    const sign = readHandoff(
      activity({ text: "Hold on", channelData: { tags: { type: "Escalate" }, deliveryMode: "bridged" } }),
    );
    assert.deepEqual(sign, { kind: "escalate", wish: {}, context: {}, silent: false });
  });

  it("keeps texts and numbers of the context, at most a hundred", () => {
    const context = {
      ...Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`k${n}`, n])),
      no: true,
      list: [1],
    };
    const sign = readHandoff(activity({ type: "event", name: "handoff.initiate", value: { context } }));
    assert.equal(Object.keys(sign?.kind === "escalate" ? sign.context : {}).length, 100);
  });

  it("wishes for no queue when it is empty or no text", () => {
    for (const queue of ["", 5, undefined]) {
      const sign = readHandoff(activity({ type: "event", name: "handoff.initiate", value: { queue } }));
      assert.deepEqual(sign?.kind === "escalate" && sign.wish, {});
    }
  });

  it("takes what else stands in the value for variables, those of its context first", () => {
    const value = {
      queue: "q",
      summary: "s",
      level: 1,
      topic: "a",
      nested: { a: 1 },
      context: { topic: "b" },
    };
    const sign = readHandoff(activity({ type: "event", name: "handoff.initiate", value }));
    assert.deepEqual(sign?.kind === "escalate" && sign.context, { level: 1, topic: "b" });
  });

  it("reads skills in both dialects, beside the context or in it, as an object or its JSON text", () => {
    const skills = { billing: 3, bad: 11, half: 2.5, text: "4", "": 1 };
    const wanted = { skills: { billing: 3 } };
    const initiate = (value: object) => activity({ type: "event", name: "handoff.initiate", value });
    const escalate = (more: object) => activity({ channelData: { tags: { type: "Escalate", ...more } } });
    for (const [index, said] of [
      initiate({ skills }),
      initiate({ context: { skills, a: 1 } }),
      escalate({ context: { skills: JSON.stringify(skills), a: 1 } }),
      escalate({ skills }),
    ].entries()) {
      const sign = readHandoff(said);
      assert.deepEqual(sign?.kind === "escalate" && sign.wish, wanted, String(index));
      assert.ok(sign?.kind === "escalate" && !("skills" in sign.context));
    }
    assert.deepEqual(readHandoff(initiate({ skills: "none" })), readHandoff(initiate({})));
  });
});
