import assert from "node:assert/strict";
import type { Channel } from "../../../src/core/channel";
import { replyWindow } from "../../../src/pipeline/send/replyWindow";

const HOUR = 3_600_000;
const CLOSED = "This conversation has exceeded the 24 hour limit to respond to the customer.";
const channel = (templates: boolean, person = true): Channel =>
  ({
    definition: {
      window: {
        hours: 24,
        closedText: CLOSED,
        ...(person ? { person: { hours: 168, field: "humanAgentTag" } } : {}),
      },
      abilities: { templates },
    },
  }) as Channel;

function at(hours: number, values: Record<string, string> = {}, of = channel(false)) {
  return replyWindow({ channel: of, values, lastInboundAt: 0, now: hours * HOUR });
}

describe("the reply window", () => {
  it("is open to the last millisecond and shut after it", () => {
    assert.equal(at(24).state, "open");
    assert.equal(at(24 + 1e-6).state, "closed");
  });
  it("says the exact words first, then what is still possible", () => {
    const shut = at(25);
    assert.ok(shut.state === "closed" && shut.text.startsWith(CLOSED));
    const templates = at(25, {}, channel(true));
    assert.ok(templates.state === "closed" && /template/.test(templates.text));
  });
  it("stays open for a person for seven days where the tag is on", () => {
    const on = { humanAgentTag: "on" };
    assert.equal(at(25, on).state, "humanAgent");
    assert.equal(at(168, on).state, "humanAgent");
    assert.equal(at(168.1, on).state, "closed");
    assert.equal(at(25, { humanAgentTag: "off" }).state, "closed");
    assert.equal(at(25, on, channel(false, false)).state, "closed");
  });
  it("is none without a channel's window, or before the customer ever wrote", () => {
    const bare = { channel: undefined, values: undefined, now: 0 };
    assert.equal(replyWindow({ ...bare, lastInboundAt: 0 }).state, "none");
    assert.equal(replyWindow({ ...bare, channel: channel(false), lastInboundAt: undefined }).state, "none");
  });
});
