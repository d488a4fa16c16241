import assert from "node:assert/strict";
import { fillSlugs, slugsIn } from "../../src/core/slugs";

describe("fillSlugs", () => {
  it("fills in values and variables, numbers too", () => {
    const text = "Hello {CustomerName}, order {$orderNo$} of {$order date$} is number {Position}.";
    const values = { CustomerName: "Gilda", Position: 2 };
    const variables = { orderNo: 7, "order date": "Monday" };
    assert.equal(fillSlugs(text, values, variables), "Hello Gilda, order 7 of Monday is number 2.");
  });

  it("makes nothing of what is unknown, undefined or only inherited", () => {
    assert.equal(fillSlugs("[{Nobody}{Name}{$no$}{constructor}{$toString$}]", { Name: undefined }), "[]");
  });

  it("does not take a variable for a value, nor a value for a variable", () => {
    assert.equal(fillSlugs("[{A}{$A$}]", { A: "value" }), "[value]");
    assert.equal(fillSlugs("[{A}{$A$}]", {}, { A: "variable" }), "[variable]");
  });

  it("does not read again what it has filled in", () => {
    assert.equal(fillSlugs("{A}", { A: "{B} $& $1", B: "b" }), "{B} $& $1");
  });

  it("leaves braces around other things, and doubled ones", () => {
    for (const text of ["{ }", "{}", "{1}", '{"a": 1}', "{{1}}", "{{A}}", "{A", "A}", "{$A}", "{A$}"])
      assert.equal(fillSlugs(text, { A: "a" }, { A: "a" }), text);
  });
});

describe("slugsIn", () => {
  it("names each slug once, without variables and doubled braces", () => {
    assert.deepEqual(slugsIn("{A} {B} {A} {$C$} {{D}} {1}"), ["A", "B"]);
  });
});
