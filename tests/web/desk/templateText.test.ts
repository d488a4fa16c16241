import assert from "node:assert/strict";
import { fillTemplate, isFilled } from "../../../src/web/desk/templateText";

describe("filling a template", () => {
  it("fills numbered and named variables and leaves what is missing as it stands", () => {
    assert.equal(
      fillTemplate("Hello {{1}}, your {{ thing }} for {{3}}.", { 1: " Omar ", thing: "chair", 3: " " }),
      "Hello Omar, your chair for {{3}}.",
    );
  });

  it("takes values as they are", () => {
    assert.equal(fillTemplate("{{1}} {{2}}", { 1: "{{2}}", 2: "$&" }), "{{2}} $&");
    assert.equal(fillTemplate("{{constructor}}", {}), "{{constructor}}");
  });

  it("knows when every variable has something in it", () => {
    const template = {
      id: "a",
      name: "a",
      language: "en",
      text: "",
      variables: [{ name: "1", sample: "" }],
      approved: true,
      reason: null,
    };
    assert.equal(isFilled(template, {}), false);
    assert.equal(isFilled(template, { 1: "  " }), false);
    assert.equal(isFilled(template, { 1: "x" }), true);
  });
});
