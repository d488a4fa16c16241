import assert from "node:assert/strict";
import { insertText } from "../../../src/web/desk/insertText";

describe("insertText", () => {
  it("puts a text at the caret, which then stands behind it", () => {
    assert.deepEqual(insertText("Hi , bye", "Ana", { from: 3, to: 3 }), { draft: "Hi Ana, bye", caret: 6 });
    assert.deepEqual(insertText("", "Hello", { from: 0, to: 0 }), { draft: "Hello", caret: 5 });
  });

  it("takes the place of what is selected", () => {
    assert.deepEqual(insertText("Hi Bob!", "Ana", { from: 3, to: 6 }), { draft: "Hi Ana!", caret: 6 });
  });
});
