import assert from "node:assert/strict";
import { explainParseError, nearestField } from "../../src/expressions/explain";
import { functionNames } from "../../src/expressions/library";

describe("explainParseError", () => {
  it("counts characters from one", () => {
    assert.equal(
      explainParseError(new Error("syntax error at line 1:26 Invalid expression format.")),
      "Cannot read the expression near character 27.",
    );
  });
  it("names an unknown function", () => {
    assert.equal(
      explainParseError(new Error("foo does not have an evaluator, it's not a built-in function")),
      'Unknown function "foo".',
    );
  });
  it("keeps the first line of anything else", () => {
    assert.equal(explainParseError(new Error("too deep\nat x")), "too deep");
  });
});

describe("nearestField", () => {
  it("prefers a field with the same last word", () => {
    assert.equal(nearestField("NAME", ["customer.id", "customer.name"]), "customer.name");
  });
  it("prefers the nearest of these", () => {
    assert.equal(
      nearestField("custmer.name", ["activity.from.name", "contact.name", "customer.name"]),
      "customer.name",
    );
  });
  it("allows three letters of difference and no more", () => {
    assert.equal(nearestField("customer.lokal", ["customer.locale"]), "customer.locale");
    assert.equal(nearestField("weather", ["customer.locale"]), undefined);
  });
});

describe("functionNames", () => {
  it("lists what may be used, sorted, and nothing else", () => {
    const names = functionNames();
    assert.deepEqual(names, [...names].sort());
    assert.ok(names.includes("hasWord") && names.includes("contains"));
    assert.ok(!names.includes("json") && !names.includes("range"));
  });
});
