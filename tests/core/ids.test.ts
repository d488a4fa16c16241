import assert from "node:assert/strict";
import fc from "fast-check";
import { hashId, newId, threadOf, toConversationId, toThreadId } from "../../src/core/ids";
import { toInstanceId } from "../../src/core/settings";

describe("ids", () => {
  it("are made of characters that every store keeps, whatever the natural key", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) =>
        assert.match(hashId("in", a, b), /^in~[A-Za-z0-9_-]{27}$/),
      ),
    );
  });

  it("tell keys apart where one part ends and the next begins", () => {
    assert.notEqual(hashId("in", "ab", "c"), hashId("in", "a", "bc"));
    assert.equal(hashId("in", "a", "b"), hashId("in", "a", "b"));
  });

  it("lead from a conversation back to its thread, and from nothing else", () => {
    const thread = toThreadId("sms", "+1425", "+1206");
    assert.equal(threadOf(toConversationId(thread, 12)), thread);
    for (const text of [
      "",
      thread,
      `${thread}.`,
      `${thread}.x`,
      `${thread}.1.2`,
      `x${thread}.1`,
      "t~short.1",
      `${thread}.1\n`,
    ])
      assert.equal(threadOf(text), undefined, text);
  });

  it("differ by customer, by our page and by channel", () => {
    const ids = [
      toThreadId("sms", "1", "2"),
      toThreadId("sms", "2", "1"),
      toThreadId("whatsapp", "1", "2"),
      toThreadId("sms", "1", "3"),
    ];
    assert.equal(new Set(ids).size, 4);
  });

  it("that are new are never the same", () => {
    assert.equal(new Set(Array.from({ length: 1000 }, () => newId("x"))).size, 1000);
  });

  it("of instances keep numbers and addresses readable", () => {
    assert.equal(toInstanceId("sms", "+14255550100"), "sms~+14255550100");
    assert.equal(toInstanceId("x", "a/b?c#d"), "x~a_b_c_d");
  });
});
