import assert from "node:assert/strict";
import { mergeTranscript, newestInbound, refreshFrom, staleTargets } from "../../../src/web/desk/transcript";
import { buildMessage } from "./buildMessage";

describe("transcript", () => {
  const edit = (seq: number, replyToId: string) =>
    buildMessage({ seq, kind: "event", event: "edit", replyToId });

  it("reads again from the oldest message whose file is still being fetched", () => {
    const pending = buildMessage({
      seq: 2,
      attachments: [
        {
          kind: "image",
          contentType: "image/*",
          name: null,
          bytes: null,
          state: "pending",
          reason: null,
          url: null,
        },
      ],
    });
    assert.equal(refreshFrom([buildMessage({ seq: 1 }), pending, buildMessage({ seq: 3 })]), 1);
    assert.equal(refreshFrom([buildMessage({ seq: 1 }), buildMessage({ seq: 3 })]), 3);
  });

  it("reads what a fresh edit or deletion has changed, once", () => {
    const known = [buildMessage({ seq: 1 }), buildMessage({ seq: 2 })];
    const fresh = [edit(3, "m1"), buildMessage({ seq: 4 })];
    assert.deepEqual(
      staleTargets(known, fresh).map((one) => one.id),
      ["m1"],
    );
    assert.deepEqual(staleTargets(mergeTranscript(known, fresh), fresh), []);
  });

  it("reads it again when the edit was known before it was worked", () => {
    const waiting = { ...edit(0, "m1"), id: "e", status: "received" as const };
    const known = [buildMessage({ seq: 1 }), waiting];
    assert.equal(staleTargets(known, [{ ...waiting, seq: 2, status: "worked" }]).length, 1);
  });

  it("reads nothing for a target that came along or is not there", () => {
    assert.deepEqual(staleTargets([], [buildMessage({ seq: 1 }), edit(2, "m1"), edit(3, "gone")]), []);
    const known = [buildMessage({ seq: 1 })];
    assert.deepEqual(staleTargets(known, [buildMessage({ seq: 1, text: "new" }), edit(2, "m1")]), []);
  });

  it("finds what the customer wrote last", () => {
    const messages = [buildMessage({ seq: 1 }), edit(2, "m1"), buildMessage({ seq: 3, direction: "out" })];
    assert.equal(newestInbound(messages)?.id, "m1");
    assert.equal(newestInbound([]), undefined);
  });
});
