import assert from "node:assert/strict";
import type { MessageView } from "../../../src/desk/contract";
import { layOut } from "../../../src/web/desk/logLayout";
import { buildMessage } from "./buildMessage";

describe("layout of the transcript", () => {
  const reaction = (seq: number, emoji: string, part: Partial<MessageView> = {}): MessageView =>
    buildMessage({
      seq,
      kind: "event",
      event: "reaction",
      text: `Reacted with ${emoji}`,
      replyToId: "m1",
      reaction: { emoji, removed: false },
      ...part,
    });
  const lay = (all: MessageView[], shown = all) => layOut({ all, shown }, "ana", "Gilda");

  it("puts a reaction on its message instead of a row of its own", () => {
    const entries = lay([buildMessage({ seq: 1 }), reaction(2, "👍")]);
    assert.equal(entries.length, 1);
    assert.deepEqual(entries[0]?.reactions, [{ emoji: "👍", authors: ["Gilda"] }]);
  });

  it("lets a person's later reaction take the place of the earlier, and takes off what was taken back", () => {
    const target = buildMessage({ seq: 1 });
    const off = (emoji: string) => ({ reaction: { emoji, removed: true } });
    assert.deepEqual(lay([target, reaction(2, "👍"), reaction(3, "😢")])[0]?.reactions, [
      { emoji: "😢", authors: ["Gilda"] },
    ]);
    assert.equal(lay([target, reaction(2, "👍"), reaction(3, "👍", off("👍"))])[0]?.reactions, undefined);
    assert.equal(lay([target, reaction(2, "👍"), reaction(3, "", off(""))])[0]?.reactions, undefined);
    // The removal of an earlier one came late.
    assert.equal(lay([target, reaction(2, "😢"), reaction(3, "👍", off("👍"))])[0]?.reactions?.length, 1);
  });

  it("adds up what several people put on a message", () => {
    const page = { author: { kind: "external" as const, id: "p", name: "Shop" } };
    const [entry] = lay([buildMessage({ seq: 1 }), reaction(2, "👍"), reaction(3, "👍", page)]);
    assert.deepEqual(entry?.reactions, [{ emoji: "👍", authors: ["Gilda", "Shop"] }]);
  });

  it("shows the event where its message is not drawn or not known", () => {
    const all = [buildMessage({ seq: 1 }), reaction(2, "👍"), reaction(3, "😢", { replyToId: "elsewhere" })];
    assert.deepEqual(
      lay(all, all.slice(1)).map(({ message }) => message.id),
      ["m2", "m3"],
    );
    assert.deepEqual(
      lay(all).map(({ message }) => message.id),
      ["m1", "m3"],
    );
  });

  it("drops an edit's row beside the edited message", () => {
    const edited = buildMessage({ seq: 1, text: "Hallo", editedAt: "2026-11-21T10:01:00.000Z" });
    assert.equal(
      lay([edited, buildMessage({ seq: 2, kind: "event", event: "edit", replyToId: "m1" })]).length,
      1,
    );
  });

  it("quotes what a message answers, also where that is not drawn", () => {
    const all = [buildMessage({ seq: 1 }), buildMessage({ seq: 2, replyToId: "m1" })];
    assert.deepEqual(lay(all, all.slice(1))[0]?.answers, { message: all[0], author: "Gilda" });
    assert.equal(lay([buildMessage({ seq: 2, replyToId: "gone" })])[0]?.answers, "elsewhere");
    assert.equal(lay(all)[0]?.answers, undefined);
  });

  it("lets an agent join again after the helper had it; giving it back is not joining", () => {
    const ana = { kind: "agent" as const, id: "ana2", name: "Ana" };
    const back = {
      kind: "event" as const,
      event: "handoff.status",
      author: { ...ana, id: "sam", name: "Sam" },
    };
    const entries = lay([
      buildMessage({ seq: 1, author: ana, direction: "out" }),
      buildMessage({ seq: 2, ...back }),
      buildMessage({ seq: 3, author: ana, direction: "out" }),
    ]);
    assert.deepEqual(
      entries.map(({ dividers }) => dividers.filter((text) => text.endsWith("joined"))),
      [["Ana joined"], [], ["Ana joined"]],
    );
  });
});
