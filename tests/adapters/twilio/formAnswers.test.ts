import assert from "node:assert/strict";
import { readAnswers } from "../../../src/adapters/twilio/formAnswers";

const read = (value: unknown) => readAnswers(typeof value === "string" ? value : JSON.stringify(value));

describe("Twilio readAnswers", () => {
  it("reads the answers of a flow, without its token", () => {
    const response_json = JSON.stringify({
      flow_token: "secret-token",
      screen_0_First_name_0: "Tom",
      screen_0_Topics_1: ["Orders", "Returns"],
      address: { city: "Delft", house_number: 7 },
    });
    const answers = read({ type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json } });
    assert.equal(
      answers?.text,
      "First name: Tom\nTopics: Orders, Returns\naddress, city: Delft\naddress, house number: 7",
    );
  });
  it("takes a tapped button and a list entry for a choice", () => {
    for (const given of [
      { type: "button_reply", button_reply: { id: "track", title: "Track my order" } },
      { list_reply: { id: "track", title: "Track my order", description: "…" } },
      { id: "track", title: "Track my order" },
    ]) {
      assert.deepEqual(read(given), { text: "Track my order", value: "track" });
    }
  });
  it("reads shapes that nobody announced", () => {
    assert.equal(read({ a: { b: [{ c: 1 }, { c: true }] } })?.text, "a, b, c: 1\na, b, c: true");
    assert.equal(read('"just text"')?.text, "just text");
    assert.equal(read("[1,2]")?.text, "1, 2");
    assert.equal(read({ type: "x", x: null, y: "z" })?.text, "type: x\ny: z");
  });
  it("gives up on what is no JSON, too long or too deep", () => {
    for (const text of ["", "{", "null", "x".repeat(100), `"${"x".repeat(100_001)}"`]) {
      assert.equal(readAnswers(text), undefined);
    }
    const deep = JSON.parse(`${"[".repeat(50)}{"a":1}${"]".repeat(50)}`) as unknown;
    assert.equal(read(deep)?.text, "");
    const wide = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`q${n}`, "x".repeat(600)]));
    const text = read(wide)?.text ?? "";
    assert.equal(text.split("\n").length, 60);
    assert.ok(text.length < 60 * 520);
  });
});
