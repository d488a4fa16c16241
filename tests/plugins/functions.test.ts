import assert from "node:assert/strict";
import { compileCondition, compileTemplate, type FieldCatalogue } from "../../src/expressions/compile";
import { functionNames } from "../../src/expressions/library";
import { registerFunctions } from "../../src/expressions/plugged";
import type { LoadedPlugins } from "../../src/plugins/loadPlugins";
import { toQuickFunction } from "../../src/plugins/quickFunctions";
import { createFakeClock } from "../support/clock";
import { fixture, load } from "./support";

const FIELDS: FieldCatalogue = {
  "customer.id": "text",
  "customer.timezone": "number",
  "context.*": "any",
};

describe("functions of plugins", () => {
  let plugins: LoadedPlugins;
  let forget: () => void;
  const clock = createFakeClock();
  before(async () => {
    plugins = await load({ names: [fixture("shop.cjs"), fixture("bad.cjs")], clock, threads: false });
    forget = registerFunctions(plugins.functions);
  });
  after(async () => {
    forget();
    await plugins.close();
  });

  const read = (text: string, scope: Record<string, unknown> = { customer: { id: "vip-1", timezone: 2 } }) =>
    compileCondition(text, FIELDS).evaluate(scope);
  const refuses = (text: string, message: RegExp) =>
    assert.throws(() => compileCondition(text, FIELDS), { code: "EXPRESSION_INVALID", message });

  it("are used like ours", () => {
    assert.deepEqual(read("isVip(customer.id)"), { value: true });
    assert.deepEqual(read("isVip(customer.id) && customer.timezone == 3"), { value: false });
    assert.deepEqual(read("grade(customer.id, 3) == 'vip'"), { value: true });
    assert.deepEqual(read("grade(customer.id) == 'v'"), { value: true });
    const template = compileTemplate("Class ${grade(customer.id, 3)}!", FIELDS);
    assert.equal(template.render({ customer: { id: "gold" } }), "Class gol!");
  });

  it("give a missing value for a missing value", () => {
    assert.deepEqual(read("isVip(customer.id)", { customer: {} }), { value: false });
    assert.deepEqual(read("grade(customer.id) == 'v'", {}), { value: false });
  });

  it("are checked at save, in words", () => {
    refuses("isVip()", /^isVip takes 1 value \(text\), not 0\.$/);
    refuses("grade('a', 1, 2) == 'a'", /^grade takes 1 to 2 values \(text, number\), not 3\.$/);
    refuses("isVip(5)", /^isVip: argument 1 must be text\.$/);
    refuses(
      "isVip(customer.timezone)",
      /^isVip: argument 1 must be text\. "customer\.timezone" is a number; write the value without quotes\.$/,
    );
    refuses(
      "grade(customer.id, isVip('a')) == 'a'",
      /argument 2 must be a number\. "isVip\(…\)" is true or false/,
    );
    refuses("grade(customer.id) == 5", /^"grade\(…\)" is text; put the value in quotes/);
    refuses("grade(customer.id)", /It must be true or false/);
    refuses("isVop(customer.id)", /Unknown function "isVop"\. Did you mean "isVip"\?/);
    refuses("hasWrd(customer.id, 'a')", /Unknown function "hasWrd"\. Did you mean "hasWord"\?/);
  });

  it("are checked in flight where the kind is not known before", () => {
    assert.deepEqual(read("isVip(context.who)", { context: { who: 5 } }), {
      error: "isVip: argument 1 must be text, not a number",
    });
    assert.deepEqual(read("badLies(context.who)", { context: { who: 5 } }), {
      error: "badLies: gave text instead of true or false",
    });
  });

  it("that throw or promise make the rule an error", () => {
    const scope = { context: { a: 1 } };
    assert.deepEqual(read("badThrows(context.a)", scope), { error: "badThrows: out of coffee" });
    assert.deepEqual(read("badPromise(context.a)", scope), {
      error: "badPromise: It gave a promise; a function for rules is never asynchronous.",
    });
  });

  it("that hang are ended, and switched off after five times", () => {
    const status = () => plugins.status()[1]?.parts.find(({ part }) => part === "functions.badHangs");
    const hangs = () => read("badHangs(context.a)", { context: { a: 1 } });
    for (let i = 0; i < 5; i++) assert.deepEqual(hangs(), { error: "badHangs: It took longer than 50 ms." });
    assert.equal(status()?.state, "off");
    assert.deepEqual(hangs(), { error: "badHangs: It was too slow and is switched off." });
    clock.advance(60_000);
    assert.deepEqual(hangs(), { error: "badHangs: It took longer than 50 ms." });
    assert.deepEqual(hangs(), { error: "badHangs: It was too slow and is switched off." });
  });

  it("that leak are ended too, and what they held is free again", () => {
    const text = "badLeaks(context.a)";
    assert.deepEqual(read(text, { context: { a: 1 } }), { error: "badLeaks: It took longer than 50 ms." });
    assert.deepEqual(read("isVip(customer.id)"), { value: true });
  });

  it("are asked once for the same values in one decision, and again in the next", async () => {
    let asked = 0;
    const count = { takes: ["text"], gives: "number", run: () => ++asked } as const;
    const { plugged } = toQuickFunction("functions.count", count, { clock, switchedOff: () => {} });
    assert.deepEqual([plugged.call(["a"]), plugged.call(["a"]), plugged.call(["b"])], [1, 1, 2]);
    await Promise.resolve();
    assert.equal(plugged.call(["a"]), 3);
    assert.deepEqual([plugged.call([{}]), plugged.call([{}])], [4, 5]);
  });

  it("are not told as ours in the docs", () => assert.ok(!functionNames().includes("isVip")));

  it("are replaced by later ones of the same name, and taken back by their own server only", () => {
    const later = registerFunctions(
      new Map([["isVip", { takes: ["text"], optional: 0, gives: "boolean", call: () => false }]]),
    );
    const compiled = compileCondition("isVip(customer.id)", FIELDS);
    assert.deepEqual(compiled.evaluate({ customer: { id: "vip-1" } }), { value: false });
    later();
    assert.deepEqual(compiled.evaluate({ customer: { id: "vip-1" } }), { value: false });
    refuses("isVip(customer.id)", /Unknown function/);
    forget();
    forget = registerFunctions(plugins.functions);
    assert.deepEqual(read("isVip(customer.id)"), { value: true });
  });
});
