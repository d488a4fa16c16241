import assert from "node:assert/strict";
import { fullTrace, toTraceViews } from "../../src/desk/presentTrace";

describe("fullTrace", () => {
  const closed = { state: "closed", holder: "agent" } as const;
  const entry = { at: 5, kind: "closed" as const, text: "Closed." };

  it("puts sessions between what routing wrote down, in the order of time", () => {
    const sessions = [
      { agentId: "ana", how: "offer" as const, offeredAt: 1, endedAt: 2, closure: "agentTimedOut" as const },
      { agentId: "ben", how: "assign" as const, acceptedAt: 3, endedAt: 5, closure: "agentClosed" as const },
    ];
    assert.deepEqual(
      fullTrace([{ at: 0, kind: "rules", text: "To a queue." }, entry], {
        item: { ...closed, sessions },
        now: 9,
      }).map(({ text }) => text),
      ["To a queue.", "Offered to ana: ran out.", "ben: was assigned it.", "Closed."],
    );
  });

  it("of a conversation that an older version closed is what was written down", () => {
    assert.deepEqual(fullTrace([entry], { item: closed, now: 9 }), [entry]);
  });

  it("tells that nobody works there, only while it waits", () => {
    const told = (state: "open" | "active") =>
      fullTrace([], { item: { state, holder: "queue", sessions: [] }, waits: [], now: 9 }).map(
        ({ text }) => text,
      );
    assert.deepEqual(told("open"), ["It waits; nobody works in its queue now."]);
    assert.deepEqual(told("active"), []);
  });
});

describe("toTraceViews", () => {
  it("hides words and numbers wherever they stand, each looked at once, and keeps the rest", () => {
    const asked: string[] = [];
    const mask = (text: string, whose: string): string => {
      asked.push(`${whose}: ${text}`);
      return text.replace(/secret|4111/g, "####");
    };
    const entry = {
      at: 1,
      kind: "rules" as const,
      text: "a secret",
      details: {
        read: [{ values: { a: "secret", b: 4111, c: 7, d: true, e: null } }, { values: { a: "secret" } }],
      },
    };
    assert.deepEqual(toTraceViews([entry, { at: 2, kind: "closed", text: "end" }], { mask }), [
      {
        at: 1,
        kind: "rules",
        text: "a ####",
        details: {
          read: [{ values: { a: "####", b: "####", c: 7, d: true, e: null } }, { values: { a: "####" } }],
        },
      },
      { at: 2, kind: "closed", text: "end" },
    ]);
    assert.deepEqual(asked, [
      "customer: a secret",
      "customer: secret",
      "customer: 4111",
      "customer: 7",
      "customer: end",
    ]);
  });
});
